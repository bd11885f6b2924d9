namespace ImplicitBias.Theory

open MathNet.Numerics
open MathNet.Symbolics
open ImplicitBias.Theory.Symbolic

/// The two terms of a step at one point, evaluated rigorously.
type Illustration =
    {
        /// As in "x = 0.5".
        At: string
        /// Decimals, or why there are none.
        Before: string
        After: string
    }

/// A step shown at work: what it compares, at points.
module Illustration =

    let private digits = 15

    let private value (point: Map<string, BigRational>) (term: Term) : string =
        match Enclosure.toDigits (digits + 5) (Sample.balls 512 point) term with
        | Ok ball -> BigFloat.toText Nearest digits ball.Midpoint
        | Error reason ->
            match Enclosure.logarithm 128 (Sample.balls 512 point) term with
            | Ok form ->
                let log = BigFloat.toText Nearest digits form.Log.Midpoint
                if form.Sign > 0 then $"exp({log})" else $"-exp({log})"
            | Error _ -> reason

    let private ten = BigRational.FromInt 10

    /// Values ever nearer to where a symbol goes; towards a number from above, or from below if the symbol lies there.
    let private approach (comparison: Comparison) (name: string) (towards: Expression) : BigRational list =
        let distances = [ 1; 2; 4; 8 ] |> List.map (fun k -> BigRational.Pow(ten, k))

        match towards with
        | PositiveInfinity -> distances
        | NegativeInfinity -> distances |> List.map (~-)
        | _ ->
            match Conversion.toTerm towards |> Result.map _.Shape with
            | Ok(Shape.Number place) ->
                let isUpperEnd =
                    match (Assumptions.extent name comparison.Assumptions).To with
                    | Some bound -> bound.At = place
                    | None -> false

                distances
                |> List.map (fun distance ->
                    let step = BigRational.Reciprocal distance
                    if isUpperEnd then place - step else place + step)
            | _ -> []

    /// The comparison at three points inside its assumptions, or at four on the way to its limit.
    let points (comparison: Comparison) : Illustration list =
        let symbols =
            Set.union (Term.symbols comparison.Before) (Term.symbols comparison.After)

        let sample number =
            Sample.point comparison.Assumptions number symbols

        let chosen =
            match comparison.Towards with
            | None when symbols.IsEmpty -> [ Map.empty ]
            | None -> List.map sample [ 0; 1; 2 ]
            | Some(name, towards) ->
                approach comparison name towards
                |> List.map (fun value -> (sample 0).Add(name, value))

        [ for point in chosen ->
              { At = Sample.describe point
                Before = value point comparison.Before
                After = value point comparison.After } ]
