namespace ImplicitBias.Theory.Symbolic

open System.Numerics
open MathNet.Numerics

/// The exact values of functions that the field calls well known: at rationals, and at rational multiples of π.
module internal ExactValues =

    open Canonical

    let private noValue reason = raise (NoValueException reason)
    let private root n = power (integer n) half
    let private piTimes q = scale q Node.pi

    /// sin on [0, π/2], with the angle as a fraction of π.
    let private sines =
        dict
            [ BigRational.Zero, zero
              BigRational.FromIntFraction(1, 12), (root 6 - root 2) / integer 4
              BigRational.FromIntFraction(1, 6), half
              BigRational.FromIntFraction(1, 4), root 2 / integer 2
              BigRational.FromIntFraction(1, 3), root 3 / integer 2
              BigRational.FromIntFraction(5, 12), (root 6 + root 2) / integer 4
              BigRational.FromIntFraction(1, 2), one ]

    let private tangents =
        [ BigRational.Zero, zero
          BigRational.FromIntFraction(1, 12), integer 2 - root 3
          BigRational.FromIntFraction(1, 6), root 3 / integer 3
          BigRational.FromIntFraction(1, 4), one
          BigRational.FromIntFraction(1, 3), root 3
          BigRational.FromIntFraction(5, 12), integer 2 + root 3 ]

    /// q for the term q π.
    let private (|MultipleOfPi|_|) (term: Term) =
        match term.Shape with
        | Shape.Number q when q.IsZero -> Some q
        | Shape.Pi -> Some BigRational.One
        | Shape.Product(q, [| Node Shape.Pi |]) -> Some q
        | _ -> None

    /// sin(q π) if it is in the table.
    let private sineOf (q: BigRational) =
        let two = BigRational.FromInt 2
        let turn = q - two * BigRational.FromBigInt(BigRationals.floor (q / two)) // in [0, 2)
        let below = turn < BigRational.One
        let part = if below then turn else turn - BigRational.One

        let part =
            if part > BigRational.FromIntFraction(1, 2) then
                BigRational.One - part
            else
                part

        match sines.TryGetValue part with
        | true, value -> Some(if below then value else negate value)
        | _ -> None

    /// Γ of integers and halves up to this size is written out.
    let private gammaLimit = BigRational.FromInt 200

    let private pole name (q: BigRational) =
        if q.IsInteger && not q.IsPositive then
            noValue $"{name} has a pole at {q}"

    let private gamma (q: BigRational) =
        pole "gamma" q

        if BigRational.Abs q > gammaLimit then
            None
        elif q.IsInteger then
            Some(number (Bernoulli.factorial (int q - 1)))
        elif q.Denominator = BigInteger 2 then
            // Γ(n + 1/2) = √π Π (k - 1/2), k = 1..n; backwards below 1/2.
            let n = int (BigRationals.floor q)

            let factor k =
                BigRational.FromIntFraction(2 * k - 1, 2)

            let product =
                if n >= 0 then
                    Seq.fold (fun p k -> p * factor k) BigRational.One (seq { 1..n })
                else
                    Seq.fold (fun p k -> p / factor k) BigRational.One (seq { n + 1 .. 0 })

            Some(scale product (power Node.pi half))
        else
            None

    /// Σ 1/x^p over the n numbers x = start, start + 1, ....
    let private reciprocals (start: BigRational) p n =
        seq { 0 .. n - 1 }
        |> Seq.sumBy (fun k -> BigRational.Pow(start + BigRational.FromInt k, -p))

    /// ψ(q) at a positive integer or half, from ψ(1), which stays, and ψ(1/2) = ψ(1) - 2 log 2 by ψ(x + 1) = ψ(x) + 1/x.
    /// Source: DLMF 5.4.14, 5.4.15.
    let private digamma (q: BigRational) =
        pole "digamma" q

        if not q.IsPositive || q > gammaLimit || q.IsOne then
            None
        elif q.IsInteger then
            Some(
                Node.apply Function.Digamma one
                + number (reciprocals BigRational.One 1 (int q - 1))
            )
        elif q.Denominator = BigInteger 2 then
            let start = BigRational.FromIntFraction(1, 2)
            let shift = number (reciprocals start 1 (int (BigRationals.floor q)))
            Some(Node.apply Function.Digamma one - integer 2 * ln (integer 2) + shift)
        else
            None

    /// The same for the derivative of order m: ψ⁽ᵐ⁾(1) = m! ζ(m + 1), up to sign, is (2π)^{m+1} |B_{m+1}|/(2(m + 1)) for odd m and stays
    /// for even m; ψ⁽ᵐ⁾(1/2) is 2^{m+1} - 1 times as much. Source: DLMF 5.15, 25.6.2.
    let private polygamma m (q: BigRational) =
        pole "polygamma" q

        let atOne () =
            if m % 2 = 0 then
                Node.apply (Function.Polygamma m) one
            else
                let coefficient =
                    BigRational.Pow(BigRational.FromInt 2, m)
                    * BigRational.Abs(Bernoulli.number (m + 1))
                    / BigRational.FromInt(m + 1)

                scale coefficient (power Node.pi (integer (m + 1)))

        let shifted value start n =
            let signed =
                if m % 2 = 0 then
                    Bernoulli.factorial m
                else
                    -(Bernoulli.factorial m)

            value + number (signed * reciprocals start (m + 1) n)

        if not q.IsPositive || q > gammaLimit || m > 100 || (q.IsOne && m % 2 = 0) then
            None
        elif q.IsInteger then
            Some(shifted (atOne ()) BigRational.One (int q - 1))
        elif q.Denominator = BigInteger 2 then
            let factor = BigRational.Pow(BigRational.FromInt 2, m + 1) - BigRational.One

            Some(
                shifted
                    (scale factor (atOne ()))
                    (BigRational.FromIntFraction(1, 2))
                    (int (BigRationals.floor q))
            )
        else
            None

    let private outside name (q: BigRational) =
        noValue $"{name}({q}) is not a real number"

    /// The value at a number, if it has a simpler form.
    let atNumber (f: Function) (q: BigRational) : Term option =
        match f with
        | Function.LambertW when q.IsZero -> Some zero
        | _ when q.IsZero && Function.isOdd f -> Some zero
        | Function.Cos
        | Function.Cosh
        | Function.Erfcx when q.IsZero -> Some one
        | Function.Asin
        | Function.Acos when BigRational.Abs q > BigRational.One -> outside "the arc function" q
        | Function.Acosh when q < BigRational.One -> outside "acosh" q
        | Function.Acosh when q.IsOne -> Some zero
        | Function.Atanh when BigRational.Abs q >= BigRational.One -> outside "atanh" q
        | Function.Abs -> Some(number (BigRational.Abs q))
        | Function.Gamma -> gamma q
        | Function.LogGamma when not q.IsPositive -> outside "loggamma" q
        | Function.LogGamma -> gamma q |> Option.map ln
        | Function.Digamma -> digamma q
        | Function.Polygamma order -> polygamma order q
        | Function.Binet when not q.IsPositive -> outside "binet" q
        | _ -> None

    /// sin, cos, tan of rational multiples of π, and the arc functions where they give such.
    let atAngle (f: Function) (u: Term) : Term option =
        let angleOf table value =
            table
            |> Seq.tryPick (fun (key, entry: Term) -> if entry = value then Some(piTimes key) else None)

        match f, u with
        | Function.Sin, MultipleOfPi q -> sineOf q
        | Function.Cos, MultipleOfPi q -> sineOf (q + BigRational.FromIntFraction(1, 2))
        | Function.Tan, MultipleOfPi q ->
            match sineOf q, sineOf (q + BigRational.FromIntFraction(1, 2)) with
            | Some _, Some cosine when cosine = zero -> noValue "tan has a pole at odd multiples of pi/2"
            | Some sine, Some cosine -> Some(sine / cosine)
            | _ -> None
        | Function.Asin, _ -> angleOf (sines |> Seq.map (fun entry -> entry.Key, entry.Value)) u
        | Function.Acos, _ ->
            angleOf (sines |> Seq.map (fun entry -> entry.Key, entry.Value)) u
            |> Option.map (fun angle -> piTimes (BigRational.FromIntFraction(1, 2)) - angle)
        | Function.Atan, _ -> angleOf tangents u
        | _ -> None
