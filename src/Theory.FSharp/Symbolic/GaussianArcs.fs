namespace ImplicitBias.Theory.Symbolic

open System.Numerics
open MathNet.Numerics

/// Arctangents of rationals over the primes of ℤ[i]: arctan(n/d) is the angle of d + n i, and angles of factors add. The arcs
/// arctan(b/a) of primes a + b i with a > b > 0 and π are independent over the rationals, so sums of arctangents have a normal form.
/// Source: J. Todd, A problem on arc tangent relations (1949).
module internal GaussianArcs =

    let private two = BigInteger 2
    let private isDivisible (n: BigInteger) (d: BigInteger) = (n % d).IsZero

    /// (a, b) with a² + b² = p and a > b > 0, for a prime p = 1 modulo 4. Source: Hermite (1848), by Euclid's algorithm on p
    /// and a root of -1.
    let private squares (p: BigInteger) : (BigInteger * BigInteger) option =
        let rec euclid (a: BigInteger) (b: BigInteger) =
            if a * a <= p then a, b else euclid b (a % b)

        seq { 2..60 }
        |> Seq.tryPick (fun c ->
            let root = BigInteger.ModPow(BigInteger c, (p - BigInteger.One) / BigInteger 4, p)

            if isDivisible (root * root + BigInteger.One) p then
                let a, b = euclid p root
                if a * a + b * b = p then Some(a, b) else None
            else
                None)

    /// x + y i over a + b i, where that divides it.
    let private over (a: BigInteger, b: BigInteger) (x: BigInteger, y: BigInteger) =
        let norm = a * a + b * b
        let real, imaginary = x * a + y * b, y * a - x * b

        if isDivisible real norm && isDivisible imaginary norm then
            Some(real / norm, imaginary / norm)
        else
            None

    /// The number of times that a factor divides, and what is left.
    let rec private divided factor z count =
        match over factor z with
        | Some quotient -> divided factor quotient (count + 1)
        | None -> z, count

    let private angle (a: BigInteger, b: BigInteger) = System.Math.Atan(float b / float a)

    /// arctan q as j π/4 + Σ kᵢ arctan qᵢ with j and (qᵢ, kᵢ) as given. None where the factors are not found.
    let decompose (q: BigRational) : (int * (BigRational * int) list) option =
        let z = q.Denominator, q.Numerator
        let norm = q.Denominator * q.Denominator + q.Numerator * q.Numerator
        let left, halves = divided (BigInteger.One, BigInteger.One) z 0

        let step state (p: BigInteger, _) =
            match state, squares p with
            | Some(left, arcs), Some(a, b) ->
                let left, above = divided (a, b) left 0
                let left, below = divided (a, -b) left 0
                Some(left, ((a, b), above - below) :: arcs)
            | _ -> None

        let primes = Factorisation.ofInteger norm |> List.filter (fun (p, _) -> p <> two)

        match List.fold step (Some(left, [])) primes with
        | Some((x, y), arcs) when x * x + y * y = BigInteger.One && norm.GetBitLength() < 1000L ->
            // What is left is a power of i up to whole turns, which the size of the sum tells.
            let known =
                float halves * System.Math.PI / 4.0
                + (arcs |> List.sumBy (fun (prime, k) -> float k * angle prime))

            let quarters =
                int (
                    round (
                        (System.Math.Atan(float q.Numerator / float q.Denominator) - known)
                        / (System.Math.PI / 2.0)
                    )
                )

            let unit =
                match ((quarters % 4) + 4) % 4 with
                | 0 -> BigInteger.One, BigInteger.Zero
                | 1 -> BigInteger.Zero, BigInteger.One
                | 2 -> BigInteger.MinusOne, BigInteger.Zero
                | _ -> BigInteger.Zero, BigInteger.MinusOne

            if unit = (x, y) then
                Some(
                    halves + 2 * quarters,
                    arcs |> List.map (fun ((a, b), k) -> BigRational.FromBigIntFraction(b, a), k)
                )
            else
                None
        | _ -> None
