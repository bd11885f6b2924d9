namespace ImplicitBias.Theory.Symbolic

open System.Numerics
open MathNet.Numerics

/// Where functions take intervals.
module internal IntervalFunctions =

    open Interval

    let private one = BigFloat.one
    let private zero = finite BigFloat.zero true
    let private unit = { Low = finite -one true; High = finite one true }

    /// An odd increasing function that tends to an end.
    let private symmetric f edge x = increasing f (negateEnd edge) edge x

    let private reaches (bound: float) (x: Interval) =
        match x.High with
        | Finite(high, _) -> high > BigFloat.ofFloat bound
        | Infinite -> true

    /// On one branch by the ends: the sine grows up to π/2, the cosine falls up to π.
    let private sine (x: Interval) =
        if reaches 1.5 x || reaches 1.5 (negate x) then
            unit
        else
            increasing (Ok << CircularFunctions.sin precision) Infinite Infinite x

    let private cosine (x: Interval) =
        let size = absolute x

        if reaches 3.0 size then
            unit
        else
            negate (increasing (Ok << Ball.negate << CircularFunctions.cos precision) Infinite Infinite size)

    let private limitOfAtan = finite (BigFloat.powerOfTwo BigInteger.One) true // arctan is below 2

    /// Where f lies on an interval, and whether it has a value on all of it.
    let apply (f: Function) (x: Interval) : Interval * bool =
        match f with
        | Function.Exp ->
            increasing (ExponentialFunction.exp precision) (finite BigFloat.zero false) Infinite x, true
        | Function.Ln ->
            let inside, whole = atLeast BigFloat.zero false x
            increasing (ExponentialFunction.ln precision) Infinite Infinite inside, whole
        | Function.Sin -> sine x, true
        | Function.Cos -> cosine x, true
        | Function.Asin ->
            let inside, whole = between -one one true x
            symmetric (CircularFunctions.asin precision) Infinite inside, whole
        | Function.Acos ->
            let inside, whole = between -one one true x
            let minusAcos = CircularFunctions.acos precision >> Result.map Ball.negate
            negate (increasing minusAcos Infinite Infinite inside), whole
        | Function.Atan -> symmetric (CircularFunctions.atan precision) limitOfAtan x, true
        | Function.Sinh -> symmetric (HyperbolicFunctions.sinh precision) Infinite x, true
        | Function.Cosh ->
            increasing (HyperbolicFunctions.cosh precision) Infinite Infinite (absolute x), true
        | Function.Tanh -> symmetric (HyperbolicFunctions.tanh precision) (finite one false) x, true
        | Function.Asinh -> symmetric (HyperbolicFunctions.asinh precision) Infinite x, true
        | Function.Acosh ->
            let inside, whole = atLeast one true x
            increasing (HyperbolicFunctions.acosh precision) Infinite Infinite inside, whole
        | Function.Atanh ->
            let inside, whole = between -one one false x
            symmetric (HyperbolicFunctions.atanh precision) Infinite inside, whole
        | Function.Abs -> absolute x, true
        | Function.Erf -> symmetric (ErrorFunction.erf precision) (finite one false) x, true
        | Function.Erfcx -> { Low = finite BigFloat.zero false; High = Infinite }, true
        | Function.Binet when isNonNegative x ->
            { Low = finite BigFloat.zero false; High = Infinite }, sign x = Some 1
        | Function.Gamma when isNonNegative x ->
            { Low = finite BigFloat.zero false; High = Infinite }, sign x = Some 1
        | Function.LogGamma -> everything, sign x = Some 1
        | Function.Digamma when isNonNegative x ->
            increasing (GammaFunctions.digamma precision) Infinite Infinite x, sign x = Some 1
        | Function.Polygamma order when isNonNegative x ->
            let positive = { Low = finite BigFloat.zero false; High = Infinite }
            (if order % 2 = 1 then positive else negate positive), sign x = Some 1
        | Function.LambertW when isNonNegative x ->
            increasing (LambertFunction.lambertW precision) zero Infinite x, true
        | _ -> everything, false

    /// x^n for n ≥ 1.
    let raised (n: BigInteger) (x: Interval) : Interval =
        if n.IsOne then
            x
        elif n.IsEven then
            increasing (Ball.powerOfNatural precision n >> Ok) Infinite Infinite (absolute x)
        else
            increasing (Ball.powerOfNatural precision n >> Ok) Infinite Infinite x

    /// x^r for x ≥ 0 and a fraction r > 0.
    let rooted (r: BigRational) (x: Interval) =
        increasing (ExponentialFunction.powerOfRational precision r) Infinite Infinite x
