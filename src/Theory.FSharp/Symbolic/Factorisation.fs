namespace ImplicitBias.Theory.Symbolic

open System.Numerics
open MathNet.Numerics

/// Positive integers as products of powers, as far as that is cheap.
module internal Factorisation =

    /// Primes below 1000: what trial division tries.
    let private primes =
        let isPrime n =
            Seq.initInfinite ((+) 2)
            |> Seq.takeWhile (fun d -> d * d <= n)
            |> Seq.forall (fun d -> n % d <> 0)

        [| 2..1000 |] |> Array.filter isPrime |> Array.map (fun p -> BigInteger p)

    /// ⌊m^(1/k)⌋ by Newton's iteration from above.
    let root (m: BigInteger) (k: int) : BigInteger =
        if m.IsZero || m.IsOne || k = 1 then
            m
        else
            let mutable x = BigInteger.One <<< (int (m.GetBitLength()) / k + 1)
            let mutable falling = true

            while falling do
                let next = (BigInteger(k - 1) * x + m / BigInteger.Pow(x, k - 1)) / BigInteger k
                falling <- next < x

                if falling then
                    x <- next

            x

    /// m = rᵏ with the largest k, for m without a prime factor below 1000 (hence k ≤ bits/9).
    let private perfectPower (m: BigInteger) =
        let most = min (int (m.GetBitLength()) / 9) 64

        seq { most .. -1 .. 2 }
        |> Seq.tryPick (fun k ->
            let r = root m k
            if BigInteger.Pow(r, k) = m then Some(r, k) else None)
        |> Option.defaultValue (m, 1)

    /// n ≥ 1 as Π baseᵏ: primes below 1000, and what is left as one more base, a prime or not.
    let ofInteger (n: BigInteger) : (BigInteger * int) list =
        let mutable left = n
        let found = ResizeArray<BigInteger * int>()
        let mutable i = 0

        while i < primes.Length && not left.IsOne do
            let p = primes[i]
            let mutable k = 0
            let mutable remainder = BigInteger.Zero
            let mutable quotient = BigInteger.DivRem(left, p, &remainder)

            while remainder.IsZero do
                left <- quotient
                k <- k + 1
                quotient <- BigInteger.DivRem(left, p, &remainder)

            if k > 0 then
                found.Add(p, k)
            // No factor up to p and left < p²: left is prime.
            if quotient < p && not left.IsOne then
                found.Add(left, 1)
                left <- BigInteger.One

            i <- i + 1

        if not left.IsOne then
            found.Add(perfectPower left)

        List.ofSeq found

    /// A rational above zero as Π baseᵏ with integers k of either sign.
    let ofRational (q: BigRational) : (BigInteger * int) list =
        ofInteger q.Numerator
        @ (ofInteger q.Denominator |> List.map (fun (p, k) -> p, -k))
