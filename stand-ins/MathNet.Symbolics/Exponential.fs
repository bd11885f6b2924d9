namespace MathNet.Symbolics

open MathNet.Numerics
open MathNet.Symbolics.Operators

/// <summary>
/// Rules of exponentials and logarithms. Logarithms of products expand as for positive factors.
/// Source: J. S. Cohen, Computer Algebra and Symbolic Computation: Elementary Algorithms (2002), section 7.2.
/// </summary>
[<RequireQualifiedAccess>]
module Exponential =
    let rec private expandExp x =
        match x with
        | Sum terms -> product (List.map expandExp terms)
        | Product(Number n :: rest) when n.IsInteger -> pow (expandExp (product rest)) (Number n)
        | x -> exp x

    let rec private expandLn x =
        match x with
        | Product factors -> sum (List.map expandLn factors)
        | Power(b, e) -> e * expandLn b
        | x -> ln x

    /// <summary>exp(x + y) = exp x exp y, exp(n x) = (exp x)^n, ln(x y) = ln x + ln y and ln(x^y) = y ln x, everywhere in x.</summary>
    [<CompiledName("Expand")>]
    let rec expand (x: Expression) : Expression =
        match Structure.map expand x with
        | Function(Exp, x) -> expandExp (Algebraic.expand x)
        | Function(Ln, x) -> expandLn (Algebraic.expand x)
        | x -> x

    let rec private contractOuter x =
        match Algebraic.expandMain x with
        | Power(Function(Exp, argument), power) -> exp (contractIfCompound (argument * power))
        | Product factors ->
            let exponents, others =
                (([], []), factors)
                ||> List.fold (fun (exponents, others) factor ->
                    match factor with
                    | Function(Exp, argument) -> argument :: exponents, others
                    | Power(Function(Exp, argument), power) -> (argument * power) :: exponents, others
                    | factor -> exponents, factor :: others)

            product (exp (sum exponents) :: others)
        | Sum terms -> sum (List.map contractIfCompound terms)
        | x -> x

    and private contractIfCompound x =
        match x with
        | Product _
        | Power _ -> contractOuter x
        | x -> x

    /// <summary>exp x exp y = exp(x + y) and (exp x)^y = exp(x y), everywhere in x; products of sums are multiplied out on the way.</summary>
    [<CompiledName("Contract")>]
    let rec contract (x: Expression) : Expression =
        Structure.map contract x |> contractIfCompound

    /// <summary>Brings x over a common denominator and contracts the exponentials of numerator and denominator.</summary>
    [<CompiledName("Simplify")>]
    let simplify (x: Expression) : Expression =
        let fraction = Rational.rationalize x

        contract (Rational.numerator fraction)
        / contract (Rational.denominator fraction)
