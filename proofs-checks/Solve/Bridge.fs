/// implicit-bias solve bridge
module ImplicitBias.Commands.SolveBridge

open System.CommandLine
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference

let private domainOf (name: string) =
    if name = "fourier" then
        BridgeDomain.Fourier
    else
        BridgeDomain.Coordinates

let private status (answer: BridgePenaltyResult) =
    match answer with
    | :? BridgePenaltyResult.Solved as solved -> if solved.GlobalMinimum then "solved" else "stationary"
    | :? BridgePenaltyResult.NotSeparable -> "not-separable"
    | _ -> "undecided"

let private json (penalty: BridgePenalty) (data: Dataset) (answer: BridgePenaltyResult) =
    let record (parts: (string * Json) list) =
        let part name = Json.orNull name parts

        Record
            [ "status", Text(status answer)
              "weights", part "weights"
              "objective", part "objective"
              "dual", part "dual"
              "kktResidual", part "kktResidual"
              "dualityGap", part "dualityGap"
              "support", part "support"
              "depth", Integer penalty.Depth
              "domain", Text(penalty.Domain.ToString().ToLowerInvariant())
              "features", Json.texts data.Features
              "rows", Integer data.SampleCount
              "certificate", part "certificate"
              "reason", part "reason" ]

    let indices (values: int seq) =
        values |> Seq.map (int64 >> Integer) |> List.ofSeq |> Items

    match answer with
    | :? BridgePenaltyResult.Solved as solved ->
        record
            [ "weights", Json.numbers solved.Weights
              "objective", Number solved.Objective
              "dual", Json.numbers solved.Dual
              "kktResidual", Number solved.KktResidual
              "dualityGap", Option.ofNullable solved.DualityGap |> Json.optional Number
              "support", indices solved.Support ]
    | :? BridgePenaltyResult.NotSeparable as refusal ->
        let rows = refusal.Certificate.Support

        record
            [ "certificate",
              Record
                  [ "rows", indices rows
                    "multipliers",
                    rows
                    |> Seq.map (fun row -> string refusal.Certificate.Multipliers[row])
                    |> Json.texts ] ]
    | :? BridgePenaltyResult.Undecided as undecided -> record [ "reason", Text undecided.Reason ]
    | _ -> invalidOp "A bridge answer has three cases."

let private printSolution (penalty: BridgePenalty) (data: Dataset) (solved: BridgePenaltyResult.Solved) =
    let fourier = penalty.Domain = BridgeDomain.Fourier
    let entry = if fourier then "(Fw)_k" else "w_k"

    let kind =
        if solved.GlobalMinimum then
            "the minimum"
        else
            "the best stationary point found"

    Screen.line (
        Screen.styled "bold" $"{kind} of the sum of |{entry}|^(2/{penalty.Depth})"
        + Screen.plain $": {Report.long solved.Objective}"
    )

    let gap =
        match Option.ofNullable solved.DualityGap with
        | Some gap -> $"relative duality gap {Report.size gap}"
        | None -> "no duality gap: the program is not convex"

    Screen.line (Screen.plain $"optimality conditions hold to {Report.size solved.KktResidual}; {gap}")
    Screen.line ""

    Screen.table
        [ "weight of"; ">value" ]
        [ for feature, weight in Seq.zip data.Features solved.Weights do
              [ Screen.plain feature; Report.long weight ] ]

    if fourier then
        Screen.line ""
        let moduli = penalty.Moduli solved.Weights

        Screen.table
            [ ">frequency"; ">modulus" ]
            [ for k in solved.Support -> [ string<int> k; Report.long moduli[k] ] ]

    Screen.line ""
    let labels = data.Labels()

    Screen.table
        [ ">support row"; ">y"; ">dual" ]
        [ for row, dual in Seq.indexed solved.Dual do
              if dual > 0.0 then
                  [ string<int> row; (if labels[row] > 0 then "+1" else "-1"); Report.long dual ] ]

    Screen.line ""

    Screen.line (
        Screen.styled
            "dim"
            "Weights are scaled so that the smallest y w.x is 1; rows count from 0 among the rows used."
    )

let private print (penalty: BridgePenalty) (data: Dataset) (answer: BridgePenaltyResult) =
    match answer with
    | :? BridgePenaltyResult.Solved as solved -> printSolution penalty data solved
    | :? BridgePenaltyResult.NotSeparable as refusal ->
        Screen.line (Screen.styled "bold" "Not separable: no weights give every row a positive margin.")

        Screen.line (
            "The proof: these rows, with their classes as signs and these positive multipliers, add up to zero."
        )

        let labels = data.Labels()

        Screen.table
            [ ">row"; ">y"; ">multiplier" ]
            [ for row in refusal.Certificate.Support ->
                  [ string<int> row
                    (if labels[row] > 0 then "+1" else "-1")
                    string refusal.Certificate.Multipliers[row] ] ]
    | :? BridgePenaltyResult.Undecided as undecided ->
        Screen.line (Screen.styled "bold" "Undecided: " + Screen.plain undecided.Reason)
    | _ -> invalidOp "A bridge answer has three cases."

let private teaching =
    """Examples:
  implicit-bias solve bridge --data signals.csv --label class --positive up --depth 2 --domain fourier
  implicit-bias solve bridge --data iris.csv --label species --positive setosa --negative versicolor \
    --depth 3 --domain coordinates --json

Solved is: minimise the sum of |b_k|^(2/L) subject to y w.x >= 1 for every row; L is the depth. Coordinates: b = w, the bias
of linear diagonal networks. Fourier: b = Fw with (Fw)_k = D^(-1/2) sum_j w_j exp(-2 pi i j k/D), over all D
frequencies and with the features in the order given: the bias of full-width linear convolutional networks. Depth 1 is
the max-margin problem; up to depth 2 the program is convex; from depth 3 on it has many stationary points.

JSON: {"status", "weights", "objective", "dual", "kktResidual", "dualityGap", "support", "depth", "domain", "features",
"rows", "certificate", "reason"}; keys without a value are null.
  status       "solved": the minimum; "stationary": the best stationary point that a deterministic search found;
               "not-separable"; "undecided"
  objective    the sum of |b_k|^(2/L)
  dual         one number for every row: (2/L) |b|^(2/L-2) b = the sum of dual y x (its transform) where b is not zero, so
               the duals add up to (2/L) objective; at depth 1 they are twice those of max-margin
  kktResidual  how far the optimality conditions are from holding, relative to the sizes of their terms
  dualityGap   (primal - dual)/primal; null from depth 3 on
  support      the features, or the frequencies up to D/2, whose b is not zero, from 0
  certificate  if not separable: {"rows", "multipliers"}, as for max-margin

Exit code: 0 solved or stationary; 1 not separable, or undecided; 2 bad usage or bad data."""

/// The command.
let command =
    let command =
        TeachingCommand(
            "bridge",
            "The least 2/L bridge penalty of your data, in coordinates or in frequencies.",
            teaching
        )

    let data = DataOptions(required = true, biases = [ "none"; "augmented" ])

    let depth =
        Option<int>(
            "--depth",
            Description = "Depth L of the network; the penalty is the sum of |b_k|^(2/L).",
            HelpName = "L",
            Required = true
        )

    let domain =
        Option<string>(
            "--domain",
            Description = "Where the entries b_k are taken: of the weights, or of their Fourier transform.",
            HelpName = "fourier|coordinates",
            Required = true
        )
            .AcceptOnlyFromAmong("fourier", "coordinates")

    data.AddTo command
    command.Add depth
    command.Add domain

    Session.act command (fun session ->
        let depth = session.Parsed.GetRequiredValue depth

        if depth < 1 then
            raise (UsageException $"--depth is {depth}; it takes a number of at least 1.")

        let sample = Solving.read data session
        let data = sample.Dataset

        let penalty =
            BridgePenalty(data.Dimension, depth, domainOf (session.Parsed.GetRequiredValue domain))

        let answer =
            Solving.solve session sample (fun () -> penalty.Minimise(data.ExactSignedInputs()))

        Solving.print session sample (json penalty) (print penalty) answer

        match answer with
        | :? BridgePenaltyResult.Solved -> ExitCode.success
        | _ -> ExitCode.notConfirmed)

    command
