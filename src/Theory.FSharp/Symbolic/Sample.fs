namespace ImplicitBias.Theory.Symbolic

open System.Globalization
open System.Numerics
open MathNet.Numerics

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

    let private toInteger (extent: Extent) nonZero (x: BigRational) =
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

        let inside =
            match extent.From with
            | Some low when whole < low.At -> low.At
            | _ -> whole

        match extent.To with
        | _ when not (nonZero && inside.IsZero) -> inside
        | Some high when high.At < BigRational.One -> -BigRational.One
        | _ -> BigRational.One

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
                toInteger extent (Assumptions.isNonZero symbol assumptions) value
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

            match AssumptionText.parseNumber short with
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
