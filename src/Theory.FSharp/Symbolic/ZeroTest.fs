namespace ImplicitBias.Theory.Symbolic

open System.Globalization
open System.Numerics
open MathNet.Numerics
open ImplicitBias.Theory.Symbolic // Polynomial is ours

/// What is known about a statement. Never worded stronger than it was found.
[<RequireQualifiedAccess>]
type Answer =
    | True
    /// With the point that shows it.
    | False of witness: string
    /// With what stopped the search.
    | Unknown of reason: string

/// Is a term zero wherever it has a value and its symbols are as assumed? What has no value anywhere is not zero.
module ZeroTest =

    let private number (ball: Ball) =
        (Ball.toFloat ball).ToString("g6", CultureInfo.InvariantCulture)

    /// The term at a point, if it is certainly not zero there.
    let private nonZeroAt (limit: int) (values: Map<string, BigRational>) (term: Term) : string option =
        let balls = Sample.balls (2 * limit) values

        Enclosure.sign limit balls term
        |> Option.filter ((<>) 0)
        |> Option.map (fun sign ->
            let value =
                match Enclosure.evaluate 128 balls term with
                | Ok ball when
                    not (Ball.containsZero ball)
                    && System.Double.IsFinite(Ball.toFloat ball)
                    && Ball.toFloat ball <> 0.0
                    ->
                    number ball
                | _ ->
                    match Enclosure.logarithm limit balls term with
                    | Ok form -> (if form.Sign > 0 then "exp(" else "-exp(") + number form.Log + ")"
                    | Error _ -> if sign > 0 then "above 0" else "below 0"

            if values.IsEmpty then
                $"the value is {value}"
            else
                $"the value is {value} at {Sample.describe values}")

    let private refute limit points assumptions (term: Term) =
        let symbols = Term.symbols term

        if symbols.IsEmpty then
            nonZeroAt limit Map.empty term
        else
            seq { 0 .. points - 1 }
            |> Seq.tryPick (fun number -> nonZeroAt limit (Sample.point assumptions number symbols) term)

    /// Terms of more nodes are evaluated, but neither normalised nor differentiated.
    let private largest = 2000L

    let private normalises assumptions (term: Term) =
        try
            term.Size <= largest
            && NormalForm.Run(assumptions, fun form -> form.IsZero term)
        with
        | NoValueException _
        | Polynomial.TooLarge -> false

    /// Numbers at which constants tend to simplify, as far as they are in the extent.
    let internal simplePoints (extent: Extent) =
        let inside (x: BigRational) =
            (match extent.From with
             | Some low -> x > low.At || (low.Included && x = low.At)
             | None -> true)
            && (match extent.To with
                | Some high -> x < high.At || (high.Included && x = high.At)
                | None -> true)

        let ends =
            [ extent.From; extent.To ]
            |> List.choose id
            |> List.collect (fun bound ->
                [ bound.At; bound.At + BigRational.One; bound.At - BigRational.One ])

        [ 0, 1; 1, 1; 2, 1; -1, 1; 1, 2 ]
        |> List.map BigRational.FromIntFraction
        |> fun simple -> List.distinct (simple @ ends) |> List.filter inside

    let private attempt (compute: unit -> bool) =
        try
            compute ()
        with NoValueException _ ->
            false

    /// A term whose derivative vanishes and that is continuous on an interval is zero if it is zero at one point of it.
    let rec private vanishesWithItsDerivative fuel assumptions (term: Term) =
        let alongside symbol =
            let slope = Derivative.differentiate symbol term

            Extents.isTotal (Assumptions.across symbol assumptions) term
            && Extents.isTotal (Assumptions.inside symbol assumptions) slope
            && simplePoints (Assumptions.extent symbol assumptions)
               |> List.exists (fun point ->
                   attempt (fun () ->
                       proves (fuel - 1) assumptions (Term.substitute symbol (Term.number point) term)))
            && proves (fuel - 1) assumptions slope

        fuel > 0
        && term.Size <= largest / 4L
        && Term.symbols term
           |> Seq.filter (fun symbol ->
               not (List.contains Fact.Integer (Assumptions.facts symbol assumptions)))
           |> Seq.exists (fun symbol -> attempt (fun () -> alongside symbol))

    and private proves fuel assumptions (term: Term) =
        term = Term.zero
        || ((refute 128 2 assumptions term).IsNone
            && (normalises assumptions term || vanishesWithItsDerivative fuel assumptions term))

    /// Differences are looked for at this many points.
    let private points = 6

    let private undecided assumptions (term: Term) =
        let value number =
            let values = Sample.point assumptions number (Term.symbols term)
            Enclosure.evaluate 256 (Sample.balls 512 values) term

        match value 0, value 1 with
        | Error reason, Error _ -> Answer.Unknown $"it could not be evaluated: {reason}"
        | _ ->
            Answer.Unknown "it vanishes to all digits that were computed, but no normal form reduces it to 0"

    let private deepest isConstant (term: Term) =
        if term.Size > largest then 128
        elif isConstant then 2048
        else 512

    /// Answers True if a normal form proves it, or a derivative and a point do; False with a point at which rigorous
    /// evaluation excludes zero; else Unknown.
    let isZero (assumptions: Assumptions) (term: Term) : Answer =
        if term = Term.zero then
            Answer.True
        else
            let isConstant = (Term.symbols term).IsEmpty

            match refute 128 (if isConstant then 1 else 2) assumptions term with
            | Some witness -> Answer.False witness
            | None ->
                if normalises assumptions term || vanishesWithItsDerivative 3 assumptions term then
                    if Condition.canHold assumptions (Condition.ofTerm term) then
                        Answer.True
                    else
                        Answer.Unknown "it has no real value at any point that was tried"
                else
                    match refute (deepest isConstant term) points assumptions term with
                    | Some witness -> Answer.False witness
                    | None -> undecided assumptions term

    /// The number of points, of six, at which rigorous evaluation finds less than 10^-100.
    let vanishesAt (assumptions: Assumptions) (term: Term) : int =
        let tiny = BigInteger -333

        seq { 0 .. points - 1 }
        |> Seq.filter (fun number ->
            let values = Sample.point assumptions number (Term.symbols term)

            match Enclosure.evaluate 512 (Sample.balls 1024 values) term with
            | Ok ball -> (Ball.magnitude ball).IsZero || (Ball.magnitude ball).Top < tiny
            | Error _ -> false)
        |> Seq.length
