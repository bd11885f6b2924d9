namespace ImplicitBias.Theory.Symbolic

open MathNet.Numerics

/// Boxes, the products of ranges of symbols, and bounds of terms on them.
/// Source: Moore, Kearfott, Cloud, Introduction to Interval Analysis (2009), chapters 5 and 6.
module internal Boxes =

    let private precision = 96
    let private two = BigRational.FromInt 2
    let private one = BigRational.One

    /// The product of the extents of the symbols.
    let boxOf (assumptions: Assumptions) (symbols: string list) : Map<string, Extent> =
        symbols
        |> List.map (fun symbol -> symbol, Assumptions.extent symbol assumptions)
        |> Map.ofList

    /// What is known of the symbols in a box.
    let facts (box: Map<string, Extent>) : Assumptions =
        (Assumptions.none, box)
        ||> Map.fold (fun all symbol extent -> Assumptions.ranging symbol extent all)

    /// A point of the box: the middle, or a step inwards where it has no end.
    let middle (extent: Extent) : BigRational =
        match extent.From, extent.To with
        | Some low, Some high -> (low.At + high.At) / two
        | Some low, None -> low.At + one
        | None, Some high -> high.At - one
        | None, None -> BigRational.Zero

    /// Infinite without an end.
    let width (extent: Extent) : float =
        match extent.From, extent.To with
        | Some low, Some high -> BigRational.ToDouble(high.At - low.At)
        | _ -> infinity

    /// Where an extent is cut; twice as far out each time where it has no end.
    let private cut (extent: Extent) : BigRational =
        match extent.From, extent.To with
        | Some low, None -> if low.At >= one then low.At * two else low.At + two
        | None, Some high -> if high.At <= -one then high.At * two else high.At - two
        | _ -> middle extent

    /// The two parts of a box cut across its widest side.
    let halves (box: Map<string, Extent>) : Map<string, Extent> list =
        let symbol = box |> Map.toSeq |> Seq.maxBy (snd >> width) |> fst
        let extent = box[symbol]
        let at = { At = cut extent; Included = true }

        [ box.Add(symbol, { extent with To = Some at })
          box.Add(symbol, { extent with From = Some at }) ]

    let private ballOf (extent: Extent) : Ball option =
        match extent.From, extent.To with
        | Some low, Some high ->
            let edge pick (bound: Bound) =
                pick (Ball.ofRational precision bound.At)

            Some(Ball.ofInterval precision (edge Ball.lower low) (edge Ball.upper high))
        | _ -> None

    /// A term with its derivatives, for the mean value form.
    type Target = { Term: Term; Slopes: (string * Term) list }

    /// A term with those of its derivatives that exist.
    let target (term: Term) : Target =
        let slope symbol =
            try
                Some(symbol, Derivative.differentiate symbol term)
            with NoValueException _ ->
                None

        { Term = term; Slopes = Term.symbols term |> Seq.choose slope |> List.ofSeq }

    /// f(middle) + Σ f'(box) (x - middle), which is off by the square of the width only.
    let private meanValue (target: Target) (box: Map<string, Extent>) : Ball option =
        let balls = box |> Map.map (fun _ extent -> ballOf extent)

        if balls.Values |> Seq.exists Option.isNone || target.Slopes.Length < box.Count then
            None
        else
            let balls = balls |> Map.map (fun _ ball -> ball.Value)

            let centre =
                box |> Map.map (fun _ extent -> Ball.ofRational precision (middle extent))

            let step (sum: Result<Ball, string>) (symbol, slope) =
                attempt {
                    let! sum = sum
                    let! slope = Enclosure.evaluate precision balls slope
                    let offset = Ball.subtract precision balls[symbol] centre[symbol]
                    return Ball.add precision sum (Ball.multiply precision slope offset)
                }

            target.Slopes
            |> List.fold step (Enclosure.evaluate precision centre target.Term)
            |> Result.toOption

    /// The value at an end of an extent, or the limit there. Error where neither is known; None where it is unbounded.
    let private atEnd assumptions (symbol: string) (edge: Bound option) (infinity: Point) (term: Term) =
        let ball (value: Term) =
            Enclosure.evaluate precision Map.empty value |> Result.map Some

        let limit point =
            match Limits.at assumptions symbol point (Formula.ofTerm term) with
            | Limit.Value value -> ball value
            | Limit.Infinity
            | Limit.NegativeInfinity -> Ok None
            | Limit.Unknown reason -> Error reason

        match edge with
        | None -> limit infinity
        | Some bound ->
            let place = Term.number bound.At

            try
                match Term.substitute symbol place term |> ball with
                | Ok value -> Ok value
                | Error _ when infinity = Point.Infinity -> limit (Point.Below place)
                | Error _ -> limit (Point.Above place)
            with NoValueException _ ->
                limit (
                    if infinity = Point.Infinity then
                        Point.Below place
                    else
                        Point.Above place
                )

    /// Of a function of one symbol whose slope has one sign, the values or limits at the two ends, the lower one first.
    let private monotone (target: Target) (box: Map<string, Extent>) =
        match Map.toList box, target.Slopes with
        | [ symbol, extent ], [ _, slope ] ->
            let assumptions = facts box

            let slopes, isSmooth =
                Extents.evaluate (Assumptions.inside symbol assumptions) slope

            let left () =
                atEnd assumptions symbol extent.From Point.NegativeInfinity target.Term

            let right () =
                atEnd assumptions symbol extent.To Point.Infinity target.Term

            if not (isSmooth && Extents.isTotal assumptions target.Term) then
                None
            elif Interval.isNonNegative slopes then
                Some(left (), right ())
            elif Interval.isNonPositive slopes then
                Some(right (), left ())
            else
                None
        | _ -> None

    /// Lower and upper bound on a box; None is no bound.
    let bounds (target: Target) (box: Map<string, Extent>) : BigFloat option * BigFloat option =
        let interval, _ = Extents.evaluate (facts box) target.Term

        let finite (edge: End) =
            match edge with
            | End.Finite(at, _) -> Some at
            | End.Infinite -> None

        let low, high = finite interval.Low, finite interval.High

        let isBounded =
            box.Values |> Seq.forall (fun extent -> extent.From.IsSome && extent.To.IsSome)

        match (if isBounded then meanValue target box else None) with
        | Some ball ->
            let larger =
                Option.map (max (Ball.lower ball)) low |> Option.defaultValue (Ball.lower ball)

            let smaller =
                Option.map (min (Ball.upper ball)) high |> Option.defaultValue (Ball.upper ball)

            Some larger, Some smaller
        | None when low.IsSome && high.IsSome -> low, high
        | None ->
            let edge pick known found =
                match known, found with
                | Some bound, _ -> Some bound
                | None, Ok(Some ball) -> Some(pick ball)
                | None, _ -> None

            match monotone target box with
            | Some(least, greatest) -> edge Ball.lower low least, edge Ball.upper high greatest
            | None -> low, high
