/// implicit-bias simplify
module ImplicitBias.Commands.Simplify

open System.CommandLine
open ImplicitBias.Theory.Symbolic

let private teaching =
    """Examples:
  implicit-bias simplify "sqrt(8) - 2*sqrt(2)"                 0
  implicit-bias simplify "asinh(x) - log(x + sqrt(x^2+1))"     0
  implicit-bias simplify "exp(-log(u)) - 1/u"                  0

The result is proved equal wherever both have values. An expression that has none under the assumptions, as log(-x) for x > 0, is
not simplified.

JSON: {"expression", "assumptions", "status", "result", "latex"}.

Exit code: 0; 1 if it has no real value; 2 bad usage."""

/// The command.
let command =
    let command =
        TeachingCommand("simplify", "Bring an expression to a shorter form.", teaching)

    let expression = Question.expression "EXPR" "The expression."
    command.Add expression
    command.Add Question.assume
    command.Add Question.latex

    Session.act command (fun session ->
        let assumptions =
            Question.readAssumptions (session.Parsed.GetRequiredValue Question.assume)

        let formula =
            Question.readFormula "EXPR" (session.Parsed.GetRequiredValue expression)

        let simplified =
            Work.abandonable session.Cancellation (fun () ->
                Question.withDeepStack (fun () -> Simplification.simplify assumptions formula))

        match simplified with
        | Ok term -> Proved(InfixText.print term, LatexText.print term, None)
        | Error reason -> Undecided reason
        |> Question.show
            session
            [ "expression", Text(InfixText.print formula.Term)
              "assumptions", Text(AssumptionText.print assumptions) ])

    command
