/// implicit-bias solve min-l1, solve min-linf: the interpolants of least l1 and of least l-infinity norm.
module ImplicitBias.Commands.SolveMinNorm

open System
open System.CommandLine
open ImplicitBias.Commands.Interpolant
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference

let private teachingL1 =
    """Examples:
  implicit-bias solve min-l1 --data rows.csv --target y
  implicit-bias solve min-l1 --data rows.csv --target y --tie-break entropy --json

Solved is: minimise |w_1| + ... + |w_d| subject to w.x = y for every row (basis pursuit). Decimals in the file are taken at
their word, so a certified answer is an exact vertex. Where the minimiser is not unique any vertex of the face is printed,
unless --tie-break entropy asks for the one with the smallest sum of |w| log |w|: the limit of the network u^2 - v^2 as its
start tends to zero.

JSON: {"status", "weights", "objective", "dual", "kktResidual", "dualityGap", "features", "rows", "certified", "unique",
"face", "exact", "certificate", "reason"}.
  status       "solved", "inconsistent" or "undecided"; keys without a value are null
  dual         one number a row: no feature has |sum of dual x| above 1, and the sum of dual y is the objective
  unique       whether w is the only minimiser; null if that was not decided
  face         the features that some minimiser uses
  exact        {"weights", "objective", "dual"} as fractions in strings, if certified and no tie was broken
  certificate  if inconsistent: exact multipliers of the rows with which they read 0 = 1

Exit code: 0 solved; 1 no solution, or undecided; 2 bad usage or bad data."""

let private ofPursuit (system: Dataset) (norm: MarginNorm) breakTie : Answer * string list =
    let inputs, targets = system.ExactInputs(), system.ExactTargets()

    match BasisPursuit.Solve(inputs, targets, norm) with
    | :? BasisPursuitResult.Solved as solved ->
        let isUnique = Option.ofNullable solved.IsUnique
        let face = solved.Face |> Array.map (fun j -> system.Features[j])
        let fractions (values: Rational array) = values |> Seq.map string |> Json.texts

        let further exact =
            [ "certified", Bool solved.Certified
              "unique", Json.optional Bool isUnique
              "face", (if norm = MarginNorm.L1 then Json.texts face else Null)
              "exact", exact ]

        let remarks =
            [ match isUnique with
              | Some true -> "the only minimiser"
              | Some false ->
                  let names = String.Join(", ", face)
                  $"not the only minimiser: minimisers use {names}"
              | None when norm = MarginNorm.L1 -> "whether it is the only minimiser was not decided"
              | None -> ()
              if solved.Certified then
                  "certified: optimality verified in exact rational arithmetic" ]

        if breakTie && isUnique = Some false then
            let broken =
                BasisPursuit.BreakTie(inputs, targets, solved) |> ofProjection (further Null)

            // The objective stays the norm; the entropy only chooses among equals.
            { broken with
                Objective = Some(solved.Objective.ToDouble())
                Dual = Some solved.DualDouble },
            remarks @ [ "printed is the one with the smallest sum of |w| log |w|" ]
        else
            { Status = "solved"
              Weights = Some solved.WeightsDouble
              Objective = Some(solved.Objective.ToDouble())
              Dual = Some solved.DualDouble
              KktResidual = Some solved.KktResidual
              DualityGap = Some solved.DualityGap
              Certificate = None
              Reason = None
              Further =
                further (
                    if solved.Certified then
                        Record
                            [ "weights", fractions solved.Weights
                              "objective", Text(string solved.Objective)
                              "dual", fractions solved.Dual ]
                    else
                        Null
                ) },
            remarks
    | :? BasisPursuitResult.Inconsistent as answer ->
        inconsistent
            answer.Certificate
            [ "certified", Bool true; "unique", Null; "face", Null; "exact", Null ],
        []
    | :? BasisPursuitResult.Undecided as answer ->
        none
            "undecided"
            answer.Reason
            None
            [ "certified", Bool false; "unique", Null; "face", Null; "exact", Null ],
        []
    | _ -> invalidOp "A basis pursuit has three cases."

/// solve min-l1.
let minL1: Command =
    let command =
        TeachingCommand("min-l1", "The interpolant of smallest l1 norm, exactly.", teachingL1)

    let data = dataOptions ()

    let tieBreak =
        Option<string>(
            "--tie-break",
            Description = "Which minimiser to print where there are many.",
            HelpName = "none|entropy",
            DefaultValueFactory = fun _ -> "none"
        )
            .AcceptOnlyFromAmong("none", "entropy")

    data.AddTo command
    command.Add tieBreak

    Session.act command (fun session ->
        let sample = Solving.read data session
        let breakTie = session.Parsed.GetRequiredValue tieBreak = "entropy"

        let answer, remarks =
            Solving.solve session sample (fun () -> ofPursuit sample.Dataset MarginNorm.L1 breakTie)

        finish session sample "The interpolant of smallest l1 norm" remarks answer)

    command

let private teachingLInfinity =
    """Examples:
  implicit-bias solve min-linf --data rows.csv --target y
  implicit-bias solve min-linf --data rows.csv --target y --json

Solved is: minimise max |w_k| subject to w.x = y for every row. Decimals in the file are taken at their word, so a certified
answer is an exact vertex; the minimiser is often not unique, and then any vertex is printed.

JSON: {"status", "weights", "objective", "dual", "kktResidual", "dualityGap", "features", "rows", "certified", "unique",
"face", "exact", "certificate", "reason"}, as for min-l1.
  dual         one number a row: the |sum of dual x| of the features add up to at most 1, and the sum of dual y is the
               objective
  unique, face null: they are not decided here

Exit code: 0 solved; 1 no solution, or undecided; 2 bad usage or bad data."""

/// solve min-linf.
let minLInfinity: Command =
    let command =
        TeachingCommand(
            "min-linf",
            "The interpolant of smallest l-infinity norm, exactly.",
            teachingLInfinity
        )

    let data = dataOptions ()

    data.AddTo command

    Session.act command (fun session ->
        let sample = Solving.read data session

        let answer, remarks =
            Solving.solve session sample (fun () -> ofPursuit sample.Dataset MarginNorm.LInfinity false)

        finish session sample "The interpolant of smallest l-infinity norm" remarks answer)

    command
