/// implicit-bias check
module ImplicitBias.Commands.Check

open System.Collections.Generic
open System.CommandLine
open System.Diagnostics
open ImplicitBias.Numerics
open ImplicitBias.Theory

/// A finding, also where the check itself fails: the exception becomes an Undecided that quotes it.
let finding (theorem: Theorem) (control: Control option) (case: Case) : Finding =
    let watch = Stopwatch.StartNew()

    try
        match control with
        | None -> Check.case theorem case
        | Some control -> Check.control theorem control
    with error ->
        { Theorem = theorem
          Case = case
          Control = control
          Verdict = Undecided $"the check ended with an error: {error.GetBaseException().Message}"
          Readings = []
          Rivals = []
          Steps = []
          Seconds = watch.Elapsed.TotalSeconds }

/// Cases that move the same way on the same data from the same start share one run, also when several theorems made them.
let private sharingRuns (checks: (Theorem * Control option * Case) list) =
    let seen = List<Case>()

    let same (a: Case) (b: Case) =
        obj.ReferenceEquals(a.Method, b.Method)
        && obj.ReferenceEquals(a.Data, b.Data)
        && (a.Start, a.Auxiliary, a.LogTimes, a.Accuracy) = (b.Start, b.Auxiliary, b.LogTimes, b.Accuracy)

    let shared (case: Case) =
        match Seq.tryFind (same case) seen with
        | Some first -> { case with Run = first.Run }
        | None ->
            seen.Add case
            case

    [ for theorem, control, case in checks ->
          let control =
              control
              |> Option.map (fun control ->
                  { control with Case = shared control.Case; PredictedAs = shared control.PredictedAs })

          theorem, control, shared case ]

let private builtIn (theorems: Theorem list) =
    sharingRuns
        [ for theorem in theorems do
              for case in theorem.Cases -> theorem, None, case
              for control in theorem.Controls -> theorem, Some control, control.Case ]

let private onData (theorems: Theorem list) (data: Dataset) =
    let cases =
        [ for theorem in theorems do
              // A theorem about classes has nothing to say of numbers, and the reverse.
              if
                  theorem.Cases
                  |> List.exists (fun case -> case.Data.IsRegression = data.IsRegression)
              then
                  for case in theorem.OnData data -> theorem, None, case ]

    if cases.IsEmpty then
        let ids =
            theorems |> List.map (fun theorem -> $"'{theorem.Id}'") |> String.concat ", "

        raise (
            UsageException
                $"{ids} cannot be checked on this file: stated for particular data only, or for the other kind of rows (--label, --target)."
        )

    sharingRuns cases

let private print verbose timings (sample: CsvSample option) (findings: Finding list) broken =
    match sample with
    | Some sample ->
        Screen.line (Screen.plain $"{sample.Dataset.Name}: {DataOptions.describe sample}")
        Screen.line ""
    | None -> ()

    if not findings.IsEmpty then
        Report.legend ()

    findings
    |> List.groupBy _.Theorem.Id
    |> List.iter (snd >> Report.theorem verbose timings)

    Report.totals findings broken

let private teaching =
    """Examples:
  implicit-bias check                                     every theorem
  implicit-bias check norm-growth                         one theorem
  implicit-bias check linear-classification --verbose     a setting, each method on its own row
  implicit-bias check norm-growth --data iris.csv --label species --positive setosa --negative versicolor
  implicit-bias check closest-interpolant --data rows.csv --target y
  implicit-bias check --json > findings.json
  implicit-bias check --junit report.xml

Verdicts:
  Confirmed     every reading within its budget, the error shrinks as predicted, every rival rejected
  Refuted       theory and run disagree, or a derivation step is wrong
  Powerless     theory and run agree, but so would a wrong formula
  Undecided     the run ended early, or something could not be evaluated
  Inapplicable  the data break a hypothesis, which is named
A negative control breaks a hypothesis on purpose and must come out Refuted.

JSON: an array of {"id", "instance", "method", "control", "verdict", "reason", "asPredicted", "breaks", "instead",
"readings": [{"logT", "predicted", "measured", "budget", "budgetParts", "ratio"}],
"rivals": [{"name", "mistake", "separation", "rejected"}], "steps": [{"claim", "formula", "evidence", "grade", "kind",
"assumptions"}], "weakestStep", "seconds"}. A grade is exact, enclosed, sampled, cited, not decided or wrong.
"control" is true for a negative control; its "verdict" is the failure that the theory predicts.

Exit code: 0 all confirmed and all controls refuted; 1 something not; 2 bad usage or bad data."""

/// The command.
let command =
    let command =
        TeachingCommand("check", "Check theorems on built-in data, or on your own.", teaching)

    let words =
        Argument<string array>(
            "ID or SETTING",
            Description = "Theorems to check, as 'list' names them. Default: all.",
            Arity = ArgumentArity.ZeroOrMore
        )

    let data =
        DataOptions(required = false, biases = [ "none"; "augmented" ], answers = LabelsOrTargets)

    let junit =
        Option<string>("--junit", Description = "Write a JUnit XML report too.", HelpName = "FILE")

    let verbose = Flag.create "--verbose" "A row per method, not per instance."
    let timings = Flag.create "--timings" "Show how long each check took."
    command.Add words
    data.AddTo command
    command.Add junit
    command.Add verbose
    command.Add timings

    Session.act command (fun session ->
        let parsed = session.Parsed
        let report = parsed.GetValue junit |> Option.ofObj

        report
        |> Option.bind WholeFile.obstacle
        |> Option.iter (fun obstacle -> raise (UsageException obstacle))

        let entries =
            Selection.ofWords (
                parsed.GetValue words
                |> Option.ofObj
                |> Option.map List.ofArray
                |> Option.defaultValue []
            )

        let theorems = entries |> List.choose (fun entry -> Result.toOption entry.Theorem)

        let broken =
            [ for entry in entries do
                  match entry.Theorem with
                  | Error reason -> entry.Id, reason
                  | Ok _ -> () ]

        let sample = data.TryReadWithBias parsed

        let cases =
            match sample with
            | Some sample -> onData theorems sample.Dataset
            | None -> builtIn theorems

        let findings =
            [| for theorem, control, case in cases ->
                   $"{theorem.Id} on {case.Instance}, {case.Method.Name}",
                   fun () -> finding theorem control case |]
            |> Work.inParallel session.Threads session.Cancellation
            |> List.ofArray

        report
        |> Option.iter (fun path -> WholeFile.write path (JUnit.write findings broken))

        if session.Json then
            Screen.json (
                Items(
                    List.map FindingJson.finding findings
                    @ [ for id, reason in broken -> FindingJson.broken id reason ]
                )
            )
        else
            print (Flag.isSet verbose parsed) (Flag.isSet timings parsed) sample findings broken

        if broken.IsEmpty && findings |> List.forall _.AsPredicted then
            ExitCode.success
        else
            ExitCode.notConfirmed)

    command
