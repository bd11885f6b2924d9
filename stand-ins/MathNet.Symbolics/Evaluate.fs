namespace MathNet.Symbolics

open System
open System.Collections.Generic
open MathNet.Numerics

/// <summary>Numerical values of expressions, in double precision.</summary>
module Evaluate =
    /// <summary>A real value.</summary>
    [<CompiledName("Real")>]
    let freal (x: float) = FloatingPoint.Real x

    /// <summary>A complex value.</summary>
    [<CompiledName("Complex")>]
    let fcomplex (r: float) (i: float) =
        FloatingPoint.Complex(System.Numerics.Complex(r, i))

    let private zero = WideValue.Real(WideReal.OfFloat 0.0)
    let private one = WideValue.Real(WideReal.OfFloat 1.0)

    let private divide x y =
        match x, y with
        | WideValue.Real x, WideValue.Real y when not y.IsZero -> WideValue.Real(WideReal.Divide(x, y))
        | _ -> WideValue.multiply x (WideValue.power y (WideValue.ofFloat -1.0))

    /// Values at an infinity are the limits that the symbolic rules know.
    let rec private applyToInfinity f infinity =
        match FunctionRules.apply f infinity with
        | Function _ -> WideValue.Undef
        | limit -> value (fun _ -> WideValue.Undef) limit

    and private apply (f: Function) (x: WideValue) : WideValue =
        match f, x with
        | _, WideValue.Undef -> WideValue.Undef
        | _, WideValue.PosInf -> applyToInfinity f PositiveInfinity
        | _, WideValue.NegInf -> applyToInfinity f NegativeInfinity
        | _, WideValue.ComplexInf -> applyToInfinity f ComplexInfinity
        | Exp, _ -> WideValue.exp x
        | Abs, WideValue.Real x -> WideValue.Real(WideReal.Abs x)
        | Ln, WideValue.Real x when x.Sign > 0 -> WideValue.Real(WideReal.Log x)
        | Lg, WideValue.Real x when x.Sign > 0 && not x.IsNormalFloat ->
            WideValue.Real(WideReal.Multiply(WideReal.Log x, WideReal.OfFloat(1.0 / log 10.0)))
        | Asinh, WideValue.Real x when not x.IsNormalFloat && x.Exponent > 0L ->
            let size = WideReal.Add(WideReal.Log(WideReal.Abs x), WideReal.OfFloat(log 2.0))
            WideValue.Real(if x.Sign < 0 then WideReal.Negate size else size)
        | Acosh, WideValue.Real x when not x.IsNormalFloat && x.Exponent > 0L && x.Sign > 0 ->
            WideValue.Real(WideReal.Add(WideReal.Log x, WideReal.OfFloat(log 2.0)))
        | (Sinh | Cosh | Sech | Csch), WideValue.Real v when abs (v.ToFloat()) > 700.0 ->
            // Here e^-|x| is lost beside e^|x|.
            let half = WideValue.Real(WideReal.OfFloat 0.5)
            let cosh = WideValue.multiply half (WideValue.exp (WideValue.Real(WideReal.Abs v)))

            let value =
                if f = Cosh || f = Sech then
                    cosh
                else
                    WideValue.multiply cosh (WideValue.ofFloat (float v.Sign))

            if f = Sech || f = Csch then
                WideValue.power value (WideValue.ofFloat -1.0)
            else
                value
        | (Csc | Cot | Csch | Coth | Acsch), WideValue.Real x when x.IsZero -> WideValue.ComplexInf
        | _, WideValue.Real x -> WideValue.ofFloat (FunctionValues.real f (x.ToFloat()))
        | _, WideValue.Complex z -> WideValue.ofComplex (FunctionValues.complex f z)

    and private applyN (f: FunctionN) (xs: WideValue list) : WideValue =
        match f, xs with
        | Log, [ b; x ] -> divide (apply Ln x) (apply Ln b)
        | _, [ WideValue.Real n; WideValue.Real x ] ->
            WideValue.ofComplex (FunctionValues.real2 f (n.ToFloat()) (x.ToFloat()))
        | _ -> WideValue.Undef

    and private value (lookup: Symbol -> WideValue) (x: Expression) : WideValue =
        match x with
        | Number n -> WideValue.Real(WideReal.OfRational n)
        | Approximation(Approximation.Real a) -> WideValue.ofFloat a
        | Approximation(Approximation.Complex z) -> WideValue.ofComplex z
        | Identifier symbol -> lookup symbol
        | Argument(Symbol name) -> failwith $"Cannot evaluate the argument {name}"
        | Constant E -> WideValue.ofFloat Math.E
        | Constant Pi -> WideValue.ofFloat Math.PI
        | Constant I -> WideValue.Complex System.Numerics.Complex.ImaginaryOne
        | Sum [ Number n; Function(Exp, u) ] when n = -BigRational.One ->
            match value lookup u with
            | WideValue.Real v when abs (v.ToFloat()) < 1.0 ->
                WideValue.ofFloat (FunctionValues.expm1 (v.ToFloat()))
            | v -> WideValue.add (WideValue.ofFloat -1.0) (WideValue.exp v)
        | Sum terms ->
            (zero, terms)
            ||> List.fold (fun total term -> WideValue.add total (value lookup term))
        | Product factors ->
            let times total factor =
                WideValue.multiply total (value lookup factor)

            let above, below =
                factors
                |> List.partition (function
                    | Power(_, Number e) -> e.IsPositive
                    | _ -> true)

            let numerator = (one, above) ||> List.fold times

            match below with
            | [] -> numerator
            | _ ->
                // One division rounds less than multiplication by reciprocals.
                let reciprocals = below |> List.map Operators.invert

                match (one, reciprocals) ||> List.fold times with
                | WideValue.Real d when not d.IsZero -> divide numerator (WideValue.Real d)
                | _ -> (numerator, below) ||> List.fold times
        | Power(b, Number n) when n.IsInteger && abs (BigRational.ToDouble n) > 9e15 -> // no double holds this exponent
            WideValue.power (value lookup b) (WideValue.Real(WideReal.OfRational n))
        | Power(b, e) -> WideValue.power (value lookup b) (value lookup e)
        | Function(Ln, Sum(Number n :: rest)) when n.IsOne ->
            let u = value lookup (Operators.sum rest)

            match u with
            | WideValue.Real v when abs (v.ToFloat()) < 0.5 ->
                WideValue.ofFloat (FunctionValues.log1p (v.ToFloat()))
            | _ -> apply Ln (WideValue.add one u)
        | Function(f, x) -> apply f (value lookup x)
        | FunctionN(f, xs) -> applyN f (List.map (value lookup) xs)
        | ComplexInfinity -> WideValue.ComplexInf
        | PositiveInfinity -> WideValue.PosInf
        | NegativeInfinity -> WideValue.NegInf
        | Undefined -> WideValue.Undef

    let private lift2 operation u v =
        operation (WideValue.ofFloatingPoint u) (WideValue.ofFloatingPoint v)
        |> WideValue.toFloatingPoint

    /// <summary>NaN becomes Undef, an infinite double PosInf or NegInf, a complex number on the real axis Real.</summary>
    let fnormalize (x: FloatingPoint) : FloatingPoint =
        x |> WideValue.ofFloatingPoint |> WideValue.toFloatingPoint

    /// <summary>u + v; opposite infinities give Undef.</summary>
    let fadd (u: FloatingPoint) (v: FloatingPoint) : FloatingPoint = lift2 WideValue.add u v

    /// <summary>u · v; zero times an infinity gives Undef.</summary>
    let fmultiply (u: FloatingPoint) (v: FloatingPoint) : FloatingPoint = lift2 WideValue.multiply u v

    /// <summary>u to the power v. A fractional power of a negative number is complex, on the principal branch.</summary>
    let fpower (u: FloatingPoint) (v: FloatingPoint) : FloatingPoint = lift2 WideValue.power u v

    /// <summary>f(u); Undef outside the real domain of f when u is real.</summary>
    let fapply (f: Function) (u: FloatingPoint) : FloatingPoint =
        u |> WideValue.ofFloatingPoint |> apply f |> WideValue.toFloatingPoint

    /// <summary>f of several arguments.</summary>
    let fapplyN (f: FunctionN) (xs: FloatingPoint list) : FloatingPoint =
        xs
        |> List.map WideValue.ofFloatingPoint
        |> applyN f
        |> WideValue.toFloatingPoint

    /// <summary>
    /// The value of an expression for given values of its symbols. Intermediate results have a 64-bit exponent, so only a final value
    /// beyond ±1.8e308 becomes PosInf or NegInf; ln(1 + x) and exp(x) - 1 do not cancel. No value, as 0/0, is Undef.
    /// Raises when a symbol of the expression has no value in the dictionary.
    /// </summary>
    [<CompiledName("Evaluate")>]
    let evaluate (symbols: IDictionary<string, FloatingPoint>) (x: Expression) : FloatingPoint =
        let lookup (Symbol name) =
            match symbols.TryGetValue name with
            | true, value -> WideValue.ofFloatingPoint value
            | _ -> failwith $"Failed to find symbol {name}"

        value lookup x |> WideValue.toFloatingPoint
