/// implicit-bias explain
module ImplicitBias.Commands.Explain

open System
open System.CommandLine
open ImplicitBias.Theory

let private formula = MathNet.Symbolics.Infix.format

let private claim (theorem: Theorem) =
    let quantity = theorem.Prediction.Quantity
    let value = formula (Prediction.value theorem.Prediction)

    match theorem.Prediction.Claim with
    | ForAllTime -> $"{quantity} = {value}, for all t"
    | Asymptotic -> $"{quantity} = {value} + remainder, as t grows"
    | UpperBound -> $"{quantity} ≤ {value}, for all t"
    | LowerBound -> $"{quantity} ≥ {value}, for all t"

let private named (kind: string) (wanted: string) (names: string list) : string =
    let matches =
        names
        |> List.filter (fun name -> name.Contains(wanted, StringComparison.OrdinalIgnoreCase))

    match List.tryFind ((=) wanted) names, matches with
    | Some exact, _ -> exact
    | None, [ only ] -> only
    | None, _ ->
        raise (
            UsageException $"""There is no single {kind} '{wanted}'. There are: {String.Join("; ", names)}."""
        )

/// The cases asked for: one instance, by default the first, under one method, by default all of them.
let private choose (theorem: Theorem) (instance: string option) (way: string option) =
    let instances = theorem.Cases |> List.map _.Instance |> List.distinct

    let chosen =
        instance
        |> Option.map (fun wanted -> named "instance" wanted instances)
        |> Option.defaultValue (List.head instances)

    let cases = theorem.Cases |> List.filter (fun case -> case.Instance = chosen)
    let methods = cases |> List.map _.Method.Name |> List.distinct

    match way with
    | None -> cases
    | Some wanted ->
        let chosen = named "method" wanted methods
        cases |> List.filter (fun case -> case.Method.Name = chosen)

let private json (theorem: Theorem) (findings: Finding list) =
    let prediction = theorem.Prediction

    Record
        [ "id", Text theorem.Id
          "title", Text theorem.Title
          "source", FindingJson.source theorem.Source
          "hypotheses", Json.texts (theorem.Hypotheses |> List.map _.Says)
          "prediction",
          Record
              [ "quantity", Text prediction.Quantity
                "claim", Text(claim theorem)
                "leading", Text(formula prediction.Leading)
                "next", Text(formula prediction.Next)
                "remainder", Text(formula prediction.Remainder)
                "transient", Text(formula prediction.Transient) ]
          "rivals",
          Items
              [ for rival in theorem.Rivals ->
                    Record
                        [ "name", Text rival.Name
                          "mistake", Text rival.Mistake
                          "value", Text(formula rival.Value) ] ]
          "findings", Items(List.map FindingJson.finding findings) ]

let private heading (text: string) =
    Screen.line ""
    Screen.line (Screen.styled "bold" text)

let private derivation (steps: (Step * StepEvidence) list) =
    heading $"Derivation ({Report.derivation steps})"

    for step, evidence in steps do
        let style =
            match evidence with
            | Wrong _ -> "red"
            | NotDecided _ -> "yellow"
            | _ -> "dim"

        Screen.line (
            "  "
            + Screen.plain (Step.claim step)
            + "  "
            + Screen.styled style $"[{StepEvidence.describe evidence}]"
        )

        if Step.formula step <> "" then
            Screen.line ("      " + Screen.plain (Step.formula step))

let private rivals (theorem: Theorem) (finding: Finding) =
    heading "Rivals, which the same check must reject (distance in budgets)"

    Screen.table
        [ "rival"; ">distance"; ""; "mistake"; "formula" ]
        [ for rival in theorem.Rivals ->
              let result =
                  finding.Rivals |> List.tryFind (fun result -> result.Rival.Name = rival.Name)

              let distance, rejected =
                  match result with
                  | None -> "-", ""
                  | Some result when result.Rejected ->
                      Report.size result.Separation, Screen.styled "green" "rejected"
                  | Some result -> Report.size result.Separation, Screen.styled "red" "not rejected"

              [ Screen.plain rival.Name
                distance
                rejected
                Screen.plain rival.Mistake
                Screen.plain (formula rival.Value) ] ]

let private controls (findings: Finding list) =
    if not findings.IsEmpty then
        heading "Negative controls, which must fail"

    for finding in findings do
        match finding.Control with
        | None -> ()
        | Some control ->
            Screen.line (
                "  without "
                + Screen.plain $"'{control.Breaks}' ({finding.Case.Instance}, {finding.Case.Method.Name}): "
                + Screen.styled
                    (if finding.AsPredicted then "green" else "red")
                    (FindingJson.verdictName finding.Verdict)
                + Screen.plain $"; the theory: {control.Instead}"
            )

            FindingJson.reason finding.Verdict
            |> Option.iter (fun reason -> Screen.line ("      " + Screen.plain reason))

let private print (theorem: Theorem) (findings: Finding list) =
    let source = theorem.Source
    Screen.line (Screen.styled "bold" theorem.Id + "  " + Screen.plain theorem.Title)
    Screen.line (Screen.plain $"  {source.Authors} ({source.Year}), arXiv {source.ArXiv}: {source.Place}")
    heading "Hypotheses"

    for hypothesis in theorem.Hypotheses do
        Screen.line ("  " + Screen.plain hypothesis.Says)

    heading "Prediction"
    Screen.line ("  " + Screen.plain (claim theorem))
    Screen.line ("  remainder  " + Screen.plain (formula theorem.Prediction.Remainder))
    Screen.line ("  transient  " + Screen.plain (formula theorem.Prediction.Transient))
    let controlled, cases = findings |> List.partition _.Control.IsSome
    derivation cases.Head.Steps

    for finding in cases do
        heading $"{finding.Case.Instance}, {finding.Case.Method.Name}"

        Screen.line (
            "  "
            + Screen.styled
                (if finding.AsPredicted then "green" else "red")
                (FindingJson.verdictName finding.Verdict)
            + (FindingJson.reason finding.Verdict
               |> Option.map (fun reason -> Screen.plain $": {reason}")
               |> Option.defaultValue "")
        )

        if not finding.Readings.IsEmpty then
            Report.readings finding

    rivals theorem cases.Head
    controls controlled

/// Everything about a theorem. The result is the exit code.
let private whole (session: Session) (theorem: Theorem) (instance: string option) (way: string option) : int =
    let cases = choose theorem instance way

    let pieces =
        [| for case in cases -> case.Instance, fun () -> Check.finding theorem None case
           for control in theorem.Controls ->
               control.Breaks, fun () -> Check.finding theorem (Some control) control.Case |]

    let findings =
        pieces |> Work.inParallel session.Threads session.Cancellation |> List.ofArray

    if session.Json then
        Screen.json (json theorem findings)
    else
        print theorem findings

    if findings |> List.forall _.AsPredicted then
        ExitCode.success
    else
        ExitCode.notConfirmed

let private teaching =
    """Examples:
  implicit-bias explain norm-growth
  implicit-bias explain norm-growth --step 3
  implicit-bias explain norm-growth --instance iris
  implicit-bias explain norm-growth --instance "five points" --method "flow, exponential loss"

A derivation step is exact (a normal form, limit or sign, by exact algebra), enclosed (by rigorous interval evaluation on
boxes that cover the region), sampled (held at so many points; not a proof) or cited (taken from the source). The budget is
the sum of the parts beside it. error/term is the error over the first neglected term of the expansion, and tends to 1.

JSON: {"id", "title", "source", "hypotheses", "prediction": {"quantity", "claim", "leading", "next", "remainder",
"transient"}, "rivals": [{"name", "mistake", "value"}], "findings": as of 'check'}. With --step: {"id", "step", "of",
"claim", "kind", "formula", "assumptions", "evidence", "grade", "comparisons": [{"rule", "before", "after", "latexBefore",
"latexAfter", "samples": [{"at", "before", "after"}]}]}.

Exit code: 0 if what is shown was confirmed and its controls refuted; 1 if not; 2 bad usage."""

/// The command.
let command =
    let command =
        TeachingCommand(
            "explain",
            "Tell one theorem in full: statement, derivation, evidence, rivals.",
            teaching
        )

    let id = Argument<string>("ID", Description = "A theorem, as 'list' names it.")

    let instance =
        Option<string>(
            "--instance",
            Description = "The built-in data to show, or a part of the name. Default: the first.",
            HelpName = "NAME"
        )

    let way =
        Option<string>(
            "--method",
            Description = "One method, or a part of its name. Default: every method.",
            HelpName = "NAME"
        )

    let step =
        Option<int>(
            "--step",
            Description =
                "Show one step of the derivation, counted from 1: its terms, its rule, both at points.",
            HelpName = "K"
        )

    command.Add id
    command.Add step
    command.Add instance
    command.Add way

    Session.act command (fun session ->
        let theorem = Selection.theorem (session.Parsed.GetRequiredValue id)

        if isNull (session.Parsed.GetResult step) then
            whole
                session
                theorem
                (session.Parsed.GetValue instance |> Option.ofObj)
                (session.Parsed.GetValue way |> Option.ofObj)
        else
            ExplainStep.show session theorem (session.Parsed.GetRequiredValue step))

    command
