namespace MathNet.Symbolics

open System.Collections.Generic
open System.Numerics
open MathNet.Numerics

/// <summary>
/// Exact numbers of the form r·Π bᵢ^eᵢ with rational r and integer bases bᵢ > 1 under distinct fractional exponents 0 &lt; eᵢ &lt; 1.
/// Bringing powers of rationals to this form makes √8 and 2√2, 1/√2 and √2/2, √2·√3 and √6 the same expression.
/// </summary>
[<RequireQualifiedAccess>]
module internal Radical =
    /// A number longer than this stays an unevaluated power: 10^(10^10) would not fit into memory.
    let private largestBits = 1_000_000.0

    /// Primes for trial division. A cofactor without factor below this bound is kept whole: it may hide a factor, which costs
    /// simplification and not correctness.
    let private primes =
        let bound = 10_000
        let composite = Array.zeroCreate<bool> bound

        [| for n in 2 .. bound - 1 do
               if not composite[n] then
                   for k in n * n .. n .. (if n > 100 then 0 else bound - 1) do
                       composite[k] <- true

                   BigInteger n |]

    /// b^n for integer n, or nothing when the result would be too long to be useful.
    let power (b: BigRational) (n: BigInteger) =
        let size =
            max ((BigInteger.Abs b.Numerator).GetBitLength()) (b.Denominator.GetBitLength())

        if size = 1L then
            Some(if b.IsNegative && n.IsEven then -b else b) // ±1
        elif float (BigInteger.Abs n) * float size > largestBits then
            None
        else
            Some(BigRational.Pow(b, int n))

    /// Trial division: n = Π p^k, the last base possibly composite.
    let private factors (n: BigInteger) =
        let found = ResizeArray()
        let mutable rest = n
        let mutable i = 0

        while i < primes.Length && not rest.IsOne do
            let p = primes[i]

            if p * p > rest then
                i <- primes.Length
            else
                let mutable k = 0
                let mutable quotient = BigInteger.DivRem(rest, p)

                while (let struct (_, remainder) = quotient in remainder.IsZero) do
                    let struct (q, _) = quotient
                    rest <- q
                    k <- k + 1
                    quotient <- BigInteger.DivRem(rest, p)

                if k > 0 then
                    found.Add(struct (p, k))

                i <- i + 1

        if not rest.IsOne then
            found.Add(struct (rest, 1))

        found

    let private floor (x: BigRational) =
        let n = BigRational.ToBigInt x

        if x.IsNegative && not x.IsInteger then
            n - BigInteger.One
        else
            n

    /// The normal form of Π bᵢ^eᵢ for positive rational bases: the rational factor and the remaining (base, exponent) pairs.
    /// An exponent too large to split off its integer part stays whole.
    let normalize (powers: (BigRational * BigRational) seq) =
        let exponents = Dictionary<BigInteger, BigRational>()

        let multiply p (e: BigRational) =
            exponents[p] <-
                match exponents.TryGetValue p with
                | true, known -> known + e
                | _ -> e

        for b, e in powers do
            for struct (p, k) in factors b.Numerator do
                multiply p (e * BigRational.FromInt k)

            for struct (p, k) in factors b.Denominator do
                multiply p (e * BigRational.FromInt -k)

        let mutable coefficient = BigRational.One
        let bases = Dictionary<BigRational, BigInteger>()

        for KeyValue(p, e) in exponents do
            let whole = floor e

            let fraction =
                match power (BigRational.FromBigInt p) whole with
                | Some factor ->
                    coefficient <- coefficient * factor
                    e - BigRational.FromBigInt whole
                | None -> e

            if not fraction.IsZero then
                bases[fraction] <-
                    match bases.TryGetValue fraction with
                    | true, known -> known * p
                    | _ -> p

        coefficient, [ for KeyValue(e, b) in bases -> BigRational.FromBigInt b, e ]

    /// The largest rational r with r^q dividing c > 0 (numerator and denominator apart): √(4/3) has 2.
    let perfectPart (c: BigRational) (q: BigInteger) =
        let part (n: BigInteger) =
            (BigInteger.One, factors n)
            ||> Seq.fold (fun product (struct (p, k)) ->
                if BigInteger k < q then
                    product
                else
                    product * BigInteger.Pow(p, k / int q))

        BigRational.FromBigIntFraction(part c.Numerator, part c.Denominator)
