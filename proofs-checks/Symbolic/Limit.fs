/// implicit-bias limit
module ImplicitBias.Commands.Limit

open System.CommandLine
open ImplicitBias.Theory.Symbolic

let private reply assumptions variable point (formula: Formula) =
    let proved text latex =
        let statement =
            $"\\lim_{{{LatexText.symbol variable} \\to {Point.latex point}}} {LatexText.printFactor formula.Term} = {latex}"

        Proved(text, statement, None)

    match Limits.at assumptions variable point formula with
    | Limit.Value value -> proved (InfixText.print value) (LatexText.print value)
    | Limit.Infinity -> proved "oo" "\\infty"
    | Limit.NegativeInfinity -> proved "-oo" "-\\infty"
    | Limit.Unknown reason -> Undecided reason

let private teaching =
    """Examples:
  implicit-bias limit "x*(sqrt(x^2+1) - x)" --at oo                      1/2
  implicit-bias limit "sin(x)/x" --at 0                                  1
  implicit-bias limit "t^a/exp(t)" --var t --at oo --assume "a>0"        0
  implicit-bias limit "(gamma(x+1/gamma(x)) - gamma(x))/log(x)" --latex
  implicit-bias limit --batch limits.tsv

Expressions: + - * / ^, parentheses, exp log (= ln) sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh abs
erf erfcx gamma loggamma digamma polygamma(n, x) lambertw, pi, e. -x^2 is -(x^2), decimals are exact, nothing is implied:
2*x, not 2x.

A limit is found by Gruntz's algorithm with exact coefficients and compared with rigorous values at two far points. At a
point without sign both sides must agree; a side on which the expression has no real values does not count.

JSON: {"expression", "variable", "point", "assumptions", "status": "proved" or "unknown", "result", "latex"}; without a result
"reason". Batch: one line {"id", "status": "proved", "unknown" or "error", "result", "milliseconds"} per row.

Exit code: 0 if the limit is proved; 1 if it is not known; 2 bad usage."""

/// The command.
let command =
    let command =
        TeachingCommand("limit", "Prove a limit, with a parameter under assumptions.", teaching)

    let assumed (session: Session) =
        Question.readAssumptions (session.Parsed.GetRequiredValue Question.assume)

    Batch.oneOrMany
        command
        [ Question.at; Question.assume ]
        "id, expression, variable, point"
        (fun session formula variable ->
            let assumptions, at = assumed session, session.Parsed.GetRequiredValue Question.at

            let point = Question.readPoint at

            Work.abandonable session.Cancellation (fun () ->
                Question.withDeepStack (fun () -> reply assumptions variable point formula))
            |> Question.show
                session
                [ "expression", Text(InfixText.print formula.Term)
                  "variable", Text variable
                  "point", Text at
                  "assumptions", Text(AssumptionText.print assumptions) ])
        (fun session path ->
            let assumptions = assumed session

            Batch.run session path 3 [ for text in Batch.warming -> [ text; "x"; "oo" ] ] (fun cells ->
                reply assumptions (Batch.variable cells[1]) (Batch.point cells[2]) (Batch.formula cells[0])))

    command
