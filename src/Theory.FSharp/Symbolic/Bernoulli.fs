namespace ImplicitBias.Theory.Symbolic

open System.Collections.Concurrent
open System.Numerics
open MathNet.Numerics

/// The numbers that asymptotic series are made of.
module internal Bernoulli =

    /// k!.
    let factorial (k: int) : BigRational =
        Seq.fold (fun product i -> product * BigInteger(i: int)) BigInteger.One (seq { 2..k })
        |> BigRational.FromBigInt

    /// B₂, B₄, ..., B₂ₙ. Source: Brent and Harvey (2011, arXiv 1108.0286), algorithm TangentNumbers.
    let private table: int -> BigRational[] =
        let compute count =
            let tangent = Array.create (count + 1) BigInteger.One

            for k in 2..count do
                tangent[k] <- BigInteger(k - 1) * tangent[k - 1]

            for k in 2..count do
                for j in k..count do
                    tangent[j] <- BigInteger(j - k) * tangent[j - 1] + BigInteger(j - k + 2) * tangent[j]

            [| for k in 1..count ->
                   let power = BigInteger.One <<< (2 * k)
                   let signed = if k % 2 = 1 then tangent[k] else -tangent[k]

                   BigRational.FromBigIntFraction(
                       BigInteger(2 * k) * signed,
                       power * (power - BigInteger.One)
                   ) |]

        let known = ConcurrentDictionary<int, BigRational[]>()
        fun n -> known.GetOrAdd(max 64 (int (BitOperations.RoundUpToPowerOf2(uint n))), compute)

    /// The n-th Bernoulli number, with B₁ = -1/2.
    let number (n: int) : BigRational =
        match n with
        | 0 -> BigRational.One
        | 1 -> BigRational.FromIntFraction(-1, 2)
        | _ when n % 2 = 1 -> BigRational.Zero
        | _ -> (table (n / 2))[n / 2 - 1]

    /// Unsigned Stirling numbers of the first kind: permutations of n with k cycles.
    let rec cycles (n: int) (k: int) : BigRational =
        if n = k then
            BigRational.One
        elif k = 0 || k > n then
            BigRational.Zero
        else
            cycles (n - 1) (k - 1) + BigRational.FromInt(n - 1) * cycles (n - 1) k
