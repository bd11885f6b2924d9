namespace ImplicitBias.Theory.Symbolic

open MathNet.Symbolics

/// What is known about an expression being zero. Never worded stronger than it was found.
type ZeroFinding =
    /// A normal form reduced it to the number 0.
    | Normalised
    /// No normal form did, but it vanished to rounding at this many sample points.
    | Vanishing of points: int
    /// It differs from zero at these values of its symbols.
    | NonZero of witness: Values * value: float
    /// It could not be evaluated.
    | Unknown of reason: string

/// Is an expression identically zero where all its symbols are positive?
module ZeroTest =

    /// Normal forms, tried in order. No single one decides: sums of products need the first, exponentials and
    /// logarithms of products the second, quotients the third.
    let private normalForms: (Expression -> Expression) list =
        [ Algebraic.expand
          Exponential.expand >> Algebraic.expand
          Rational.numerator >> Algebraic.expand
          Exponential.expand >> Rational.numerator >> Algebraic.expand ]

    let private normalises expression =
        normalForms
        |> List.exists (fun form ->
            try
                form expression = Operators.zero
            with _ -> // the package's normal forms throw on some transcendental input
                false)

    /// Sample values for k symbols: powers of distinct primes, so that no accidental relation holds among them.
    /// Deterministic; point by point, every symbol moves over about two decades around 1.
    let private samples (symbols: string list) : Values list =
        let primes = [ 2.0; 3.0; 5.0; 7.0; 11.0; 13.0; 17.0; 19.0; 23.0; 29.0; 31.0; 37.0 ]

        [ for point in 1..5 ->
              symbols
              |> List.mapi (fun k symbol ->
                  let prime = primes[k % primes.Length]
                  let angle = sqrt prime * float (point + k / primes.Length)
                  symbol, 10.0 ** (2.0 * (angle - floor angle) - 1.0))
              |> Map.ofList ]

    /// A difference this far above the rounding of its terms is a difference: 2⁻²⁶, half the digits of a double.
    let private visible = 2.0 ** -26.0

    /// Tests left - right. Sampling compares the two sides relative to their size, so that cancellation inside
    /// either is not mistaken for a difference.
    let equal (left: Expression) (right: Expression) : ZeroFinding =
        let difference = left - right

        if difference = Operators.zero || normalises difference then
            Normalised
        else
            let symbols =
                Structure.collectIdentifiers difference
                |> Seq.map Numeric.name
                |> Seq.sort
                |> List.ofSeq

            let compare values =
                match Numeric.evaluate values left, Numeric.evaluate values right with
                | Ok l, Ok r -> Ok(values, l, r)
                | Error reason, _
                | _, Error reason -> Error reason

            let results = samples symbols |> List.map compare

            let witness =
                results
                |> List.tryPick (function
                    | Ok(values, l, r) when abs (l - r) > visible * max (abs l) (abs r) ->
                        Some(NonZero(values, l - r))
                    | _ -> None)

            let evaluated =
                results
                |> List.sumBy (function
                    | Ok _ -> 1
                    | Error _ -> 0)

            match witness, results with
            | Some found, _ -> found
            | None, Error reason :: _ when evaluated = 0 -> Unknown reason
            | None, _ -> Vanishing evaluated
