namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open System.Numerics
open MathNet.Numerics
open ImplicitBias.Theory.Symbolic // Polynomial is ours

/// Zero tests of polynomials in roots and in cosines of π/d, by a bound below which no such number but 0 lies.
/// Source: Burnikel, Fleischer, Mehlhorn, Schirra, A strong and easily computable separation bound for arithmetic expressions
/// involving radicals (2000), in the form for algebraic integers.
type internal AlgebraicNumbers(kernels: Kernels) =

    let positives = kernels.Positives
    let units = kernels.Units
    let cyclotomic = kernels.Cyclotomic
    let termOfPolynomial (p: Polynomial) = kernels.TermOf p

    /// Kernels that are algebraic numbers.
    let rec isAlgebraic v =
        match positives.TryGetValue v with
        | true, RootOf b -> b.Polynomial |> Map.forall (fun m _ -> m |> List.forall (fst >> isAlgebraic))
        | _ -> cyclotomic.ContainsKey v

    /// Whether a sum of products of roots of integers and cosines of π/d vanishes. Times a power of 2 it is an algebraic
    /// integer; if that is not zero, its product with its conjugates, fewer than the degree and none above a bound, is at
    /// least 1 in size. So a value closer to zero than bound^(1 - degree) is zero.
    let algebraicVanishes (p: Polynomial) : bool =
        let p = Polynomial.primitive p
        let steps = Dictionary<int, int>()

        let rec collect (p: Polynomial) =
            for KeyValue(m, _) in p do
                for v, e in m do
                    match steps.TryGetValue v with
                    | true, step ->
                        steps[v] <- int (BigInteger.GreatestCommonDivisor(BigInteger step, BigInteger e))
                    | _ ->
                        steps[v] <- int (BigInteger.GreatestCommonDivisor(BigInteger units, BigInteger e))

                        match positives.TryGetValue v with
                        | true, RootOf b -> collect b.Polynomial
                        | _ -> ()

        collect p

        let degree =
            (1.0, steps)
            ||> Seq.fold (fun product (KeyValue(v, step)) ->
                match cyclotomic.TryGetValue v with
                | true, degree -> product * float degree
                | _ -> product * float (units / step))

        // The power of 2 that makes every cosine an integer, in p and below its roots.
        let rec halves (p: Polynomial) : int =
            p
            |> Map.toSeq
            |> Seq.map (fun (m, _) ->
                m
                |> List.sumBy (fun (v, e) ->
                    match positives.TryGetValue v with
                    | true, RootOf b -> halves b.Polynomial * (e / units + 1)
                    | _ -> e))
            |> Seq.max

        // log2 of a bound on the conjugates.
        let rec size (p: Polynomial) : float =
            let ofMonomial (m: Monomial, q: BigRational) =
                let factors =
                    m
                    |> List.sumBy (fun (v, e) ->
                        match positives.TryGetValue v with
                        | true, RootOf b -> max 0.0 (size b.Polynomial) * float e / float units
                        | _ -> 0.0)

                factors + float ((BigInteger.Abs q.Numerator).GetBitLength())

            (p |> Map.toSeq |> Seq.map ofMonomial |> Seq.max)
            + System.Math.Log2(float p.Count)

        let shift = float (halves p)
        let needed = (degree - 1.0) * (size p + shift + 1.0) + shift + 2.0

        needed < 4000.0
        && (match Enclosure.evaluate (int needed + 200) Map.empty (termOfPolynomial p) with
            | Ok ball ->
                (Ball.magnitude ball).IsZero
                || (Ball.magnitude ball).Top < BigInteger(-int needed)
            | Error _ -> false)

    let vanishes (p: Polynomial) : bool =
        p.IsEmpty
        || p
           |> Map.toSeq
           |> Seq.groupBy (fun (m, _) -> m |> List.filter (fst >> isAlgebraic >> not))
           |> Seq.forall (fun (_, part) ->
               part
               |> Seq.map (fun (m, q) -> m |> List.filter (fst >> isAlgebraic), q)
               |> Map.ofSeq
               |> algebraicVanishes)

    /// Whether a reduced polynomial vanishes: it is split by the kernels that are not algebraic numbers, and each coefficient
    /// must vanish.
    member _.Vanishes(p: Polynomial) : bool = vanishes p
