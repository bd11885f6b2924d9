/// Wrong versions of an expression: what a slip of the pen would have made of it.
module ImplicitBias.Tests.Mutation

open MathNet.Symbolics

/// Every expression that differs from the given one in a single leaf: a number n becomes n + 1 or n - 1, a symbol s
/// becomes 2 s or s/2, a sign or exponent being a number like any other. A pair of changes for each leaf.
let rec leaves (expression: Expression) : (string * Expression list) list =
    let within rebuild operands =
        operands
        |> List.indexed
        |> List.collect (fun (k, operand) ->
            leaves operand
            |> List.map (fun (name, changed) ->
                let replace value =
                    operands |> List.mapi (fun i other -> if i = k then value else other) |> rebuild

                name, List.map replace changed))

    match expression with
    | Number _ ->
        let text = Infix.format expression
        [ $"the number {text}", [ expression + Operators.one; expression - Operators.one ] ]
    | Identifier _ ->
        let text = Infix.format expression
        [ $"the symbol {text}", [ Operators.two * expression; expression / Operators.two ] ]
    | Sum operands -> within Operators.sum operands
    | Product operands -> within Operators.product operands
    | Power(radix, exponent) ->
        within
            (function
            | [ radix; exponent ] -> Operators.pow radix exponent
            | _ -> expression)
            [ radix; exponent ]
    | Function(_, argument) ->
        let replace value =
            Structure.substitute argument value expression

        leaves argument
        |> List.map (fun (leaf, changed) -> leaf, List.map replace changed)
    | _ -> []
