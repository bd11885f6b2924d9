namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open System.Numerics
open MathNet.Numerics

/// How an inequality on a region stands.
[<RequireQualifiedAccess>]
type Decision =
    /// By the signs of factors, derivatives and limits.
    | Exact
    /// By rigorous evaluation on so many boxes that cover the region.
    | Enclosed of boxes: int
    /// With a point of the region where it fails.
    | Refuted of witness: string
    | Unknown of reason: string

/// All values of a term on a region lie between Lower and Upper; at AtLeast and AtMost it comes within the gap of them.
type ValueRange =
    {
        Lower: BigFloat option
        Upper: BigFloat option
        /// A value that is taken, no more than the gap above Lower: the lower end of its enclosure, and the point.
        Least: (BigFloat * Map<string, BigRational>) option
        Greatest: (BigFloat * Map<string, BigRational>) option
        Boxes: int
    }

/// Bounds and inequalities on a region: the product of the extents of the symbols.
/// Source: Moore, Kearfott, Cloud, Introduction to Interval Analysis (2009), chapters 5, 6 and 11.
module Region =

    /// No more boxes than this are looked at.
    let private patience = 4000

    let private precision = 96
    let private two = BigRational.FromInt 2
    let private one = BigRational.One

    let private boxOf (assumptions: Assumptions) (symbols: string list) : Map<string, Extent> =
        symbols
        |> List.map (fun symbol -> symbol, Assumptions.extent symbol assumptions)
        |> Map.ofList

    let private facts (box: Map<string, Extent>) : Assumptions =
        (Assumptions.none, box)
        ||> Map.fold (fun all symbol extent -> Assumptions.ranging symbol extent all)

    /// A point of the box: the middle, or a step inwards where it has no end.
    let private middle (extent: Extent) : BigRational =
        match extent.From, extent.To with
        | Some low, Some high -> (low.At + high.At) / two
        | Some low, None -> low.At + one
        | None, Some high -> high.At - one
        | None, None -> BigRational.Zero

    let private width (extent: Extent) : float =
        match extent.From, extent.To with
        | Some low, Some high -> BigRational.ToDouble(high.At - low.At)
        | _ -> infinity

    /// Where an extent is cut; twice as far out each time where it has no end.
    let private cut (extent: Extent) : BigRational =
        match extent.From, extent.To with
        | Some low, None -> if low.At >= one then low.At * two else low.At + two
        | None, Some high -> if high.At <= -one then high.At * two else high.At - two
        | _ -> middle extent

    let private halves (box: Map<string, Extent>) : Map<string, Extent> list =
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
    type private Target = { Term: Term; Slopes: (string * Term) list }

    let private target (term: Term) : Target =
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
            elif Extents.isNonNegative slopes then
                Some(left (), right ())
            elif Extents.isNonPositive slopes then
                Some(right (), left ())
            else
                None
        | _ -> None

    /// Lower and upper bound on a box; None is no bound.
    let private bounds (target: Target) (box: Map<string, Extent>) : BigFloat option * BigFloat option =
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

    let private valueAt (term: Term) (point: Map<string, BigRational>) : Ball option =
        Enclosure.evaluate 128 (Sample.balls 256 point) term |> Result.toOption

    let private centreOf (box: Map<string, Extent>) =
        box |> Map.map (fun _ extent -> middle extent)

    /// Corners, middle and ends that belong to the region: where extremes tend to be.
    let private candidates (box: Map<string, Extent>) : Map<string, BigRational> list =
        let choices (extent: Extent) =
            [ extent.From; extent.To ]
            |> List.choose (Option.filter _.Included >> Option.map _.At)
            |> fun ends -> List.distinct (middle extent :: ends)

        (([ Map.empty ], box)
         ||> Map.fold (fun points symbol extent ->
             [ for point in points do
                   for value in choices extent do
                       Map.add symbol value point ]))
        |> List.truncate 32

    /// Whether a lower bound is as near to the best value found as asked: a part in 10^8 of it, or 10^-12.
    let private near (lower: BigFloat option) (best: BigFloat option) =
        match lower, best with
        | Some low, Some value ->
            let gap = BigFloat.toFloat value - BigFloat.toFloat low
            gap <= max 1e-12 (1e-8 * abs (BigFloat.toFloat value))
        | _ -> false

    /// The least value: a lower bound, the best value found with its point, and the boxes used.
    let private minimum (target: Target) (region: Map<string, Extent>) =
        let queue = PriorityQueue<Map<string, Extent> * BigFloat option, float>()
        let mutable best: (BigFloat * Map<string, BigRational>) option = None
        let mutable boxes = 0

        let add (box: Map<string, Extent>) =
            boxes <- boxes + 1

            for point in candidates box do
                match valueAt target.Term point, best with
                | Some value, None -> best <- Some(Ball.upper value, point)
                | Some value, Some(least, _) when Ball.upper value < least ->
                    best <- Some(Ball.upper value, point)
                | _ -> ()

            let lower, _ = bounds target box

            let hopeless =
                match lower, best with
                | Some low, Some(least, _) -> low > least
                | _ -> false

            if not hopeless then
                queue.Enqueue(
                    (box, lower),
                    (match lower with
                     | Some low -> BigFloat.toFloat low
                     | None -> -infinity)
                )

        add region
        let mutable finished = queue.Count = 0

        while not finished do
            let box, lower = queue.Peek()

            // Boxes without any bound are cut outwards for ever: soon it is clear that nothing is gained.
            if
                near lower (Option.map fst best)
                || boxes >= patience
                || (lower.IsNone && boxes > 300)
            then
                finished <- true
            else
                queue.Dequeue() |> ignore
                halves box |> List.iter add
                finished <- queue.Count = 0

        // What was dropped lies above the best value.
        let lower =
            if queue.Count = 0 then
                Option.map fst best
            else
                let left = [ for struct ((_, lower), _) in queue.UnorderedItems -> lower ]

                if List.contains None left then
                    None
                else
                    let least = left |> List.choose id |> List.min
                    Some(best |> Option.map (fst >> min least) |> Option.defaultValue least)

        lower, best, boxes

    /// Bounds of all values that the term takes on the region, as sharp as a limited number of boxes makes them.
    /// Error where it may have no value on the region.
    let range (assumptions: Assumptions) (term: Term) : Result<ValueRange, string> =
        let symbols = Term.symbols term |> List.ofSeq

        if symbols.IsEmpty then
            Enclosure.toDigits 20 Map.empty term
            |> Result.map (fun ball ->
                { Lower = Some(Ball.lower ball)
                  Upper = Some(Ball.upper ball)
                  Least = None
                  Greatest = None
                  Boxes = 1 })
        else
            let region = boxOf assumptions symbols
            let lower, least, boxes = minimum (target term) region
            let upper, greatest, others = minimum (target -term) region

            if least.IsNone then
                Error "it has no value at any point that was tried"
            else
                Ok
                    { Lower = lower
                      Upper = Option.map (~-) upper
                      Least = least
                      Greatest = greatest |> Option.map (fun (value, point) -> -value, point)
                      Boxes = boxes + others }

    /// A point of a box where the term is certainly below zero.
    let private counterexample (term: Term) (box: Map<string, Extent>) =
        candidates box
        |> List.tryPick (fun point ->
            if Enclosure.sign 256 (Sample.balls 512 point) term = Some -1 then
                let value =
                    valueAt term point
                    |> Option.map (fun ball -> $"{Ball.toFloat ball:g6}")
                    |> Option.defaultValue "below 0"

                Some $"the difference is {value} at {Sample.describe point}"
            else
                None)

    /// Is the term at least zero wherever it has a value on the region?
    let isNonNegative (assumptions: Assumptions) (term: Term) : Decision =
        let symbols = Term.symbols term |> List.ofSeq
        let region = boxOf assumptions symbols

        let rec cover (target: Target) (boxes: int) (queue: Map<string, Extent> list) : Decision =
            match queue with
            | [] -> Decision.Enclosed boxes
            | _ when boxes > patience -> Decision.Unknown $"not decided on {patience} boxes"
            | box :: rest ->
                match fst (bounds target box) with
                | Some low when low.Sign >= 0 -> cover target (boxes + 1) rest
                | _ ->
                    match counterexample term box with
                    | Some witness -> Decision.Refuted witness
                    | None ->
                        let isDeep =
                            boxes > 0
                            && (boxes % 8 = 0
                                || box.Values |> Seq.exists (fun extent -> width extent = infinity))

                        if isDeep && Slopes.isNonNegative (facts box) term then
                            cover target (boxes + 1) rest
                        else
                            // Breadth first, so that a counterexample is not missed behind a box that cannot be decided.
                            cover target (boxes + 1) (rest @ halves box)

        try
            if Slopes.isNonNegative (facts region) term then
                Decision.Exact
            elif symbols.IsEmpty then
                match Enclosure.sign 4096 Map.empty term with
                | Some sign when sign < 0 -> Decision.Refuted "it is a number below 0"
                | Some _ -> Decision.Exact
                | None -> Decision.Unknown "the sign of the number is not known"
            else
                let sampled =
                    seq { 0..7 }
                    |> Seq.tryPick (fun number ->
                        let point = Sample.point assumptions number symbols

                        if Enclosure.sign 256 (Sample.balls 512 point) term = Some -1 then
                            let value =
                                valueAt term point |> Option.map Ball.toFloat |> Option.defaultValue nan

                            Some $"the difference is {value:g6} at {Sample.describe point}"
                        else
                            None)

                match sampled with
                | Some witness -> Decision.Refuted witness
                | None -> cover (target term) 0 [ region ]
        with NoValueException reason ->
            Decision.Unknown reason
