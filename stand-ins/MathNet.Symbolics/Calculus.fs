namespace MathNet.Symbolics

open MathNet.Numerics
open MathNet.Symbolics.Operators

/// <summary>Derivatives and Taylor polynomials.</summary>
[<RequireQualifiedAccess>]
module Calculus =
    let private number (n: int) = fromInt32 n

    /// f'(x), without the inner derivative.
    let private derivative f x =
        match f with
        | Abs -> x / abs x // the sign, for x ≠ 0
        | Exp -> exp x
        | Ln -> invert x
        | Lg -> invert (x * ln (number 10))
        | Sin -> cos x
        | Cos -> -(sin x)
        | Tan -> two / (one + cos (two * x))
        | Csc -> -(csc x * cot x)
        | Sec -> tan x * sec x
        | Cot -> -(pow (sin x) (number -2))
        | Sinh -> cosh x
        | Cosh -> sinh x
        | Tanh -> two / (one + cosh (two * x))
        | Csch -> -(csch x * coth x)
        | Sech -> -(tanh x * sech x)
        | Coth -> -two / (cosh (two * x) - one)
        | Asin -> invert (sqrt (one - x * x))
        | Acos -> -(invert (sqrt (one - x * x)))
        | Atan -> invert (one + x * x)
        | Acsc -> -(invert (sqrt (one - invert (x * x)) * x * x))
        | Asec -> invert (sqrt (one - invert (x * x)) * x * x)
        | Acot -> -(invert (one + x * x))
        | Asinh -> invert (sqrt (one + x * x))
        | Acosh -> invert (sqrt (x - one) * sqrt (x + one))
        | Atanh
        | Acoth -> invert (one - x * x)
        | Acsch -> -(invert (sqrt (one + invert (x * x)) * x * x))
        | Asech -> sqrt ((one - x) / (one + x)) / (x * (x - one))
        | AiryAi -> airyaiprime x
        | AiryAiPrime -> x * airyai x
        | AiryBi -> airybiprime x
        | AiryBiPrime -> x * airybi x

    /// The derivative of a Bessel-type function by its last argument. (Abramowitz and Stegun 9.1.27, 9.6.26.)
    let private besselDerivative f n x =
        let mean sign lower upper = (lower + sign * upper) / two
        let ratio = applyN f [ n; x ]

        match f with
        | BesselJ -> mean minusOne (besselj (n - one) x) (besselj (n + one) x)
        | BesselY -> mean minusOne (bessely (n - one) x) (bessely (n + one) x)
        | HankelH1 -> mean minusOne (hankelh1 (n - one) x) (hankelh1 (n + one) x)
        | HankelH2 -> mean minusOne (hankelh2 (n - one) x) (hankelh2 (n + one) x)
        | BesselI -> mean one (besseli (n - one) x) (besseli (n + one) x)
        | BesselK -> -(mean one (besselk (n - one) x) (besselk (n + one) x))
        | BesselIRatio -> one - ratio * (two * n + one) / x - ratio * ratio
        | BesselKRatio -> ratio * ratio - ratio * (two * n + one) / x - one
        | Log
        | Atan2 -> Undefined

    /// <summary>
    /// The derivative of an expression by a symbol, in normal form. |x| gives x/|x|, which has no value at 0. A Bessel function whose
    /// order depends on the symbol gives Undefined.
    /// </summary>
    [<CompiledName("Differentiate")>]
    let rec differentiate (symbol: Expression) (x: Expression) : Expression =
        match x with
        | x when x = symbol -> one
        | Number _
        | Approximation _
        | Identifier _
        | Argument _
        | Constant _ -> zero
        | Sum terms -> sum (terms |> List.map (differentiate symbol))
        | Product factors -> differentiateProduct symbol factors
        | Power(b, Number n) ->
            let inner = differentiate symbol b

            if inner = zero then
                zero
            else
                Number n * inner * pow b (Number(n - BigRational.One))
        | Power(b, e) ->
            let db, de = differentiate symbol b, differentiate symbol e
            let byBase = if db = zero then zero else e * db * pow b (e - one)
            let byExponent = if de = zero then zero else de * ln b * x
            byBase + byExponent
        | Function(f, u) ->
            let inner = differentiate symbol u
            if inner = zero then zero else derivative f u * inner
        | FunctionN(Log, [ b; u ]) -> differentiate symbol (ln u / ln b)
        | FunctionN(Atan2, [ y; u ]) ->
            (u * differentiate symbol y - y * differentiate symbol u) / (u * u + y * y)
        | FunctionN(f, [ n; u ]) when Structure.freeOf symbol n ->
            let inner = differentiate symbol u

            if inner = zero then
                zero
            else
                besselDerivative f n u * inner
        | FunctionN _ -> if Structure.freeOf symbol x then zero else Undefined
        | ComplexInfinity
        | PositiveInfinity
        | NegativeInfinity
        | Undefined -> Undefined

    /// The product rule (uv)' = u'v + uv', with the first factor as u.
    and private differentiateProduct symbol factors =
        match factors with
        | [] -> zero
        | [ u ] -> differentiate symbol u
        | u :: rest ->
            let du, dv = differentiate symbol u, differentiateProduct symbol rest
            let byFirst = if du = zero then zero else product (du :: rest)
            let byRest = if dv = zero then zero else u * dv
            byFirst + byRest

    /// <summary>The derivative at symbol = value.</summary>
    [<CompiledName("DifferentiateAt")>]
    let differentiateAt (symbol: Expression) (value: Expression) (expression: Expression) : Expression =
        expression |> differentiate symbol |> Structure.substitute symbol value

    /// <summary>
    /// The first k terms (degree k - 1) of the Taylor series around symbol = value, expanded. Undefined where a derivative has no value
    /// at that point.
    /// </summary>
    [<CompiledName("Taylor")>]
    let taylor (k: int) (symbol: Expression) (value: Expression) (expression: Expression) : Expression =
        let rec terms n factorial expression =
            if n >= k then
                []
            else
                let coefficient = Structure.substitute symbol value expression / factorial
                let term = coefficient * pow (symbol - value) (number n)

                term
                :: terms (n + 1) (factorial * number (n + 1)) (differentiate symbol expression)

        Algebraic.expand (sum (terms 0 one expression))

    /// <summary>The tangent at symbol = value, as an expression in the symbol.</summary>
    [<CompiledName("TangentLine")>]
    let tangentLine (symbol: Expression) (value: Expression) (expression: Expression) : Expression =
        let slope = differentiateAt symbol value expression
        let height = Structure.substitute symbol value expression
        slope * (symbol - value) + height |> Algebraic.expand

    /// <summary>The line through the point of the graph at symbol = value, perpendicular to the tangent there.</summary>
    [<CompiledName("NormalLine")>]
    let normalLine (symbol: Expression) (value: Expression) (expression: Expression) : Expression =
        let slope = differentiateAt symbol value expression
        let height = Structure.substitute symbol value expression
        (value - symbol) / slope + height |> Algebraic.expand
