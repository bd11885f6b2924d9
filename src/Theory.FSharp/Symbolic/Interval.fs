namespace ImplicitBias.Theory.Symbolic

open System.Numerics
open MathNet.Numerics

/// One end of an interval of the extended line. An end that is not attained says so; an attained one need not be.
type internal End =
    | Infinite
    | Finite of at: BigFloat * attained: bool

/// The numbers between two ends.
type internal Interval = { Low: End; High: End }

/// Arithmetic of intervals on the extended line, rounded outwards. An end knows whether it is attained, so that 1/x > 0 where x > 1.
/// Source: Moore, Kearfott, Cloud, Introduction to Interval Analysis (2009), chapters 2 and 5.
module internal Interval =

    /// Bits of the ends.
    let precision = 64

    /// The extended line.
    let everything = { Low = Infinite; High = Infinite }

    /// An end at a number.
    let finite at attained = Finite(at, attained)

    /// The numbers of a ball.
    let ofBall (ball: Ball) =
        { Low = finite (Ball.lower ball) true; High = finite (Ball.upper ball) true }

    /// -1, 0 or 1 if that is the sign of every number in the interval.
    let sign (x: Interval) : int option =
        match x.Low, x.High with
        | Finite(low, _), Finite(high, _) when low.IsZero && high.IsZero -> Some 0
        | Finite(low, attained), _ when low.Sign > 0 || (low.IsZero && not attained) -> Some 1
        | _, Finite(high, attained) when high.Sign < 0 || (high.IsZero && not attained) -> Some -1
        | _ -> None

    /// Whether no number in the interval is below zero.
    let isNonNegative (x: Interval) =
        match x.Low with
        | Finite(low, _) -> low.Sign >= 0
        | Infinite -> false

    /// Whether no number in the interval is above zero.
    let isNonPositive (x: Interval) =
        match x.High with
        | Finite(high, _) -> high.Sign <= 0
        | Infinite -> false

    /// An end of -x.
    let negateEnd edge =
        match edge with
        | Finite(at, attained) -> finite -at attained
        | Infinite -> Infinite

    /// -x.
    let negate (x: Interval) =
        { Low = negateEnd x.High; High = negateEnd x.Low }

    let private addEnds rounding a b =
        match a, b with
        | Finite(x, attainedX), Finite(y, attainedY) ->
            let sum = BigFloat.add rounding precision x y
            let exact = BigFloat.add rounding (precision + 64) x y = sum
            finite sum (not exact || (attainedX && attainedY))
        | _ -> Infinite

    /// x + y.
    let add (x: Interval) (y: Interval) =
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

    /// x y.
    let multiply (x: Interval) (y: Interval) =
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
    let increasing (f: Ball -> Result<Ball, string>) (atMinusInfinity: End) (atInfinity: End) (x: Interval) =
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
    let atLeast (bound: BigFloat) attained (x: Interval) =
        match x.Low with
        | Finite(low, _) when low > bound -> x, true
        | Finite(low, attainedLow) when low = bound ->
            { x with Low = finite low (attained && attainedLow) }, attained || not attainedLow
        | _ -> { x with Low = finite bound attained }, false

    /// The part of x at or below a bound, likewise.
    let atMost bound attained x =
        let cut, whole = atLeast -bound attained (negate x)
        negate cut, whole

    /// The part of x between two bounds, likewise.
    let between lower upper attained x =
        let above, wholeBelow = atLeast lower attained x
        let cut, wholeAbove = atMost upper attained above
        cut, wholeBelow && wholeAbove

    /// 1/x; the flag says whether x is nowhere zero.
    let invert (x: Interval) =
        let inverse rounding edge =
            match edge with
            | Infinite -> finite BigFloat.zero false
            | Finite(at, _) when at.IsZero -> Infinite
            | Finite(at, attained) ->
                let quotient rounding =
                    BigFloat.divide rounding precision BigFloat.one at

                finite (quotient rounding) (attained || quotient Down <> quotient Up)

        match sign x with
        | Some 1
        | Some -1 -> { Low = inverse Down x.High; High = inverse Up x.Low }, true
        | _ when isNonNegative x -> { Low = inverse Down x.High; High = Infinite }, false
        | _ when isNonPositive x -> { Low = Infinite; High = inverse Up x.Low }, false
        | _ -> everything, false

    /// |x|.
    let absolute (x: Interval) =
        match x.Low, x.High with
        | _ when isNonNegative x -> x
        | _ when isNonPositive x -> negate x
        | Finite(low, a), Finite(high, b) ->
            { Low = finite BigFloat.zero true
              High = (if -low > high then finite -low a else finite high b) }
        | _ -> { Low = finite BigFloat.zero true; High = Infinite }
