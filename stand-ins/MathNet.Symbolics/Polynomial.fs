namespace MathNet.Symbolics

open System.Collections.Generic
open MathNet.Numerics
open MathNet.Symbolics.Operators

/// <summary>
/// Polynomials in one symbol, with coefficients that are free of it. An expression counts as a polynomial when it is written as a sum of
/// monomials: expand it first. Source: J. S. Cohen, Computer Algebra and Symbolic Computation: Mathematical Methods (2003), chapter 4.
/// </summary>
module Polynomial =
    /// Dense coefficient lists beyond this degree are refused.
    let private largestDegree = 100_000

    /// Coefficient and degree of a monomial.
    let rec private monomial symbol x =
        match x with
        | x when x = symbol -> Some(one, 1)
        | x when Structure.freeOf symbol x -> Some(x, 0)
        | Power(b, Number n) when
            b = symbol
            && n.IsInteger
            && n.IsPositive
            && n < BigRational.FromInt largestDegree
            ->
            Some(one, BigRational.ToInt32 n)
        | Product factors ->
            (Some([], 0), factors)
            ||> List.fold (fun total factor ->
                match total, monomial symbol factor with
                | Some(cs, d), Some(c, e) when d + e < largestDegree -> Some(c :: cs, d + e)
                | _ -> None)
            |> Option.map (fun (cs, d) -> product cs, d)
        | _ -> None

    /// The coefficients from degree 0 up, without zeros at the end; nothing when x is no polynomial.
    let private tryCoefficients symbol x =
        let monomials = Algebraic.summands x |> List.map (monomial symbol)

        if List.contains None monomials then
            None
        else
            let monomials = monomials |> List.choose id

            let byDegree =
                monomials
                |> List.groupBy snd
                |> List.map (fun (d, ms) -> d, sum (List.map fst ms))

            let degree =
                byDegree
                |> List.filter (fun (_, c) -> c <> zero)
                |> List.map fst
                |> List.fold max -1

            let coefficients = Array.create (degree + 1) zero

            byDegree
            |> List.iter (fun (d, c) ->
                if d <= degree then
                    coefficients[d] <- c)

            Some coefficients

    let private ofCoefficients symbol (coefficients: Expression array) =
        coefficients |> Array.mapi (fun d c -> c * pow symbol (fromInt32 d)) |> sumSeq

    /// <summary>The polynomial with these coefficients, constant term first.</summary>
    [<CompiledName("FromCoefficients")>]
    let fromCoefficients (symbol: Expression) (coefficients: Expression list) : Expression =
        ofCoefficients symbol (Array.ofList coefficients)

    /// <summary>True when x is a coefficient times a natural power of the symbol.</summary>
    [<CompiledName("IsMonomial")>]
    let isMonomial (symbol: Expression) (x: Expression) : bool = (monomial symbol x).IsSome

    /// <summary>True when x is a sum of monomials in the symbol.</summary>
    [<CompiledName("IsPolynomial")>]
    let isPolynomial (symbol: Expression) (x: Expression) : bool =
        Algebraic.summands x |> List.forall (isMonomial symbol)

    /// <summary>The degree; -∞ for zero, Undefined when x is no polynomial.</summary>
    [<CompiledName("Degree")>]
    let degree (symbol: Expression) (x: Expression) : Expression =
        match tryCoefficients symbol x with
        | Some [||] -> NegativeInfinity
        | Some coefficients -> fromInt32 (coefficients.Length - 1)
        | None -> Undefined

    /// <summary>The coefficient of the k-th power; Undefined when x is no polynomial.</summary>
    [<CompiledName("Coefficient")>]
    let coefficient (symbol: Expression) (k: int) (x: Expression) : Expression =
        match tryCoefficients symbol x with
        | Some coefficients -> Array.tryItem k coefficients |> Option.defaultValue zero
        | None -> Undefined

    /// <summary>
    /// The coefficients from degree 0 up, of x multiplied out. Raises <c>ArgumentException</c> when that is no polynomial.
    /// </summary>
    [<CompiledName("Coefficients")>]
    let coefficients (symbol: Expression) (x: Expression) : Expression array =
        match tryCoefficients symbol (Algebraic.expand x) with
        | Some [||] -> [| zero |]
        | Some coefficients -> coefficients
        | None -> invalidArg (nameof x) "not a polynomial in this symbol"

    /// <summary>The coefficient of the highest power and that power.</summary>
    [<CompiledName("LeadingCoefficientDegree")>]
    let leadingCoefficientDegree (symbol: Expression) (x: Expression) : Expression * Expression =
        match tryCoefficients symbol x with
        | Some [||] -> zero, zero
        | Some coefficients -> Array.last coefficients, fromInt32 (coefficients.Length - 1)
        | None -> Undefined, Undefined

    /// <summary>The coefficient of the highest power; Undefined when x is no polynomial.</summary>
    [<CompiledName("LeadingCoefficient")>]
    let leadingCoefficient (symbol: Expression) (x: Expression) : Expression =
        fst (leadingCoefficientDegree symbol x)

    /// <summary>x with one term for every power of the symbol; Undefined when x is no polynomial.</summary>
    [<CompiledName("CollectTerms")>]
    let collectTerms (symbol: Expression) (x: Expression) : Expression =
        match tryCoefficients symbol x with
        | Some coefficients -> ofCoefficients symbol coefficients
        | None -> Undefined

    /// <summary>The generalised variables of x: what a polynomial in several variables would see as indivisible.</summary>
    [<CompiledName("Variables")>]
    let variables (x: Expression) : HashSet<Expression> =
        let found = HashSet<Expression>()

        let rec visit x =
            match x with
            | Number _ -> ()
            | Power(b, Number n) when n.IsInteger && n.IsPositive -> found.Add b |> ignore
            | Sum xs -> List.iter visit xs
            | Product xs ->
                xs
                |> List.iter (function
                    | Sum _ as x -> found.Add x |> ignore
                    | x -> visit x)
            | x -> found.Add x |> ignore

        visit x
        found

    let private trim (u: Expression array) =
        match Array.tryFindIndexBack (fun c -> c <> zero) u with
        | Some last -> Array.truncate (last + 1) u
        | None -> [||]

    /// Quotient and remainder of coefficient arrays. Leading terms cancel by construction, so this ends for any coefficients.
    let private divideArrays (u: Expression array) (v: Expression array) =
        let remainder = Array.copy u
        let quotient = Array.create (max 0 (u.Length - v.Length + 1)) zero

        for k in quotient.Length - 1 .. -1 .. 0 do
            let factor = Algebraic.expand (remainder[k + v.Length - 1] / Array.last v)
            quotient[k] <- factor

            if factor <> zero then
                for i in 0 .. v.Length - 2 do
                    remainder[k + i] <- Algebraic.expand (remainder[k + i] - factor * v[i])

            remainder[k + v.Length - 1] <- zero

        trim quotient, trim remainder

    let private onCoefficients symbol u v operation otherwise =
        match tryCoefficients symbol u, tryCoefficients symbol v with
        | Some u, Some v -> operation u v
        | _ -> otherwise

    /// <summary>Quotient and remainder of u / v; (Undefined, Undefined) when one is no polynomial or v is zero.</summary>
    [<CompiledName("Divide")>]
    let divide (symbol: Expression) (u: Expression) (v: Expression) : Expression * Expression =
        let undefined = Undefined, Undefined

        onCoefficients
            symbol
            u
            v
            (fun u v ->
                if v.Length = 0 then
                    undefined
                else
                    let quotient, remainder = divideArrays u v
                    ofCoefficients symbol quotient, ofCoefficients symbol remainder)
            undefined

    /// <summary>The quotient of u / v.</summary>
    [<CompiledName("Quotient")>]
    let quot (symbol: Expression) (u: Expression) (v: Expression) : Expression = fst (divide symbol u v)

    /// <summary>The remainder of u / v.</summary>
    [<CompiledName("Remainder")>]
    let remainder (symbol: Expression) (u: Expression) (v: Expression) : Expression = snd (divide symbol u v)

    let private monic (u: Expression array) =
        match u with
        | [||] -> u
        | _ -> u |> Array.map (fun c -> Algebraic.expand (c / Array.last u))

    let rec private gcdArrays (u: Expression array) (v: Expression array) =
        if v.Length = 0 then
            monic u
        else
            gcdArrays v (snd (divideArrays u v))

    /// <summary>
    /// The monic greatest common divisor, by Euclid's algorithm; Undefined when one is no polynomial. With symbolic coefficients a common
    /// factor may be missed where their arithmetic does not reduce to zero.
    /// </summary>
    [<CompiledName("Gcd")>]
    let gcd (symbol: Expression) (u: Expression) (v: Expression) : Expression =
        onCoefficients symbol u v (fun u v -> ofCoefficients symbol (gcdArrays u v)) Undefined
