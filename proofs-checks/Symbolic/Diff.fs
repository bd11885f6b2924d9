/// implicit-bias diff
module ImplicitBias.Commands.Diff

open System.CommandLine
open ImplicitBias.Theory.Symbolic

let private reply variable term =
    try
        let derivative = Derivative.differentiate variable term
        Proved(InfixText.print derivative, LatexText.print derivative, None)
    with NoValueException reason ->
        Wrong reason

let private teaching =
    """Examples:
  implicit-bias diff "log(1+exp(-x))"
  implicit-bias diff "2 - sqrt(4+z^2) + z*asinh(z/2)" --var z
  implicit-bias diff --batch derivatives.tsv

The derivative holds wherever expression and derivative have values: abs(x) gives abs(x)/x. Other symbols are constants.

JSON: {"expression", "variable", "status", "result", "latex"}. Batch: one line {"id", "status", "result", "milliseconds"} per row.

Exit code: 0 if there is a derivative; 1 if there is none; 2 bad usage."""

/// The command.
let command =
    let command = TeachingCommand("diff", "Differentiate.", teaching)

    Batch.oneOrMany
        command
        []
        "id, expression, variable"
        (fun session formula variable ->
            Question.withDeepStack (fun () -> reply variable formula.Term)
            |> Question.show
                session
                [ "expression", Text(InfixText.print formula.Term); "variable", Text variable ])
        (fun session path ->
            Batch.run session path 2 [ for text in Batch.warming -> [ text; "x" ] ] (fun cells ->
                reply (Batch.variable cells[1]) (Batch.formula cells[0]).Term))

    command
