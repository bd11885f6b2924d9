/// implicit-bias compare
module ImplicitBias.Commands.Compare

open System.CommandLine
open ImplicitBias.Theory.Symbolic

let private reply assumptions variable point f g =
    match Growth.compare assumptions variable point f g with
    | Growth.Slower -> Proved("f = o(g)", "f = o(g)", None)
    | Growth.Faster -> Proved("g = o(f)", "g = o(f)", None)
    | Growth.Equivalent factor when factor = Term.one -> Proved("f ~ g", "f \\sim g", None)
    | Growth.Equivalent factor ->
        Proved($"f ~ {InfixText.printFactor factor}*g", $"f \\sim {LatexText.printFactor factor} \\, g", None)
    | Growth.Unknown reason -> Undecided reason

let private teaching =
    """Examples:
  implicit-bias compare "log(t)^2" "sqrt(t)"                     f = o(g)
  implicit-bias compare "log(gamma(t))" "t*log(t)"               f ~ g
  implicit-bias compare "sin(x)" "2*x" --at 0                    f ~ 1/2*g

f = o(g): f/g goes to 0. f ~ c*g: f/g goes to c.

JSON: {"f", "g", "variable", "point", "assumptions", "status", "result", "latex"}; without a result "reason".

Exit code: 0 if the comparison is proved; 1 if it is not known; 2 bad usage."""

/// The command.
let command =
    let command =
        TeachingCommand("compare", "Compare how two expressions grow.", teaching)

    let first = Question.expression "F" "An expression f."
    let second = Question.expression "G" "An expression g."
    command.Add first
    command.Add second

    for option in [ Question.variable :> Option; Question.at; Question.assume; Question.latex ] do
        command.Add option

    Session.act command (fun session ->
        let assumptions =
            Question.readAssumptions (session.Parsed.GetRequiredValue Question.assume)

        let f = Question.readFormula "F" (session.Parsed.GetRequiredValue first)
        let g = Question.readFormula "G" (session.Parsed.GetRequiredValue second)

        let variable =
            Question.theVariable (session.Parsed.GetValue Question.variable) [ f.Term; g.Term ]

        let at = session.Parsed.GetRequiredValue Question.at
        let point = Question.readPoint at

        Work.abandonable session.Cancellation (fun () ->
            Question.withDeepStack (fun () -> reply assumptions variable point f g))
        |> Question.show
            session
            [ "f", Text(InfixText.print f.Term)
              "g", Text(InfixText.print g.Term)
              "variable", Text variable
              "point", Text at
              "assumptions", Text(AssumptionText.print assumptions) ])

    command
