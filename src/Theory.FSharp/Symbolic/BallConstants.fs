namespace ImplicitBias.Theory.Symbolic

open System.Collections.Concurrent
open System.Numerics

/// log 2 and π to any precision, by series of artanh and arctan at fractions 1/n.
/// Source: Brent and Zimmermann, Modern Computer Arithmetic (2010), chapter 4.
module BallConstants =

    /// Σ ± 1/((2k+1) n^(2k+1)): artanh(1/n), or arctan(1/n) with alternating signs.
    let private ofInverse (alternating: bool) (precision: int) (n: int) : Ball =
        let digits = precision + 16
        let square = BigInteger(n * n)
        let mutable power = (BigInteger.One <<< digits) / BigInteger n
        let mutable sum = BigInteger.Zero
        let mutable k = 0

        while not power.IsZero do
            let term = power / BigInteger(2 * k + 1)
            sum <- if alternating && k % 2 = 1 then sum - term else sum + term
            power <- power / square
            k <- k + 1

        // Each term is truncated twice; the first one below the last digit bounds the rest.
        { Midpoint = BigFloat.create sum (BigInteger -digits)
          Radius = BigFloat.create (BigInteger(2 * k + 2)) (BigInteger -digits) }

    let private combination precision alternating (terms: (int * int) list) =
        terms
        |> List.map (fun (factor, n) ->
            Ball.multiply (precision + 16) (Ball.ofInt factor) (ofInverse alternating precision n))
        |> List.reduce (Ball.add (precision + 16))

    /// One constant at one precision is computed once; precisions are multiples of 64, so few are kept.
    let private kept (compute: int -> Ball) : int -> Ball =
        let known = ConcurrentDictionary<int, Ball>()
        fun precision -> known.GetOrAdd((precision / 64 + 1) * 64, compute)

    /// log 2.
    let ln2: int -> Ball =
        kept (fun precision -> combination precision false [ 18, 26; -2, 4801; 8, 8749 ])

    /// π, by Machin's formula.
    let pi: int -> Ball =
        kept (fun precision -> combination precision true [ 16, 5; -4, 239 ])
