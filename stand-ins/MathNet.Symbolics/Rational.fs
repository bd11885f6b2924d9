namespace MathNet.Symbolics

open MathNet.Numerics
open MathNet.Symbolics.Operators

/// <summary>
/// Fractions of expressions. Source: J. S. Cohen, Computer Algebra and Symbolic Computation: Elementary Algorithms (2002), section 6.5.
/// </summary>
module Rational =
    /// <summary>What stands above the fraction bar of x; a sum is its own numerator.</summary>
    [<CompiledName("Numerator")>]
    let rec numerator (x: Expression) : Expression =
        match x with
        | Number n -> fromInteger n.Numerator
        | Product factors -> product (List.map numerator factors)
        | Power(_, Number e) when e.IsNegative -> one
        | x -> x

    /// <summary>What stands below the fraction bar of x, as rational powers with negative exponents.</summary>
    [<CompiledName("Denominator")>]
    let rec denominator (x: Expression) : Expression =
        match x with
        | Number n -> fromInteger n.Denominator
        | Product factors -> product (List.map denominator factors)
        | Power(b, Number e) when e.IsNegative -> pow b (Number -e)
        | _ -> one

    /// m + n over a common denominator; fractions inside their numerators need another round.
    let rec private addFractions x y =
        let m, r, n, s = numerator x, denominator x, numerator y, denominator y
        if r = one && s = one then x + y else addFractions (m * s) (n * r) / (r * s)

    /// <summary>Brings every sum in x over a common denominator. Function arguments stay as they are.</summary>
    [<CompiledName("Rationalize")>]
    let rec rationalize (x: Expression) : Expression =
        match x with
        | Power(b, e) -> pow (rationalize b) e
        | Product factors -> product (List.map rationalize factors)
        | Sum terms ->
            // Pairs of pairs: the common denominator of many terms is built from balanced parts.
            let rec combine terms =
                match terms with
                | [ term ] -> term
                | _ ->
                    terms
                    |> List.chunkBySize 2
                    |> List.map (List.reduce addFractions)
                    |> combine

            terms |> List.map rationalize |> combine
        | x -> x

    /// <summary>x as one fraction with numerator and denominator multiplied out.</summary>
    [<CompiledName("Expand")>]
    let rec expand (x: Expression) : Expression =
        let above, below = numerator x, denominator x
        let fraction = rationalize (Algebraic.expand above / Algebraic.expand below)
        if fraction = x then x else expand fraction

    /// <summary>True when x is a quotient of polynomials in the symbol.</summary>
    [<CompiledName("IsRational")>]
    let isRational (symbol: Expression) (x: Expression) : bool =
        Polynomial.isPolynomial symbol (numerator x)
        && Polynomial.isPolynomial symbol (denominator x)

    /// <summary>
    /// x as one fraction in lowest terms with respect to the symbol. What is no rational function of the symbol is only brought over a
    /// common denominator.
    /// </summary>
    [<CompiledName("Simplify")>]
    let simplify (symbol: Expression) (x: Expression) : Expression =
        let fraction = expand x
        let above, below = Algebraic.expand (numerator fraction), Algebraic.expand (denominator fraction)

        if below = one || not (isRational symbol fraction) then
            fraction
        else
            let common = Polynomial.gcd symbol above below
            let above, remainder = Polynomial.divide symbol above common
            let below, rest = Polynomial.divide symbol below common

            if remainder <> zero || rest <> zero then
                fraction
            else
                // Without fractions inside the coefficients, and with coprime ones.
                let scale (u: Expression) = Numeric.content (Algebraic.summands u)
                let c = scale above / scale below
                let primitive u = Algebraic.expand (u / Number(scale u))
                fromInteger c.Numerator * primitive above |> Algebraic.expand |> fun u ->
                    u / (fromInteger c.Denominator * primitive below |> Algebraic.expand)
