/// Findings for people.
module ImplicitBias.Commands.Report

open System
open ImplicitBias.Theory

/// A number in at most six digits.
let short (value: float) : string = value.ToString("G6")

/// A number in at most twelve digits, for comparing a measurement with a prediction.
let long (value: float) : string = value.ToString("G12")

/// The size of an error, a budget or a separation.
let size (value: float) : string = value.ToString("G3")

let private colour (finding: Finding) =
    if finding.AsPredicted then "green" else "red"

/// The methods of several findings, one a line; in one line where they are a product, as in "flow/descent × exponential/logistic
/// loss".
let private methods (findings: Finding list) : string list =
    let names = findings |> List.map _.Case.Method.Name |> List.distinct
    let parts = names |> List.map _.Split(", ")
    let ways = parts |> List.map Array.head |> List.distinct
    let losses = parts |> List.map Array.last |> List.distinct

    let isProduct =
        ways.Length > 1
        && losses.Length > 1
        && names.Length = ways.Length * losses.Length
        && parts |> List.forall (fun parts -> parts.Length = 2)
        && losses |> List.forall _.EndsWith(" loss")

    if isProduct then
        let kinds = losses |> List.map (fun loss -> loss.Replace(" loss", ""))
        [ String.Join("/", ways) + " × " + String.Join("/", kinds) + " loss" ]
    else
        names

/// How the steps of a derivation are known, as in "4 exact, 1 cited; weakest: cited".
let derivation (steps: (Step * StepEvidence) list) : string =
    let evidence = List.map snd steps

    let counts =
        [ "exact"; "enclosed"; "sampled"; "cited"; "not decided"; "wrong" ]
        |> List.choose (fun grade ->
            match evidence |> List.filter (fun evidence -> StepEvidence.grade evidence = grade) with
            | [] -> None
            | some -> Some $"{some.Length} {grade}")

    match counts with
    | [] -> "none"
    | [ only ] -> only
    | several ->
        let weakest = StepEvidence.grade (StepEvidence.weakest evidence)
        String.Join(", ", several) + $"; weakest: {weakest}"

/// |error| / budget.
let private share (reading: Reading) =
    abs reading.Error / reading.Budget.Total

let private weakest (findings: Finding list) =
    findings
    |> List.collect _.Rivals
    |> List.sortBy _.Separation
    |> List.tryHead
    |> Option.map (fun result -> $"{result.Rival.Name} ({size result.Separation})")
    |> Option.defaultValue "-"

/// error/remainder where the remainder is at least half of the budget; elsewhere the run cannot tell.
let private resolvedRatio (reading: Reading) =
    let remainder =
        reading.Budget.Parts
        |> List.tryFind (fst >> (=) "remainder")
        |> Option.map snd
        |> Option.defaultValue 0.0

    reading.Ratio
    |> Option.filter (fun _ -> 2.0 * remainder >= reading.Budget.Total)

/// The ratio error/remainder at the first and the last reading that resolve it.
let private trend (finding: Finding) =
    let ratios = finding.Readings |> List.choose resolvedRatio

    match ratios with
    | first :: _ :: _ -> $"{size first} → {List.last ratios:F4}"
    | [ only ] -> $"{only:F4}"
    | [] -> "-"

let private evidence (findings: Finding list) =
    let read = findings |> List.filter (fun finding -> not finding.Readings.IsEmpty)

    if read.IsEmpty then
        [ "-"; "-"; "-"; "-"; "-" ]
    else
        // Of several methods the one that uses most of its budget speaks for all.
        let worst = read |> List.maxBy (fun finding -> share (List.last finding.Readings))
        let last = List.last worst.Readings

        [ long last.Predicted
          long last.Measured
          size last.Budget.Total
          trend worst
          weakest read ]

let private verdicts (findings: Finding list) =
    findings
    |> List.countBy (fun finding -> FindingJson.verdictName finding.Verdict, colour finding)
    |> List.map (fun ((name, colour), count) -> Screen.styled colour $"{count} {name}")
    |> String.concat ", "

let private headings =
    [ "instance"
      "verdict"
      ">predicted"
      ">measured"
      ">budget"
      ">error/term"
      "nearest rival" ]

/// Every reading of a finding, budget in parts.
let readings (finding: Finding) : unit =
    let parts =
        finding.Readings
        |> List.collect (fun reading -> List.map fst reading.Budget.Parts)

    let parts = List.distinct parts

    Screen.table
        ([ ">log t"; ">predicted"; ">measured"; ">error"; ">budget" ]
         @ List.map (fun part -> ">" + part) parts
         @ [ ">error/term" ])
        [ for reading in finding.Readings ->
              let ofPart part =
                  reading.Budget.Parts
                  |> List.tryFind (fst >> (=) part)
                  |> Option.map (snd >> size)
                  |> Option.defaultValue ""

              [ reading.LogTime.ToString "G9"
                long reading.Predicted
                long reading.Measured
                size reading.Error
                size reading.Budget.Total ]
              @ List.map ofPart parts
              @ [ resolvedRatio reading |> Option.map short |> Option.defaultValue "-" ] ]

/// A finding that is not as predicted, in full.
let failure (finding: Finding) : unit =
    let what =
        match finding.Control with
        | None -> ""
        | Some control -> $" as a control that breaks '{control.Breaks}'"

    let reason =
        match FindingJson.reason finding.Verdict, finding.Control with
        | Some reason, _ -> reason
        | None, Some control -> $"the theory predicts failure: {control.Instead}"
        | None, None -> ""

    Screen.line (
        "  "
        + Screen.styled "red" (FindingJson.verdictName finding.Verdict)
        + Screen.plain $" on {finding.Case.Instance}, {finding.Case.Method.Name}{what}: {reason}"
    )

    if not finding.Readings.IsEmpty then
        readings finding

let private control (finding: Finding) =
    match finding.Control with
    | Some control when finding.AsPredicted ->
        Screen.line (
            "  control "
            + Screen.plain control.Breaks
            + ": "
            + Screen.styled "green" (FindingJson.verdictName finding.Verdict)
            + Screen.plain $" on {finding.Case.Instance}, as predicted: {control.Instead}"
        )
    | _ -> ()

/// One theorem with everything found about it: by default a row per instance, else a row per finding.
let theorem (verbose: bool) (timings: bool) (findings: Finding list) : unit =
    let first = findings.Head
    let cases = findings |> List.filter _.Control.IsNone
    Screen.line (Screen.styled "bold" first.Theorem.Id + "  " + Screen.plain first.Theorem.Title)

    let groups =
        if verbose then
            cases |> List.map List.singleton
        else
            cases |> List.groupBy _.Case.Instance |> List.map snd

    let sole =
        match groups |> List.map methods |> List.distinct with
        | [ [ line ] ] when not verbose -> Some line
        | _ -> None

    let seconds = findings |> List.sumBy _.Seconds

    Screen.line (
        Screen.styled
            "dim"
            ("  "
             + (sole |> Option.map (fun line -> line + "; ") |> Option.defaultValue "")
             + $"derivation: {derivation first.Steps}"
             + (if timings then $"; {seconds:f1} s" else ""))
    )

    Screen.table
        (headings
         @ (if sole.IsNone then [ "method" ] else [])
         @ (if timings then [ ">s" ] else []))
        [ for group in groups ->
              Screen.plain group.Head.Case.Instance
              :: verdicts group
              :: List.map Screen.plain (evidence group)
              @ (if sole.IsNone then
                     [ Screen.plain (String.Join("\n", methods group)) ]
                 else
                     [])
              @ (if timings then
                     [ (group |> List.sumBy _.Seconds).ToString "F2" ]
                 else
                     []) ]

    List.iter control findings

    findings
    |> List.filter (fun finding -> not finding.AsPredicted)
    |> List.iter failure

    Screen.line ""

/// How to read the tables, above the first.
let legend () : unit =
    [ "Each row compares a closed-form prediction with simulated runs and shows the last reading, at the largest log t."
      "  budget         how far measured may be from predicted: what the theory's next term and the run's own error allow"
      "  error/term     their distance over the first neglected term, first → last reading that the run resolves; it tends to 1"
      "  nearest rival  the wrong formula hardest to reject, and how many budgets away it is; above 1 is rejected"
      "" ]
    |> List.iter (Screen.styled "dim" >> Screen.line)

/// The last line: how many of how many.
let totals (findings: Finding list) (broken: (string * string) list) : unit =
    let controls, cases = findings |> List.partition _.Control.IsSome

    let good =
        List.filter (fun (finding: Finding) -> finding.AsPredicted) >> List.length

    let theorems = findings |> List.map _.Theorem.Id |> List.distinct |> List.length

    for id, reason in broken do
        Screen.line (Screen.styled "red" $"{id} could not be built: {reason}")

    let colour =
        if broken.IsEmpty && good findings = findings.Length then
            "green"
        else
            "red"

    let controlled =
        if controls.IsEmpty then
            ""
        else
            $"; {good controls} of {controls.Length} negative controls refuted as predicted"

    let counted = if theorems = 1 then "1 theorem" else $"{theorems} theorems"

    Screen.line (
        Screen.styled colour $"{counted}: {good cases} of {cases.Length} cases confirmed{controlled}."
    )
