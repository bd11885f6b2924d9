/// implicit-bias simulate
module ImplicitBias.Commands.Simulate

open System
open System.CommandLine
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Commands.Runs

let private columns
    (data: Dataset)
    (architecture: IParametrization option)
    (trajectory: Trajectory)
    : Columns =
    let read (quantity: Snapshot -> float) =
        trajectory.Snapshots |> Seq.map quantity |> Array.ofSeq

    let weights =
        trajectory.Snapshots |> Seq.map (predictor architecture) |> Array.ofSeq

    [ "logT", read _.LogTime
      "logLoss", read _.LogLoss
      for k, feature in Seq.indexed data.Features do
          $"w_{feature}", Array.map (Array.item k) weights
      if data.IsRegression then
          "residual_max", read (fun snapshot -> snapshot.Outputs |> Seq.map abs |> Seq.max)
      else
          "margin_min", read (fun snapshot -> Seq.min snapshot.Outputs)
      "errorEstimate", read _.ErrorEstimate ]

let private writer (path: string) =
    let hasExtension (extension: string) =
        path.EndsWith(extension, StringComparison.OrdinalIgnoreCase)

    if hasExtension ".csv" then
        Columns.writeCsv
    elif hasExtension ".npz" then
        Columns.writeNpz
    else
        raise (UsageException $"--out is '{path}'; its name ends in .csv or .npz, which chooses the format.")

let private whyStopped (outcome: Outcome) =
    match outcome with
    | Outcome.StepLimit ->
        "the loss does not go to zero, or not fast enough, so that this log t is out of reach; are the data separable ('solve max-margin')?"
    | Outcome.NonFinite -> "the weights became infinite; try a smaller step"
    | Outcome.Stationary ->
        "the gradient vanishes at finite weights, so that nothing moves any more; are the data separable ('solve max-margin')?"
    | Outcome.StepUnderflow -> "the steps became smaller than rounding"
    | _ -> "it was stopped"

let private teaching =
    """Examples:
  implicit-bias simulate --data iris.csv --label species --positive setosa --negative versicolor \
    --loss logistic --dynamics flow --until-log-t 1000 --record 100 --out flow.csv
  implicit-bias simulate --data iris.csv --label species --positive setosa --negative versicolor --bias augmented \
    --loss exponential --dynamics descent:0.0001 --until-log-t 1e6 --record 50 --out descent.npz

  implicit-bias simulate --data iris.csv --label species --positive setosa --negative versicolor \
    --model diagonal:2 --start 0.1 --loss exponential --dynamics flow --until-log-t 1000 --record 50 --out diagonal.csv
  implicit-bias simulate --data iris.csv --label species --positive setosa --negative versicolor --loss exponential \
    --dynamics momentum:0.0001:0.9 --until-log-t 16 --record 16 --checkpoint momentum.checkpoint --out momentum.csv
  implicit-bias simulate --data rows.csv --target y --model fully-connected:2:5 --start 0.01 --loss square \
    --dynamics flow --until-log-t 10 --record 50 --out regression.csv

The loss is summed over rows; t is time for flow and the number of steps for descent; log is natural. Readings are at N
equal distances of log t, the last at X. Descent is read at the nearest whole step.

METHODS

Models are linear in x, with weights w made of parameters: diagonal:L has w = u^L - v^L entry by entry and starts at
u = v = SCALE, which may be as small as 1e-75; convolutional:L has L - 1 circular layers h[i] -> D^(-1/2) sum_k w[k] h[i + k mod D] and an inner product;
fully-connected:L:WIDTH has L - 1 hidden layers. All but the diagonal ones start at random normal parameters.

Columns: logT, logLoss, w_FEATURE for every feature, margin_min (the smallest y w.x) or residual_max (the largest
|w.x - y|), and errorEstimate (estimated global error of the parameters, maximum norm; of log u and log v for the flow of
a diagonal network, which is run in these). An .npz holds an array of N doubles for each: numpy.load("flow.npz")["logT"].
The file is written whole at the end or not at all.

JSON: {"file", "rows", "columns", "steps", "errorEstimate", "final": {column: value}}.

Exit code: 0 written; 1 the run ended before log t = X and nothing was written; 2 bad usage or bad data."""
        .Replace("METHODS", DescentMethods.teaching)

/// The command.
let command =
    let command =
        TeachingCommand(
            "simulate",
            "Run gradient flow or descent on your data and save the trajectory.",
            teaching
        )

    let data =
        DataOptions(required = false, biases = [ "none"; "augmented" ], answers = LabelsOrTargets)

    let loss =
        Option<string>(
            "--loss",
            Description =
                "Summed over rows: log(1 + exp(-m)) or exp(-m) of a margin m, or r^2/2 of a residual r, with --target.",
            HelpName = "logistic|exponential|square",
            Required = true
        )
            .AcceptOnlyFromAmong("logistic", "exponential", "square")

    let model =
        Option<string>(
            "--model",
            Description =
                "What makes the weights of the features: themselves, or a network that is linear in x.",
            HelpName = "linear|diagonal:L|convolutional:L|fully-connected:L:WIDTH",
            DefaultValueFactory = fun _ -> "linear"
        )

    let way =
        Option<string>(
            "--dynamics",
            Description =
                "Gradient flow, gradient descent with a fixed step on the summed loss, or a method named below.",
            HelpName = "flow|descent:STEP|METHOD:...",
            Required = true
        )

    let until =
        Option<float>(
            "--until-log-t",
            Description = "The last reading, as a natural logarithm: 1000 is t = 10^434.",
            HelpName = "X",
            Required = true
        )
        |> Number.real "a positive number" (fun horizon -> horizon > 0.0)

    let record =
        Option<int>("--record", Description = "The number of readings.", HelpName = "N", Required = true)
        |> Number.whole 1

    let out =
        Option<string>(
            "--out",
            Description = "The file to write: CSV or NPZ by its extension.",
            HelpName = "FILE",
            Required = true
        )

    let startScale =
        Option<float>(
            "--start-scale",
            [| "--start" |],
            Description =
                "Standard deviation of random normal initial parameters, drawn from --seed; 0 starts at zero. For diagonal "
                + "networks the start of every parameter.",
            HelpName = "SCALE",
            DefaultValueFactory = fun _ -> 0.0
        )
        |> Number.real "a number of at least 0" (fun scale -> scale >= 0.0)

    let checkpoint =
        Option<string>(
            "--checkpoint",
            Description =
                "Where every step is made: the file that the run saves itself to, and goes on from if it exists.",
            HelpName = "FILE"
        )

    data.AddTo command

    for option in [ loss :> Option; model; way; until; record; out; startScale; checkpoint ] do
        command.Add option

    Session.act command (fun session ->
        let parsed = session.Parsed
        let path = parsed.GetRequiredValue out
        let write = writer path
        let way = parseWay (parsed.GetRequiredValue way)
        let horizon = parsed.GetRequiredValue until
        let count = parsed.GetRequiredValue record
        let scale = parsed.GetRequiredValue startScale

        let checkpoint = Option.ofObj (parsed.GetValue checkpoint)

        for file in path :: Option.toList checkpoint do
            WholeFile.obstacle file
            |> Option.iter (fun obstacle -> raise (UsageException obstacle))

        let mutable progress = ""

        let setting: DescentMethods.Setting =
            { Seed = uint64 session.Seed
              Checkpoint = checkpoint
              Report = fun now -> progress <- $", step {now.Iteration} of {now.Last}" }

        let sample =
            match data.TryReadWithBias parsed with
            | Some sample -> sample
            | None -> raise (UsageException "simulate needs --data FILE.")

        let data = sample.Dataset

        let architecture: IParametrization option =
            match parseModel (parsed.GetRequiredValue model) with
            | Linear -> None
            | Network parametrization ->
                match parametrization data.Dimension with
                // The flow keeps the signs of the parameters, so that logarithms can be run, at any size of the start.
                | :? DiagonalNetwork as network when way.IsFlow && network.Depth > 1 && scale > 0.0 ->
                    Some(LogDiagonalNetwork(network.Dimension, network.Depth))
                | other -> Some other

        let start = startOf architecture session.Seed scale data.Dimension

        let modelOn (inputs: float[,]) : ICurvedModel =
            match architecture with
            | None -> LinearModel inputs
            | Some parametrization -> LinearNetwork(inputs, parametrization)

        let dynamics =
            match parsed.GetRequiredValue loss, data.IsRegression with
            | "square", true ->
                ResidualModel(modelOn (data.Inputs()), data.Targets())
                |> onResiduals way setting horizon
            | "square", false ->
                raise (
                    UsageException "--loss square fits a column of numbers: name it with --target COLUMN."
                )
            | name, true ->
                raise (
                    UsageException $"--loss {name} is a loss of classes: with --target it is --loss square."
                )
            | name, false ->
                let loss: ILoss =
                    if name = "logistic" then
                        LogisticLoss()
                    else
                        ExponentialLoss()

                modelOn (data.SignedInputs()) |> onMargins way setting loss horizon

        match dynamics with
        | :? GradientFlow
        | :? MirrorFlow
        | :? GradientDescent when checkpoint.IsSome ->
            raise (
                UsageException
                    "--checkpoint is for methods whose every step is made; flow, and descent of a linear model, do without."
            )
        | _ -> ()

        let logTimes =
            Array.init count (fun k ->
                if k = count - 1 then
                    horizon
                else
                    horizon * float (k + 1) / float count)

        let trajectory =
            use _ =
                new Screen.Progress(fun () -> $"simulating {data.Name} to log t = {horizon}{progress}")

            let run () =
                dynamics.Run(start, logTimes, Case.accuracy, session.Cancellation)

            // A run that saves itself is waited for: it looks every 1024 steps whether to stop.
            if checkpoint.IsSome then
                run ()
            else
                Work.abandonable session.Cancellation run

        session.Cancellation.ThrowIfCancellationRequested()

        if trajectory.Outcome <> Outcome.ReachedHorizon then
            let reached =
                if trajectory.Snapshots.IsEmpty then
                    "before the first reading"
                else
                    $"after log t = {(Seq.last trajectory.Snapshots).LogTime}"

            Screen.complain $"The run ended {reached}: {whyStopped trajectory.Outcome}. Nothing was written."
            ExitCode.notConfirmed
        else
            let columns = columns data architecture trajectory
            WholeFile.write path (write session.Cancellation columns)
            let final = columns |> List.map (fun (name, values) -> name, Array.last values)

            if session.Json then
                Screen.json (
                    Record
                        [ "file", Text path
                          "rows", Integer count
                          "columns", Json.texts (List.map fst columns)
                          "steps", Integer trajectory.Steps
                          "errorEstimate", Number trajectory.ErrorEstimate
                          "final", Record [ for name, value in final -> name, Number value ] ]
                )
            else
                Screen.line (Screen.plain $"{data.Name}: {DataOptions.describe sample}")

                Screen.line (
                    Screen.plain $"{path}: {count} readings in {trajectory.Steps} steps; the last is"
                )

                Screen.table
                    [ "column"; ">value" ]
                    [ for name, value in final -> [ Screen.plain name; Report.long value ] ]

            ExitCode.success)

    command
