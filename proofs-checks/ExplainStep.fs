/// implicit-bias explain ID --step k
module ImplicitBias.Commands.ExplainStep

open ImplicitBias.Theory
open ImplicitBias.Theory.Symbolic

let private comparisons (step: Step) =
    match Comparison.ofStep step with
    | Ok comparisons -> comparisons
    | Error _ -> []

let private json (theorem: Theorem) (number: int) (step: Step) (evidence: StepEvidence) =
    let comparison (comparison: Comparison) =
        Record
            [ "rule", Text comparison.Rule
              "before", Text(InfixText.print comparison.Before)
              "after", Text(InfixText.print comparison.After)
              "latexBefore", Text(LatexText.print comparison.Before)
              "latexAfter", Text(LatexText.print comparison.After)
              "samples",
              Items
                  [ for sample in Illustration.points comparison ->
                        Record
                            [ "at", Text sample.At
                              "before", Text sample.Before
                              "after", Text sample.After ] ] ]

    Record
        [ "id", Text theorem.Id
          "step", Integer number
          "of", Integer theorem.Derivation.Length
          "claim", Text(Step.claim step)
          "kind", Text(Step.kind step)
          "formula", Text(Step.formula step)
          "assumptions", Text(AssumptionText.print (Step.assumptions step))
          "evidence", Text(StepEvidence.describe evidence)
          "grade", Text(StepEvidence.grade evidence)
          "comparisons", Items(comparisons step |> List.map comparison) ]

let private print (theorem: Theorem) (number: int) (step: Step) (evidence: StepEvidence) =
    let say (label: string) (text: string) =
        if text <> "" then
            Screen.line ("  " + Screen.styled "dim" (label.PadRight 12) + Screen.plain text)

    Screen.line (
        Screen.styled "bold" $"{theorem.Id}, step {number} of {theorem.Derivation.Length}"
        + "  "
        + Screen.plain (Step.claim step)
    )

    say "kind" (Step.kind step)
    say "formula" (Step.formula step)
    say "assumptions" (AssumptionText.print (Step.assumptions step))
    say "evidence" (StepEvidence.describe evidence)

    for comparison in comparisons step do
        Screen.line ""
        say "rule" comparison.Rule
        say "before" (InfixText.print comparison.Before)
        say "after" (InfixText.print comparison.After)

        Screen.table
            [ "at"; ">before"; ">after" ]
            [ for sample in Illustration.points comparison ->
                  [ Screen.plain sample.At
                    Screen.plain sample.Before
                    Screen.plain sample.After ] ]

/// Shows one step of a derivation, counted from 1: the terms before and after, the rule, and both at sample points. The
/// result is the exit code.
/// Raises UsageException where there is no such step.
let show (session: Session) (theorem: Theorem) (number: int) : int =
    let steps = ImplicitBias.Theory.Check.derivation theorem

    if number < 1 || number > steps.Length then
        raise (UsageException $"{theorem.Id} has the steps 1 to {steps.Length}, not {number}.")

    let step, evidence = steps[number - 1]

    if session.Json then
        Screen.json (json theorem number step evidence)
    else
        print theorem number step evidence

    match evidence with
    | Wrong _
    | NotDecided _ -> ExitCode.notConfirmed
    | _ -> ExitCode.success
