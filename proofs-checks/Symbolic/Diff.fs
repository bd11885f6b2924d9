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
    let expression = Question.expression "EXPR" "The expression; not with --batch."
    expression.Arity <- ArgumentArity.ZeroOrOne
    let batch = Batch.option "id, expression, variable"
    command.Add expression

    for option in [ Question.variable :> Option; Question.latex; batch ] do
        command.Add option

    Session.act command (fun session ->
        match
            Option.ofObj (session.Parsed.GetValue batch), Option.ofObj (session.Parsed.GetValue expression)
        with
        | None, None -> raise (UsageException "Give an expression, or --batch FILE.")
        | None, Some text ->
            let term = (Question.readFormula "EXPR" text).Term

            let variable =
                Question.theVariable (session.Parsed.GetValue Question.variable) [ term ]

            Question.withDeepStack (fun () -> reply variable term)
            |> Question.show session [ "expression", Text(InfixText.print term); "variable", Text variable ]
        | Some path, None ->
            Batch.run session path 2 [ for text in Batch.warming -> [ text; "x" ] ] (fun cells ->
                reply (Batch.variable cells[1]) (Batch.formula cells[0]).Term)
        | _ -> raise (UsageException "Give an expression or --batch FILE, not both."))

    command
