namespace ImplicitBias.Theory.Symbolic

open System.Numerics
open MathNet.Numerics
open ImplicitBias.Theory.Symbolic // Polynomial is ours

/// Common divisors of polynomials, by Euclid's algorithm with primitive remainders, and square-free factors, by derivatives.
/// Source: von zur Gathen and Gerhard, Modern Computer Algebra (2013), chapters 6 and 14.
module internal PolynomialFactors =

    open Polynomial

    let private dividedBy (divisor: Polynomial) (p: Polynomial) =
        match divideExactly p divisor with
        | Some quotient -> quotient
        | None -> invalidOp "A common divisor divides."

    /// Greatest common divisor, primitive. Raises TooLarge.
    let rec gcd (a: Polynomial) (b: Polynomial) : Polynomial =
        if a.IsEmpty then
            primitive b
        elif b.IsEmpty then
            primitive a
        else
            let commonA, commonB = commonMonomial a, commonMonomial b

            let without (common: Monomial) p =
                if common.IsEmpty then p else dividedBy (monomial common) p

            withoutMonomials (without commonA a) (without commonB b)
            |> multiply (monomial (gcdOfMonomials commonA commonB))
            |> primitive

    and private withoutMonomials (a: Polynomial) (b: Polynomial) : Polynomial =
        match mainVariable a, mainVariable b with
        | None, _
        | _, None -> one
        | Some v, Some w when v > w -> gcd (contentIn v a) b
        | Some v, Some w when v < w -> gcd a (contentIn w b)
        | Some v, _ ->
            let contentA, contentB = contentIn v a, contentIn v b
            let shared = gcd contentA contentB
            let a, b = dividedBy contentA a, dividedBy contentB b
            multiply shared (euclid v (primitive a) (primitive b))

    /// The greatest common divisor of the coefficients of the powers of v.
    and private contentIn (v: int) (p: Polynomial) : Polynomial =
        let coefficients =
            coefficients v p
            |> Map.toList
            |> List.map snd
            |> List.sortBy (fun (q: Polynomial) -> q.Count)

        let mutable common = zero
        let mutable rest = coefficients

        while not rest.IsEmpty do
            common <- gcd common rest.Head

            rest <-
                match common with
                | Constant _ -> []
                | _ -> rest.Tail

        common

    /// Euclid's algorithm in v with primitive remainders.
    and private euclid (v: int) (a: Polynomial) (b: Polynomial) : Polynomial =
        let a, b = if degree v a >= degree v b then a, b else b, a

        if b.IsEmpty then
            a
        elif degree v b = 0 then
            one
        else
            let remainder = pseudoRemainder v a b

            if remainder.IsEmpty then
                b
            else
                euclid v b (primitive (dividedBy (contentIn v remainder) remainder))

    and private pseudoRemainder (v: int) (a: Polynomial) (b: Polynomial) : Polynomial =
        let degreeB = degree v b
        let leadB = (coefficients v b)[degreeB]
        let mutable rest = a
        let mutable degreeRest = degree v a

        while not rest.IsEmpty && degreeRest >= degreeB do
            let lead = (coefficients v rest)[degreeRest]

            let shift =
                if degreeRest = degreeB then
                    []
                else
                    [ v, degreeRest - degreeB ]

            let subtrahend = multiply lead (multiplyMonomial shift BigRational.One b)
            rest <- subtract (multiply leadB rest) subtrahend
            degreeRest <- degree v rest

        rest

    let rec private separated (p: Polynomial) : (Polynomial * int) list =
        match mainVariable p with
        | None -> []
        | Some v ->
            let lower: Polynomial = contentIn v p
            let p: Polynomial = dividedBy lower p |> primitive
            let repeated = gcd p (derivative v p)

            let rec separate k (radical: Polynomial) (rest: Polynomial) =
                match radical with
                | Constant _ -> []
                | _ ->
                    let next = gcd radical rest
                    let factor = dividedBy next radical |> primitive
                    let remaining = separate (k + 1) next (dividedBy next rest)

                    match factor with
                    | Constant _ -> remaining
                    | _ -> (factor, k) :: remaining

            separate 1 (dividedBy repeated p) repeated @ separated lower

    /// Square-free factors with their multiplicities, up to a number: p ~ Π fᵏ. No variable divides p.
    let squareFree (p: Polynomial) : (Polynomial * int) list =
        // Powers that occur only as powers of one of them are variables: x^5040 + 2 x^2520 + 1 is y² + 2y + 1.
        let steps =
            (Map.empty, p)
            ||> Map.fold (fun steps m _ ->
                (steps, m)
                ||> List.fold (fun steps (v, e) ->
                    let step = steps |> Map.tryFind v |> Option.defaultValue 0

                    steps
                    |> Map.add v (int (BigInteger.GreatestCommonDivisor(BigInteger step, BigInteger e)))))

        let exponents (change: int -> int -> int) (p: Polynomial) : Polynomial =
            p
            |> Map.toSeq
            |> Seq.map (fun (m, q) -> m |> List.map (fun (v, e) -> v, change e steps[v]), q)
            |> Map.ofSeq

        separated (exponents (/) p)
        |> List.map (fun (factor, k) -> exponents (*) factor, k)
