namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open System.Numerics
open MathNet.Numerics

/// How an inequality on a region stands.
[<RequireQualifiedAccess>]
type Decision =
    /// By the signs of factors, derivatives and limits, or by completed squares.
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

    open Boxes

    /// No more boxes than this are looked at.
    let private patience = 1500

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

    let private isIn (region: Map<string, Extent>) (point: Map<string, BigRational>) =
        region
        |> Map.forall (fun symbol extent ->
            let within inner (bound: Bound) =
                inner bound.At point[symbol] || (bound.Included && bound.At = point[symbol])

            Option.forall (within (<)) extent.From && Option.forall (within (>)) extent.To)

    /// The least value: a lower bound, the best value found with its point, and the boxes used.
    let private search (target: Target) (region: Map<string, Extent>) =
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

    let private minimum (target: Target) (region: Map<string, Extent>) =
        match Quadratic.least target.Term with
        | Some(value, point) when isIn region point ->
            let ball = Ball.ofRational 128 value
            Some(Ball.lower ball), Some(Ball.upper ball, point), 1
        | _ -> search target region

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

        let cover (target: Target) : Decision =
            // Breadth first, so that a counterexample is not missed behind a box that cannot be decided.
            let queue = Queue [ region ]

            let rec next boxes =
                if queue.Count = 0 then
                    Decision.Enclosed boxes
                elif boxes > patience then
                    Decision.Unknown $"not decided on {patience} boxes"
                else
                    let box = queue.Dequeue()

                    match fst (bounds target box) with
                    | Some low when low.Sign >= 0 -> next (boxes + 1)
                    | _ ->
                        match counterexample term box with
                        | Some witness -> Decision.Refuted witness
                        | None ->
                            let isDeep =
                                boxes > 0
                                && (boxes % 8 = 0
                                    || box.Values |> Seq.exists (fun extent -> width extent = infinity))

                            if not (isDeep && Slopes.isNonNegative (facts box) term) then
                                halves box |> List.iter queue.Enqueue

                            next (boxes + 1)

            next 0

        try
            if Slopes.isNonNegative (facts region) term || Quadratic.isNonNegative term then
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
                | None -> cover (target term)
        with NoValueException reason ->
            Decision.Unknown reason
