/// implicit-bias expand
module ImplicitBias.Commands.Expand

open System.CommandLine
open ImplicitBias.Theory.Symbolic

let private reply assumptions variable point order formula =
    match Expansions.at assumptions variable point order formula with
    | Ok expansion ->
        let latex =
            match expansion.ShownRemainder with
            | Some remainder ->
                $"{LatexText.printTerms expansion.Shown} + O\\left({LatexText.print remainder}\\right)"
            | None -> LatexText.printTerms expansion.Shown

        Proved(
            InfixText.printTerms expansion.Shown,
            latex,
            expansion.ShownRemainder |> Option.map InfixText.print
        )
    | Error reason -> Undecided reason

let private teaching =
    """Examples:
  implicit-bias expand "exp(sin(x))" --at 0 --order 5
  implicit-bias expand "loggamma(x)" --at oo --order 5
  implicit-bias expand "lambertw(t)" --var t --at oo --order 2
  implicit-bias expand "sqrt(x)/(1-x)" --at 0+ --order 3 --latex
  implicit-bias expand --batch expansions.tsv

Terms go up to the power N of the local variable: x - a at a, 1/x at infinity. Coefficients are exact; logarithms of the local
variable count as coefficients. Exponential factors are taken out first, and the order is relative to them. An expression
of log x alone is expanded in powers of 1/log x.

JSON: {"expression", "variable", "point", "order", "assumptions", "status", "result": the sum, "remainder": what is left out is
O of this, absent if nothing is left out, "latex"}; without a result "reason". Batch: one line {"id", "status", "result",
"remainder", "milliseconds"} per row.

Exit code: 0 if the expansion is proved; 1 if it is not known; 2 bad usage."""

/// The command.
let command =
    let command =
        TeachingCommand("expand", "Expand around a point: Taylor, Laurent, Puiseux, asymptotic.", teaching)

    let order =
        Option<int>(
            "--order",
            Description = "The highest power of the local variable, 0 to 60.",
            HelpName = "N",
            DefaultValueFactory = fun _ -> 4
        )

    let assumed (session: Session) =
        Question.readAssumptions (session.Parsed.GetRequiredValue Question.assume)

    Batch.oneOrMany
        command
        [ Question.at; order; Question.assume ]
        "id, expression, variable, point, order"
        (fun session formula variable ->
            let assumptions, at = assumed session, session.Parsed.GetRequiredValue Question.at

            let point = Question.readPoint at
            let order = session.Parsed.GetRequiredValue order

            Work.abandonable session.Cancellation (fun () ->
                Question.withDeepStack (fun () -> reply assumptions variable point order formula))
            |> Question.show
                session
                [ "expression", Text(InfixText.print formula.Term)
                  "variable", Text variable
                  "point", Text at
                  "order", Integer order
                  "assumptions", Text(AssumptionText.print assumptions) ])
        (fun session path ->
            let assumptions = assumed session

            Batch.run session path 4 [ for text in Batch.warming -> [ text; "x"; "oo"; "2" ] ] (fun cells ->
                reply
                    assumptions
                    (Batch.variable cells[1])
                    (Batch.point cells[2])
                    (Batch.order cells[3])
                    (Batch.formula cells[0])))

    command
