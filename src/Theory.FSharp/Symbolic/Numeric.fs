namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open MathNet.Symbolics

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
            let table = Dictionary<string, FloatingPoint>()

            values
            |> Map.iter (fun symbol value -> table[symbol] <- FloatingPoint.Real value)

            try
                match Evaluate.evaluate table expression with
                | FloatingPoint.Real value when System.Double.IsNaN value -> Error "the value is not a number"
                | FloatingPoint.Real value -> Ok value
                | FloatingPoint.PosInf -> Ok infinity
                | FloatingPoint.NegInf -> Ok -infinity
                | other -> Error $"the value is not real: {other}"
            with error ->
                Error error.Message
