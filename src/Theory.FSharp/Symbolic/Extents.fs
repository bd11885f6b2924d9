namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open System.Numerics
open MathNet.Numerics

/// One end of an interval of the extended line. An end that is not attained says so; an attained one need not be.
type internal End =
    | Infinite
    | Finite of at: BigFloat * attained: bool

/// The numbers between two ends.
type internal Interval = { Low: End; High: End }

/// Where a term lies when its symbols range over all that is assumed of them, by interval arithmetic on the extended line.
/// Rigorous, and blind to the same symbol occurring twice.
module internal Extents =

    let private precision = 64
    let everything = { Low = Infinite; High = Infinite }
    let private finite at attained = Finite(at, attained)
    let private zero = finite BigFloat.zero true

    let private point (x: BigFloat) =
        { Low = finite x true; High = finite x true }

    let private ofBall (ball: Ball) =
        { Low = finite (Ball.lower ball) true; High = finite (Ball.upper ball) true }

    /// -1, 0 or 1 if that is the sign of every number in the interval.
    let sign (x: Interval) : int option =
        match x.Low, x.High with
        | Finite(low, _), Finite(high, _) when low.IsZero && high.IsZero -> Some 0
        | Finite(low, attained), _ when low.Sign > 0 || (low.IsZero && not attained) -> Some 1
        | _, Finite(high, attained) when high.Sign < 0 || (high.IsZero && not attained) -> Some -1
        | _ -> None

    let isNonNegative (x: Interval) =
        match x.Low with
        | Finite(low, _) -> low.Sign >= 0
        | Infinite -> false

    let isNonPositive (x: Interval) =
        match x.High with
        | Finite(high, _) -> high.Sign <= 0
        | Infinite -> false

    let private negateEnd edge =
        match edge with
        | Finite(at, attained) -> finite -at attained
        | Infinite -> Infinite

    let private negate (x: Interval) =
        { Low = negateEnd x.High; High = negateEnd x.Low }

    let private addEnds rounding a b =
        match a, b with
        | Finite(x, attainedX), Finite(y, attainedY) ->
            let sum = BigFloat.add rounding precision x y
            let exact = BigFloat.add rounding (precision + 64) x y = sum
            finite sum (not exact || (attainedX && attainedY))
        | _ -> Infinite

    let private add (x: Interval) (y: Interval) =
        { Low = addEnds Down x.Low y.Low; High = addEnds Up x.High y.High }

    let private containsZero (x: Interval) = sign x |> Option.forall ((=) 0)

    /// Ends as numbers with their signs of infinity, for products.
    let private corners (x: Interval) =
        [ (match x.Low with
           | Infinite -> -1, None
           | Finite(at, attained) -> at.Sign, Some(at, attained))
          (match x.High with
           | Infinite -> 1, None
           | Finite(at, attained) -> at.Sign, Some(at, attained)) ]

    let private multiply (x: Interval) (y: Interval) =
        let reachesZero = containsZero x || containsZero y

        // (sign of the value, its size if finite)
        let products =
            List.allPairs (corners x) (corners y)
            |> List.map (fun ((signX, x), (signY, y)) ->
                match x, y with
                | _ when signX = 0 || signY = 0 -> 0, Some(BigFloat.zero, reachesZero)
                | Some(x, attainedX), Some(y, attainedY) ->
                    signX * signY, Some(x * y, attainedX && attainedY)
                | _ -> signX * signY, None)

        let extreme rounding (wanted: int) =
            if products |> List.exists (fun (sign, size) -> size.IsNone && sign = wanted) then
                Infinite
            else
                let finiteOnes = products |> List.choose snd

                if finiteOnes.IsEmpty then
                    Infinite
                else
                    let furthest =
                        finiteOnes
                        |> List.map fst
                        |> List.reduce (fun a b -> if wanted * BigFloat.Compare(a, b) > 0 then a else b)

                    let attained =
                        finiteOnes |> List.exists (fun (at, attained) -> at = furthest && attained)

                    let rounded = BigFloat.round rounding precision furthest
                    finite rounded (attained || rounded <> furthest)

        { Low = extreme Down -1; High = extreme Up 1 }

    /// The image under an increasing function that is finite inside its domain, given its values at -∞ and ∞.
    let private increasing
        (f: Ball -> Result<Ball, string>)
        (atMinusInfinity: End)
        (atInfinity: End)
        (x: Interval)
        =
        let image pick whenInfinite edge =
            match edge with
            | Infinite -> whenInfinite
            | Finite(at, attained) ->
                match f (Ball.ofBigFloat at) with
                | Ok value -> finite (pick value) (attained || not value.Radius.IsZero)
                | Error _ -> whenInfinite

        { Low = image Ball.lower atMinusInfinity x.Low
          High = image Ball.upper atInfinity x.High }

    /// The part of x at or above a bound; the flag says whether nothing was cut off.
    let private atLeast (bound: BigFloat) attained (x: Interval) =
        match x.Low with
        | Finite(low, _) when low > bound -> x, true
        | Finite(low, attainedLow) when low = bound ->
            { x with Low = finite low (attained && attainedLow) }, attained || not attainedLow
        | _ -> { x with Low = finite bound attained }, false

    let private atMost bound attained x =
        let cut, whole = atLeast -bound attained (negate x)
        negate cut, whole

    let private between lower upper attained x =
        let above, wholeBelow = atLeast lower attained x
        let cut, wholeAbove = atMost upper attained above
        cut, wholeBelow && wholeAbove

    let private invert (x: Interval) =
        let inverse edge =
            match edge with
            | Infinite -> finite BigFloat.zero false
            | Finite(at, _) when at.IsZero -> Infinite
            | Finite(at, attained) ->
                let quotient rounding =
                    BigFloat.divide rounding precision BigFloat.one at

                let low, high = quotient Down, quotient Up
                finite low (attained || low <> high)

        let inverseUp edge =
            match inverse edge with
            | Finite(_, true) ->
                match edge with
                | Finite(at, _) -> finite (BigFloat.divide Up precision BigFloat.one at) true
                | Infinite -> Infinite
            | other -> other

        match sign x with
        | Some 1
        | Some -1 -> { Low = inverse x.High; High = inverseUp x.Low }, true
        | _ when isNonNegative x -> { Low = inverse x.High; High = Infinite }, false
        | _ when isNonPositive x -> { Low = Infinite; High = inverseUp x.Low }, false
        | _ -> everything, false

    let private symmetric f edge x = increasing f (negateEnd edge) edge x
    let private one = BigFloat.one
    let private unit = { Low = finite -one true; High = finite one true }

    let private absolute (x: Interval) =
        match x.Low, x.High with
        | _ when isNonNegative x -> x
        | _ when isNonPositive x -> negate x
        | Finite(low, a), Finite(high, b) ->
            { Low = zero; High = (if -low > high then finite -low a else finite high b) }
        | _ -> { Low = zero; High = Infinite }

    let private reaches (bound: float) (x: Interval) =
        match x.High with
        | Finite(high, _) -> high > BigFloat.ofFloat bound
        | Infinite -> true

    /// On one branch by the ends: the sine grows up to π/2, the cosine falls up to π.
    let private sine (x: Interval) =
        if reaches 1.5 x || reaches 1.5 (negate x) then
            unit
        else
            increasing (Ok << Elementary.sin precision) Infinite Infinite x

    let private cosine (x: Interval) =
        let size = absolute x

        if reaches 3.0 size then
            unit
        else
            negate (increasing (Ok << Ball.negate << Elementary.cos precision) Infinite Infinite size)

    let private limitOfAtan = finite (BigFloat.powerOfTwo BigInteger.One) true // arctan is below 2

    let private applied (f: Function) (x: Interval) : Interval * bool =
        match f with
        | Function.Exp -> increasing (Elementary.exp precision) (finite BigFloat.zero false) Infinite x, true
        | Function.Ln ->
            let inside, whole = atLeast BigFloat.zero false x
            increasing (Elementary.ln precision) Infinite Infinite inside, whole
        | Function.Sin -> sine x, true
        | Function.Cos -> cosine x, true
        | Function.Asin ->
            let inside, whole = between -one one true x
            symmetric (Elementary.asin precision) Infinite inside, whole
        | Function.Acos ->
            let inside, whole = between -one one true x
            let minusAcos = Elementary.acos precision >> Result.map Ball.negate
            negate (increasing minusAcos Infinite Infinite inside), whole
        | Function.Atan -> symmetric (Elementary.atan precision) limitOfAtan x, true
        | Function.Sinh -> symmetric (Elementary.sinh precision) Infinite x, true
        | Function.Cosh -> increasing (Elementary.cosh precision) Infinite Infinite (absolute x), true
        | Function.Tanh -> symmetric (Elementary.tanh precision) (finite one false) x, true
        | Function.Asinh -> symmetric (Elementary.asinh precision) Infinite x, true
        | Function.Acosh ->
            let inside, whole = atLeast one true x
            increasing (Elementary.acosh precision) Infinite Infinite inside, whole
        | Function.Atanh ->
            let inside, whole = between -one one false x
            symmetric (Elementary.atanh precision) Infinite inside, whole
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

    let private raised (n: BigInteger) (x: Interval) : Interval =
        if n.IsOne then
            x
        elif n.IsEven then
            increasing (Ball.powerOfNatural precision n >> Ok) Infinite Infinite (absolute x)
        else
            increasing (Ball.powerOfNatural precision n >> Ok) Infinite Infinite x

    /// x^r for x ≥ 0 and a fraction r > 0.
    let private rooted (r: BigRational) (x: Interval) =
        increasing (Elementary.powerOfRational precision r) Infinite Infinite x

    let private ofExtent (extent: Extent) =
        let edge pick (bound: Bound option) =
            match bound with
            | None -> Infinite
            | Some bound ->
                let ball = Ball.ofRational precision bound.At
                finite (pick ball) (bound.Included || not ball.Radius.IsZero)

        { Low = edge Ball.lower extent.From; High = edge Ball.upper extent.To }

    /// A square of a sum written out.
    let private expanded (term: Term) =
        let rec square (term: Term) =
            match term.Shape with
            | Shape.Power(b, exponent) when exponent = Term.integer 2 ->
                match b.Shape with
                | Shape.Sum terms -> Seq.allPairs terms terms |> Seq.map (fun (x, y) -> x * y) |> Term.sum
                | _ -> term
            | Shape.Product(c, [| factor |]) -> Term.scale c (square factor)
            | _ -> term

        Term.summands term |> Seq.map square |> Term.sum

    /// Where the term lies, and whether it has a value everywhere on what is assumed.
    let evaluate (assumptions: Assumptions) (term: Term) : Interval * bool =
        let known = Dictionary<Term, Interval>()
        let mutable total = true

        let note (interval, whole) =
            total <- total && whole
            interval

        let rec visit (term: Term) =
            match known.TryGetValue term with
            | true, interval -> interval
            | _ ->
                let interval =
                    if term.Symbols = 0UL then
                        match Enclosure.evaluate (2 * precision) Map.empty term with
                        | Ok ball -> ofBall ball
                        | Error _ -> compose term
                    else
                        compose term

                let interval =
                    if term.Positive && sign interval <> Some 1 then
                        { interval with Low = finite BigFloat.zero false }
                    else
                        interval

                known[term] <- interval
                interval

        and compose term =
            match term.Shape with
            | Shape.Number q -> ofBall (Ball.ofRational precision q)
            | Shape.Pi -> ofBall (Elementary.pi precision)
            | Shape.Symbol name -> ofExtent (Assumptions.extent name assumptions)
            | Shape.Sum terms ->
                let interval = terms |> Array.map visit |> Array.reduce add

                if (sign interval).IsSome then
                    interval
                else
                    dominated terms interval
            | Shape.Product(c, factors) ->
                factors
                |> Array.map visit
                |> Array.fold multiply (ofBall (Ball.ofRational precision c))
            | Shape.Power(basis, exponent) -> power basis exponent
            | Shape.Apply(f, argument) -> visit argument |> applied f |> note

        // c √u + v has the sign of c where c² u > v².
        and dominated terms interval =
            let (|Root|_|) (term: Term) =
                match term.Shape with
                | Shape.Power(u, exponent) when exponent = Term.ratio 1 2 -> Some struct (BigRational.One, u)
                | Shape.Product(c, [| factor |]) ->
                    match factor.Shape with
                    | Shape.Power(u, exponent) when exponent = Term.ratio 1 2 -> Some struct (c, u)
                    | _ -> None
                | _ -> None

            match
                terms
                |> Array.filter (fun term ->
                    match term with
                    | Root _ -> true
                    | _ -> false)
            with
            | [| Root(struct (c, u)) as root |] ->
                let rest =
                    terms
                    |> Seq.filter (fun term -> not (obj.ReferenceEquals(term, root)))
                    |> Term.sum

                let difference = Term.scale (c * c) u - rest * rest

                let difference =
                    if difference.Size > 200L then
                        difference
                    else
                        expanded difference

                match sign (visit difference) with
                | Some 1 when c.IsPositive -> { interval with Low = finite BigFloat.zero false }
                | Some 1 -> { interval with High = finite BigFloat.zero false }
                | _ -> interval
            | _ -> interval

        and power basis exponent =
            let interval = visit basis

            match exponent.Shape with
            | Shape.Number r when r.Numerator.GetBitLength() > 64L -> note (everything, false)
            | Shape.Number r ->
                let size = BigRational.Abs r

                let raised =
                    if r.IsInteger then
                        raised size.Numerator interval
                    else
                        atLeast BigFloat.zero true interval |> note |> rooted size

                let raised =
                    if isNonZeroSymbol basis && isNonNegative raised then
                        { raised with Low = excluded raised.Low }
                    else
                        raised

                if r.IsPositive then raised
                elif isNonZeroSymbol basis then fst (invert raised)
                else note (invert raised)
            | _ ->
                // b^e = exp(e log b), b > 0.
                let logarithm = interval |> applied Function.Ln |> note
                multiply (visit exponent) logarithm |> applied Function.Exp |> note

        and excluded low =
            match low with
            | Finite(at, _) when at.IsZero -> finite at false
            | other -> other

        and isNonZeroSymbol basis =
            match basis.Shape with
            | Shape.Symbol name -> Assumptions.isNonZero name assumptions
            | _ -> false

        let interval = visit term
        interval, total

    /// Whether the term has a value everywhere on what is assumed, and so is continuous; false says nothing.
    let isTotal (assumptions: Assumptions) (term: Term) : bool = evaluate assumptions term |> snd
