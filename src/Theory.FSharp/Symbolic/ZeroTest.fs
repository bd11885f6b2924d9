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

/// Points at which terms are tried.
module Sample =

    let private primes =
        [| 2.0; 3.0; 5.0; 7.0; 11.0; 13.0; 17.0; 19.0; 23.0; 29.0; 31.0; 37.0 |]

    /// An odd multiple of 1/64 in (0, 1), spread evenly over the points and unrelated between symbols.
    let private fraction (symbol: int) (point: int) =
        let spread =
            sqrt primes[symbol % primes.Length] * float (point + 1 + symbol / primes.Length)

        BigRational.FromIntFraction(2 * int (32.0 * (spread - floor spread)) + 1, 64)

    let private within (extent: Extent) (u: BigRational) =
        let outwards = u / (BigRational.One - u)

        match extent.From, extent.To with
        | Some low, Some high -> low.At + (high.At - low.At) * u
        | Some low, None -> low.At + outwards
        | None, Some high -> high.At - outwards
        | None, None -> (u - BigRational.FromIntFraction(1, 2)) * BigRational.FromInt 8

    let private toInteger (extent: Extent) (x: BigRational) =
        let floor =
            BigInteger.Divide(
                x.Numerator
                - (if x.IsNegative then
                       x.Denominator - BigInteger.One
                   else
                       BigInteger.Zero),
                x.Denominator
            )

        let whole = BigRational.FromBigInt floor

        match extent.From with
        | Some low when whole < low.At -> low.At
        | _ -> whole

    /// Exact values for the symbols of a term, all inside what is assumed of them; the same for the same number.
    let point (assumptions: Assumptions) (number: int) (symbols: string seq) : Map<string, BigRational> =
        symbols
        |> Seq.indexed
        |> Seq.map (fun (k, symbol) ->
            let extent = Assumptions.extent symbol assumptions
            let value = within extent (fraction k number)

            let isInteger = Assumptions.facts symbol assumptions |> List.contains Fact.Integer

            symbol,
            if isInteger then
                toInteger
                    extent
                    (if extent.From.IsSome || extent.To.IsSome then
                         value * BigRational.One
                     else
                         value)
            else
                value)
        |> Map.ofSeq

    /// A number as short as it can be read: exactly where few digits do.
    let text (x: BigRational) : string =
        let asFloat = BigRational.ToDouble x

        if
            BigRational.ToDouble(BigRational.FromBigInt x.Denominator) <= 1e6
            && abs asFloat < 1e15
        then
            let short = asFloat.ToString("R", CultureInfo.InvariantCulture)

            match Assumptions.parseNumber short with
            | Some same when same = x -> short
            | _ -> x.ToString()
        else
            asFloat.ToString("g6", CultureInfo.InvariantCulture)

    /// "x = 0.5, y = 2".
    let describe (values: Map<string, BigRational>) : string =
        values
        |> Map.toSeq
        |> Seq.map (fun (symbol, value) -> $"{symbol} = {text value}")
        |> String.concat ", "

    /// The values as balls without radius, as far as binary digits go.
    let balls (precision: int) (values: Map<string, BigRational>) : Map<string, Ball> =
        values |> Map.map (fun _ value -> Ball.ofRational precision value)

/// Is a term zero wherever it has a value and its symbols are as assumed?
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

    let private hasJumps (term: Term) =
        let rec visit (term: Term) =
            match term.Shape with
            | Shape.Apply(Function.Sign, _) -> true
            | _ -> Term.children term |> Array.exists visit

        visit term

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

    /// A term whose derivative vanishes and that has a value on a whole interval is zero if it is zero at one point of it.
    let rec private vanishesWithItsDerivative fuel assumptions (term: Term) =
        fuel > 0
        && term.Size <= largest / 4L
        && not (hasJumps term)
        && snd (Extents.evaluate assumptions term)
        && Term.symbols term
           |> Seq.filter (fun symbol ->
               not (List.contains Fact.Integer (Assumptions.facts symbol assumptions)))
           |> Seq.exists (fun symbol ->
               attempt (fun () ->
                   simplePoints (Assumptions.extent symbol assumptions)
                   |> List.exists (fun point ->
                       attempt (fun () ->
                           proves (fuel - 1) assumptions (Term.substitute symbol (Term.number point) term)))
                   && proves (fuel - 1) assumptions (Derivative.differentiate symbol term)))

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
                    Answer.True
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
