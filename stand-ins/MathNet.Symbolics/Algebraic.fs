namespace MathNet.Symbolics

open System.Numerics
open MathNet.Numerics

/// <summary>Sums of products and products of sums.</summary>
[<RequireQualifiedAccess>]
module Algebraic =
    /// An expansion with more terms than this is left as a power.
    let private largestExpansion = BigInteger 200_000

    /// <summary>The terms of a sum; any other expression is its own single term.</summary>
    [<CompiledName("Summands")>]
    let summands (x: Expression) =
        match x with
        | Sum xs -> xs
        | x -> [ x ]

    /// <summary>The factors of a product; any other expression is its own single factor.</summary>
    [<CompiledName("Factors")>]
    let factors (x: Expression) =
        match x with
        | Product xs -> xs
        | x -> [ x ]

    /// <summary>The factors of x without the symbol, and those with it: x is the product of the two.</summary>
    [<CompiledName("SeparateFactors")>]
    let separateFactors (symbol: Expression) (x: Expression) : Expression * Expression =
        let free, rest = factors x |> List.partition (Structure.freeOf symbol)
        Operators.product free, Operators.product rest

    let private expandProduct x y =
        match x, y with
        | Sum _, _
        | _, Sum _ ->
            Operators.sum
                [ for a in summands x do
                      for b in summands y -> a * b ]
        | _ -> x * y

    /// C(n + m - 1, m - 1), the number of terms of the n-th power of a sum of m.
    let private powerTerms (n: BigInteger) (m: int) =
        let rec choose (count: BigInteger) k =
            if k >= m || count > largestExpansion then
                count
            else
                choose (count * (n + BigInteger k) / BigInteger k) (k + 1)

        choose BigInteger.One 1

    /// By the binomial theorem on first term and rest.
    let rec private expandPower (terms: Expression list) (n: int) : Expression =
        match terms with
        | _ when n = 0 -> Operators.one
        | [] -> Operators.zero
        | [ term ] -> Operators.pow term (Operators.fromInt32 n)
        | first :: rest ->
            let mutable binomial = BigInteger.One

            Operators.sum
                [ for k in 0..n do
                      let head =
                          Operators.fromInteger binomial
                          * Operators.pow first (Operators.fromInt32 (n - k))

                      binomial <- binomial * BigInteger(n - k) / BigInteger(k + 1)
                      expandProduct head (expandPower rest k) ]

    let private (|ExpandablePower|_|) x =
        match x with
        | Power(Sum terms, Number n) when
            n.IsInteger
            && n.IsPositive
            && powerTerms n.Numerator terms.Length <= largestExpansion
            ->
            Some(terms, BigRational.ToInt32 n)
        | _ -> None

    /// <summary>
    /// Multiplies out products and positive integer powers of sums, through sums, products and such powers but not inside functions or
    /// other powers. A power with more than 200,000 terms stays as it is.
    /// </summary>
    [<CompiledName("Expand")>]
    let rec expand (x: Expression) : Expression =
        match x with
        | Sum terms -> Operators.sum (List.map expand terms)
        | Product factors -> factors |> List.map expand |> List.reduce expandProduct
        | Power(b, (Number n as e)) when n.IsInteger && n.IsPositive ->
            match Operators.pow (expand b) e with
            | ExpandablePower(terms, n) -> expandPower terms n
            | power -> power
        | x -> x

    /// <summary>Multiplies out the outermost product or power only, leaving its operands as they are.</summary>
    [<CompiledName("ExpandMain")>]
    let expandMain (x: Expression) : Expression =
        match x with
        | Product factors -> factors |> List.reduce expandProduct
        | ExpandablePower(terms, n) -> expandPower terms n
        | x -> x
