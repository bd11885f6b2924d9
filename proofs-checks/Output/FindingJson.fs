/// Findings as JSON, with the keys that 'check --help' documents.
module ImplicitBias.Commands.FindingJson

open ImplicitBias.Theory
open ImplicitBias.Theory.Symbolic

/// The verdict's name, as in "Confirmed".
let verdictName (verdict: Verdict) : string =
    match verdict with
    | Confirmed -> "Confirmed"
    | Refuted _ -> "Refuted"
    | Powerless _ -> "Powerless"
    | Undecided _ -> "Undecided"
    | Inapplicable _ -> "Inapplicable"

/// What the verdict says beyond its name; None for Confirmed.
let reason (verdict: Verdict) : string option =
    match verdict with
    | Confirmed -> None
    | Refuted witness -> Some witness
    | Powerless(rival, separation) ->
        Some
            $"cannot reject the rival '{rival.Name}' ({rival.Mistake}), which is {separation:g3} budgets away"
    | Undecided reason -> Some reason
    | Inapplicable hypothesis -> Some $"the data break the hypothesis '{hypothesis.Says}'"

/// Where a statement comes from.
let source (source: Source) : Json =
    Record
        [ "authors", Text source.Authors
          "year", Integer source.Year
          "arXiv", Text source.ArXiv
          "place", Text source.Place ]

/// One reading: theory, run and tolerance at one log t.
let reading (reading: Reading) : Json =
    Record
        [ "logT", Number reading.LogTime
          "predicted", Number reading.Predicted
          "measured", Number reading.Measured
          "budget", Number reading.Budget.Total
          "budgetParts", Record [ for name, value in reading.Budget.Parts -> name, Number value ]
          "ratio", Json.optional Number reading.Ratio ]

/// One derivation step with how it is known.
let step (step: Step, evidence: StepEvidence) : Json =
    Record
        [ "claim", Text(Step.claim step)
          "formula", Text(Step.formula step)
          "evidence", Text(StepEvidence.describe evidence)
          "grade", Text(StepEvidence.grade evidence)
          "kind", Text(Step.kind step)
          "assumptions", Text(AssumptionText.print (Step.assumptions step)) ]

let private rival (result: RivalResult) =
    Record
        [ "name", Text result.Rival.Name
          "mistake", Text result.Rival.Mistake
          "separation", Number result.Separation
          "rejected", Bool result.Rejected ]

/// One finding.
let finding (finding: Finding) : Json =
    Record
        [ "id", Text finding.Theorem.Id
          "instance", Text finding.Case.Instance
          "method", Text finding.Case.Method.Name
          "control", Bool finding.Control.IsSome
          "verdict", Text(verdictName finding.Verdict)
          "reason", Json.optional Text (reason finding.Verdict)
          "asPredicted", Bool finding.AsPredicted
          "breaks", Json.optional (fun (control: Control) -> Text control.Breaks) finding.Control
          "instead", Json.optional (fun (control: Control) -> Text control.Instead) finding.Control
          "readings", Items(List.map reading finding.Readings)
          "rivals", Items(List.map rival finding.Rivals)
          "steps", Items(List.map step finding.Steps)
          "weakestStep", Text(StepEvidence.grade (StepEvidence.weakest (List.map snd finding.Steps)))
          "seconds", Number finding.Seconds ]

/// A theorem that could not even be built, with the same keys.
let broken (id: string) (reason: string) : Json =
    Record
        [ "id", Text id
          "instance", Null
          "method", Null
          "control", Bool false
          "verdict", Text "Undecided"
          "reason", Text reason
          "asPredicted", Bool false
          "breaks", Null
          "instead", Null
          "readings", Items []
          "rivals", Items []
          "steps", Items []
          "weakestStep", Null
          "seconds", Number 0.0 ]
