namespace ImplicitBias.Theory.Symbolic

open System
open MathNet.Numerics
open MathNet.Symbolics
open ImplicitBias.Numerics

/// Values for the symbols of an expression, by name.
type Values = Map<string, float>

/// Floating-point value of expressions.
module Numeric =

    /// The name of a symbol.
    /// Raises ArgumentException for anything but an identifier.
    let name (symbol: Expression) : string =
        match symbol with
        | Identifier(Symbol name) -> name
        | other -> invalidArg (nameof symbol) $"{Infix.format other} is not a symbol."

    /// NaN outside the real domain, and for a function that has no counterpart in System.Math.
    let private apply f (x: float) =
        match f with
        | Function.Abs -> abs x
        | Ln -> Math.Log x
        | Lg -> Math.Log10 x
        | Exp -> Math.Exp x
        | Sin -> Math.Sin x
        | Cos -> Math.Cos x
        | Tan -> Math.Tan x
        | Sinh -> Math.Sinh x
        | Cosh -> Math.Cosh x
        | Tanh -> Math.Tanh x
        | Asin -> Math.Asin x
        | Acos -> Math.Acos x
        | Atan -> Math.Atan x
        | Asinh -> Math.Asinh x
        | Acosh -> Math.Acosh x
        | Atanh -> Math.Atanh x
        | _ -> nan

    let private half = BigRational.FromIntFraction(1, 2)

    /// IEEE arithmetic on the tree, operand by operand, so that MathNet.Symbolics and its stand-in give the same bits.
    let rec private value (values: Values) (expression: Expression) : float =
        let value = value values

        match expression with
        | Number n -> Exact.Rational(n.Numerator, n.Denominator).ToDouble()
        | Approximation(Approximation.Real x) -> x
        | Identifier(Symbol name) -> values[name]
        | Constant E -> Math.E
        | Constant Pi -> Math.PI
        | Sum terms -> List.sumBy value terms
        | Product factors -> (1.0, factors) ||> List.fold (fun product factor -> product * value factor)
        | Power(radix, Number exponent) when exponent = half -> sqrt (value radix)
        | Power(radix, exponent) -> Math.Pow(value radix, value exponent)
        | Function(f, x) -> apply f (value x)
        | FunctionN(Log, [ radix; x ]) -> Math.Log(value x, value radix)
        | FunctionN(Atan2, [ y; x ]) -> Math.Atan2(value y, value x)
        | PositiveInfinity -> infinity
        | NegativeInfinity -> -infinity
        | _ -> nan

    /// The value of an expression, or a sentence saying why it has none: a symbol without a value, or a value that
    /// is not a real number. Infinities are values.
    let evaluate (values: Values) (expression: Expression) : Result<float, string> =
        let missing =
            Structure.collectIdentifiers expression
            |> Seq.map name
            |> Seq.filter (fun symbol -> not (values.ContainsKey symbol))
            |> Seq.sort
            |> List.ofSeq

        if not missing.IsEmpty then
            let names = String.concat ", " missing
            Error $"no value for {names}"
        else
            match value values expression with
            | number when Double.IsNaN number -> Error "the value is not a real number"
            | number -> Ok number
