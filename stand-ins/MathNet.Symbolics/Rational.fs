namespace MathNet.Symbolics

open System.Numerics
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

        if r = one && s = one then
            x + y
        else
            addFractions (m * s) (n * r) / (r * s)

    /// <summary>Brings every sum in x over a common denominator. Function arguments stay as they are.</summary>
    [<CompiledName("Rationalize")>]
    let rec rationalize (x: Expression) : Expression =
        match x with
        | Power(b, e) -> pow (rationalize b) e
        | Product factors -> product (List.map rationalize factors)
        | Sum terms ->
            match List.map rationalize terms with
            | terms when terms |> List.forall (fun t -> denominator t = one) -> sum terms
            | terms -> List.reduce addFractions terms
        | x -> x

    /// The integer and the integer powers that divide every term.
    let private commonMonomial (terms: Expression list) =
        let split term =
            (struct (BigInteger.One, []), Algebraic.factors term)
            ||> List.fold (fun (struct (n, powers)) factor ->
                match factor with
                | Number c when c.IsInteger -> struct (n * c.Numerator, powers)
                | Power(b, Number e) when e.IsInteger && e.IsPositive -> struct (n, (b, e) :: powers)
                | b -> struct (n, (b, BigRational.One) :: powers))

        let common (struct (n, powers)) (struct (m, others)) =
            let shared =
                powers
                |> List.choose (fun (b, e) ->
                    others
                    |> List.tryFind (fun (c, _) -> c = b)
                    |> Option.map (fun (_, f) -> b, min e f))

            struct (BigInteger.GreatestCommonDivisor(n, m), shared)

        let struct (n, powers) = terms |> List.map split |> List.reduce common

        product (
            fromInteger (BigInteger.Abs n)
            :: (powers |> List.map (fun (b, e) -> pow b (Number e)))
        )

    /// <summary>Cancels the integer and the powers that divide every term of numerator and denominator.</summary>
    [<CompiledName("Reduce")>]
    let reduce (x: Expression) : Expression =
        let above, below = numerator x, denominator x

        match commonMonomial (Algebraic.summands above @ Algebraic.summands below) with
        | common when common = zero || common = one -> x
        | common -> Algebraic.expand (above / common) / Algebraic.expand (below / common)

    /// <summary>x as one fraction with numerator and denominator multiplied out; over a mere number it is a sum.</summary>
    [<CompiledName("Expand")>]
    let expand (x: Expression) : Expression =
        let fraction = rationalize x

        let above, below =
            Algebraic.expand (numerator fraction), Algebraic.expand (denominator fraction)

        match below with
        | Number _ -> Algebraic.expand (above / below)
        | _ -> reduce (above / below)

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

        let above, below =
            Algebraic.expand (numerator fraction), Algebraic.expand (denominator fraction)

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

                fromInteger c.Numerator * primitive above
                |> Algebraic.expand
                |> fun u -> u / (fromInteger c.Denominator * primitive below |> Algebraic.expand)
