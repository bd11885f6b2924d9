/// implicit-bias simulate
module ImplicitBias.Commands.Simulate

open System
open System.CommandLine
open System.Globalization
open ImplicitBias.Numerics
open ImplicitBias.Theory

type private Way =
    | Flow
    | Descent of step: float

let private parseWay (text: string) =
    let bad () =
        raise (
            UsageException
                $"--dynamics is '{text}'; it takes flow, or descent:STEP with a positive number, as in descent:0.01."
        )

    match text.Split(':', 2) with
    | [| "flow" |] -> Flow
    | [| "descent"; step |] ->
        match Double.TryParse(step, NumberStyles.Float, CultureInfo.InvariantCulture) with
        | true, value when value > 0.0 && Double.IsFinite value -> Descent value
        | _ -> bad ()
    | _ -> bad ()

let private dynamics (way: Way) (loss: ILoss) (model: LinearModel) : IDynamics =
    match way with
    | Flow -> GradientFlow(model, loss)
    | Descent step -> GradientDescent(model, loss, step)

/// Independent normal weights of standard deviation `scale`, by the method of Box and Muller (1958).
let private normalStart (seed: int) (scale: float) (dimension: int) : float array =
    let random = Random seed

    Array.init dimension (fun _ ->
        let radius = sqrt (-2.0 * log (1.0 - random.NextDouble()))
        scale * radius * cos (2.0 * Math.PI * random.NextDouble()))

let private columns (data: Dataset) (trajectory: Trajectory) : Columns =
    let read (quantity: Snapshot -> float) =
        trajectory.Snapshots |> Seq.map quantity |> Array.ofSeq

    [ "logT", read _.LogTime
      "logLoss", read _.LogLoss
      for k, feature in Seq.indexed data.Features do
          $"w_{feature}", read (fun snapshot -> snapshot.Parameters[k])
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
    | Outcome.NonFinite -> "the weights became infinite; with descent:STEP, try a smaller step"
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

The loss is summed over rows; t is time for flow and the number of steps for descent; log is natural. Readings are at N
equal distances of log t, the last at X. Descent is read at the nearest whole step.

Columns: logT, logLoss, w_FEATURE for every feature, margin_min (the smallest y w.x) and errorEstimate (estimated global
error of the weights, maximum norm). An .npz holds an array of N doubles for each: numpy.load("flow.npz")["logT"].
The file is written whole at the end or not at all.

JSON: {"file", "rows", "columns", "steps", "errorEstimate", "final": {column: value}}.

Exit code: 0 written; 1 the run ended before log t = X and nothing was written; 2 bad usage or bad data."""

/// The command.
let command =
    let command =
        TeachingCommand(
            "simulate",
            "Run gradient flow or descent on your data and save the trajectory.",
            teaching
        )

    let data = DataOptions(required = true, biases = [ "none"; "augmented" ])

    let loss =
        Option<string>(
            "--loss",
            Description = "Loss of a margin m, summed over rows: log(1 + exp(-m)) or exp(-m).",
            HelpName = "logistic|exponential",
            Required = true
        )
            .AcceptOnlyFromAmong("logistic", "exponential")

    let way =
        Option<string>(
            "--dynamics",
            Description = "Gradient flow, or gradient descent with a fixed step on the summed loss.",
            HelpName = "flow|descent:STEP",
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
            Description =
                "Standard deviation of random normal initial weights, drawn from --seed; 0 starts at zero.",
            HelpName = "S",
            DefaultValueFactory = fun _ -> 0.0
        )
        |> Number.real "a number of at least 0" (fun scale -> scale >= 0.0)

    data.AddTo command

    for option in [ loss :> Option; way; until; record; out; startScale ] do
        command.Add option

    Session.act command (fun session ->
        let parsed = session.Parsed
        let path = parsed.GetRequiredValue out
        let write = writer path
        let way = parseWay (parsed.GetRequiredValue way)
        let horizon = parsed.GetRequiredValue until
        let count = parsed.GetRequiredValue record
        let scale = parsed.GetRequiredValue startScale

        WholeFile.obstacle path
        |> Option.iter (fun obstacle -> raise (UsageException obstacle))

        let sample =
            match data.TryReadWithBias parsed with
            | Some sample -> sample
            | None -> raise (UsageException "simulate needs --data FILE.")

        let data = sample.Dataset

        let loss: ILoss =
            if parsed.GetRequiredValue loss = "logistic" then
                LogisticLoss()
            else
                ExponentialLoss()

        let start = normalStart session.Seed scale data.Dimension

        let logTimes =
            Array.init count (fun k ->
                if k = count - 1 then
                    horizon
                else
                    horizon * float (k + 1) / float count)

        let trajectory =
            use _ =
                new Screen.Progress(fun () -> $"simulating {data.Name} to log t = {horizon}")

            Work.abandonable session.Cancellation (fun () ->
                (dynamics way loss (LinearModel(data.SignedInputs())))
                    .Run(start, logTimes, Case.accuracy, session.Cancellation))

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
            let columns = columns data trajectory
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
