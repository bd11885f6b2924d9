namespace MathNet.Symbolics

open System.Globalization
open System.Numerics
open MathNet.Numerics

/// How an expression is written: with minus signs, fractions, roots and parentheses, which the normal form does not have.
[<RequireQualifiedAccess>]
type internal Visual =
    | Symbol of string
    | PositiveInteger of BigInteger
    | PositiveReal of string
    | Constant of Constant
    | Infinity
    | ComplexInfinity
    | Undefined
    | Negative of Visual
    | Parenthesis of Visual
    | Sum of Visual list
    | Product of Visual list
    | Fraction of numerator: Visual * denominator: Visual
    | Power of radicand: Visual * power: Visual
    | Root of radicand: Visual * degree: BigInteger
    | Abs of Visual
    | Function of Function * power: BigInteger * Visual
    | FunctionN of FunctionN * power: BigInteger * Visual list

[<RequireQualifiedAccess>]
module internal Visual =
    let private integer (n: BigInteger) =
        if n.Sign < 0 then
            Visual.Negative(Visual.PositiveInteger -n)
        else
            Visual.PositiveInteger n

    let private rational (n: BigRational) =
        let magnitude = BigRational.Abs n

        let positive =
            if n.IsInteger then
                Visual.PositiveInteger magnitude.Numerator
            else
                Visual.Fraction(
                    Visual.PositiveInteger magnitude.Numerator,
                    Visual.PositiveInteger magnitude.Denominator
                )

        if n.IsNegative then Visual.Negative positive else positive

    let private real (x: float) =
        let text = (abs x).ToString("R", CultureInfo.InvariantCulture)

        let text =
            if text |> Seq.forall System.Char.IsDigit then
                text + ".0"
            else
                text

        let positive = Visual.PositiveReal text
        if x < 0.0 then Visual.Negative positive else positive

    let private complex (z: Complex) =
        let imaginary = Visual.Product [ real (abs z.Imaginary); Visual.Constant I ]

        Visual.Sum
            [ real z.Real
              (if z.Imaginary < 0.0 then
                   Visual.Negative imaginary
               else
                   imaginary) ]

    /// What may stand under an exponent, or in one, without parentheses.
    let private isAtom visual =
        match visual with
        | Visual.Symbol _
        | Visual.PositiveInteger _
        | Visual.PositiveReal _
        | Visual.Constant _
        | Visual.Infinity
        | Visual.ComplexInfinity
        | Visual.Undefined
        | Visual.Abs _ -> true
        | _ -> false

    let private parenthesisUnless accepted visual =
        if accepted visual then
            visual
        else
            Visual.Parenthesis visual

    let private isFactor visual =
        match visual with
        | Visual.Sum _
        | Visual.Negative _ -> false
        | _ -> true

    let private isTerm visual =
        match visual with
        | Visual.Sum _ -> false
        | _ -> true

    let private product visuals =
        match visuals with
        | [] -> Visual.PositiveInteger BigInteger.One
        | [ visual ] -> visual
        | _ -> Visual.Product(visuals |> List.map (parenthesisUnless isFactor))

    /// A factor below the fraction bar: a rational power with negative exponent.
    let private (|Denominator|_|) factor =
        match factor with
        | Power(b, Number e) when e.IsNegative -> Some(b, -e)
        | _ -> None

    let rec ofExpression (x: Expression) : Visual =
        match x with
        | Number n -> rational n
        | Approximation(Approximation.Real a) -> real a
        | Approximation(Approximation.Complex z) -> complex z
        | Identifier(Symbol name)
        | Argument(Symbol name) -> Visual.Symbol name
        | Constant c -> Visual.Constant c
        | Sum terms -> Visual.Sum(terms |> List.map (ofExpression >> parenthesisUnless isTerm))
        | Product factors -> ofProduct factors
        | Power(b, Number e) when e.IsNegative && e.IsInteger ->
            let b = ofExpression b

            let b =
                match b with
                | Visual.Function _
                | Visual.FunctionN _ -> b
                | _ when e.Numerator = BigInteger.MinusOne -> b
                | _ -> parenthesisUnless isAtom b

            let power =
                if e.Numerator = BigInteger.MinusOne then
                    b
                else
                    Visual.Power(b, Visual.PositiveInteger -e.Numerator)

            Visual.Fraction(Visual.PositiveInteger BigInteger.One, power)
        | Power(b, Number e) -> ofPower b e
        | Power(b, e) ->
            Visual.Power(parenthesisUnless isAtom (ofExpression b), parenthesisUnless isAtom (ofExpression e))
        | Function(Function.Abs, x) -> Visual.Abs(ofExpression x)
        | Function(f, x) -> Visual.Function(f, BigInteger.One, ofExpression x)
        | FunctionN(f, xs) -> Visual.FunctionN(f, BigInteger.One, List.map ofExpression xs)
        | ComplexInfinity -> Visual.ComplexInfinity
        | PositiveInfinity -> Visual.Infinity
        | NegativeInfinity -> Visual.Negative Visual.Infinity
        | Undefined -> Visual.Undefined

    and private ofPower b (e: BigRational) =
        if e.IsOne then
            ofExpression b
        elif e.Numerator.IsOne && not e.IsInteger then
            Visual.Root(ofExpression b, e.Denominator)
        else
            match b with
            | Function(f, x) when f <> Function.Abs && e.IsInteger && e.IsPositive ->
                Visual.Function(f, e.Numerator, ofExpression x)
            | FunctionN(f, xs) when e.IsInteger && e.IsPositive ->
                Visual.FunctionN(f, e.Numerator, List.map ofExpression xs)
            | _ ->
                Visual.Power(parenthesisUnless isAtom (ofExpression b), parenthesisUnless isAtom (rational e))

    and private ofProduct factors =
        let coefficient, rest =
            match factors with
            | Number n :: rest -> n, rest
            | _ -> BigRational.One, factors

        let magnitude = BigRational.Abs coefficient
        let visual = positiveProduct magnitude rest

        if coefficient.IsNegative then
            Visual.Negative(parenthesisUnless isTerm visual)
        else
            visual

    and private positiveProduct coefficient factors =
        let below = factors |> List.choose (|Denominator|_|)

        let above =
            factors
            |> List.filter (function
                | Denominator _ -> false
                | _ -> true)
            |> List.map ofExpression

        let unlessOne (n: BigInteger) =
            if n.IsOne then [] else [ Visual.PositiveInteger n ]

        match below, above with
        | _ when coefficient.IsOne && factors.Length = 1 -> ofExpression factors.Head
        | [], [ factor ] when coefficient.Numerator.IsOne && not coefficient.IsOne ->
            Visual.Fraction(factor, Visual.PositiveInteger coefficient.Denominator)
        | [], _ when coefficient.IsInteger -> product (unlessOne coefficient.Numerator @ above)
        | [], _ -> product (rational coefficient :: above)
        | _ ->
            let numerator = product (unlessOne coefficient.Numerator @ above)

            let denominator =
                product (
                    unlessOne coefficient.Denominator
                    @ (below |> List.map (fun (b, e) -> ofPower b e))
                )

            Visual.Fraction(numerator, denominator)
