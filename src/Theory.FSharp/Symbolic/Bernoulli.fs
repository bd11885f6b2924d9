namespace ImplicitBias.Theory.Symbolic

open System.Numerics
open MathNet.Numerics

/// The numbers that asymptotic series are made of.
module internal Bernoulli =

    /// k!.
    let factorial (k: int) : BigRational =
        Seq.fold (fun product i -> product * BigInteger(i: int)) BigInteger.One (seq { 2..k })
        |> BigRational.FromBigInt

    let private choose (n: int) (k: int) =
        factorial n / (factorial k * factorial (n - k))

    /// B₀, ..., B₆₀ with B₁ = -1/2, from Σ_{j ≤ n} C(n+1, j) Bⱼ = 0. Longer expansions than this are not asked for.
    let private numbers =
        lazy
            (let values = Array.create 61 BigRational.One

             for n in 1..60 do
                 values[n] <- BigRational.Zero

                 if n = 1 || n % 2 = 0 then
                     for j in 0 .. n - 1 do
                         values[n] <- values[n] - choose (n + 1) j * values[j]

                     values[n] <- values[n] / BigRational.FromInt(n + 1)

             values)

    /// The n-th Bernoulli number, n ≤ 60.
    /// Raises UndecidedException beyond.
    let number (n: int) : BigRational =
        if n > 60 then
            raise (UndecidedException "an asymptotic series was needed to more than 60 terms")

        numbers.Value[n]

    /// Unsigned Stirling numbers of the first kind: permutations of n with k cycles.
    let rec cycles (n: int) (k: int) : BigRational =
        if n = k then
            BigRational.One
        elif k = 0 || k > n then
            BigRational.Zero
        else
            cycles (n - 1) (k - 1) + BigRational.FromInt(n - 1) * cycles (n - 1) k
