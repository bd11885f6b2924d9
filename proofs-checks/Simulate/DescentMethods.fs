/// The methods of discrete descent that `simulate --dynamics` knows by name.
module ImplicitBias.Commands.DescentMethods

open System
open System.Globalization
open ImplicitBias.Numerics

/// What a run needs beside its method.
type Setting =
    {
        /// Of the batches.
        Seed: uint64
        /// The file that the run saves itself to, and goes on from if it exists.
        Checkpoint: string option
        /// Told how far the run is.
        Report: DescentProgress -> unit
    }

/// A method that is still to be given a model and a loss.
type Method = IModel -> ILoss -> Setting -> IDynamics

/// The words after --dynamics, as its help has them.
let synopsis =
    "momentum:STEP:MU|nesterov:STEP:MU|normalized:STEP|aggressive:STEP|sgd:STEP:BATCH|sgd-replace:STEP:BATCH|"
    + "steepest-l1:STEP|steepest-linf:STEP|adagrad:STEP|rmsprop:STEP|adam:STEP"

/// What the methods do, for the teaching text.
let teaching =
    """Methods beside descent:STEP, every step of which is made, so that X is at most 25:
  momentum:STEP:MU, nesterov:STEP:MU   heavy ball, and Nesterov's with the gradient taken ahead; 0 <= MU < 1
  normalized:STEP, aggressive:STEP     the gradient of log L, with a fixed step and with STEP/sqrt(k + 1)
  sgd:STEP:BATCH                       BATCH random rows a step, all rows once per epoch; the step is that of descent
  sgd-replace:STEP:BATCH               the same with rows drawn independently
  steepest-l1:STEP, steepest-linf:STEP steepest descent in a norm: one coordinate at a time, or all by as much
  adagrad:STEP, rmsprop:STEP, adam:STEP   per-coordinate steps, epsilon 1e-8, decays 0.9, and 0.9 and 0.999
With --checkpoint FILE such a run saves itself every second and when it is stopped, and goes on from FILE, to the same bits,
when the same command is given again."""

/// Added to a root of squares before dividing by it.
let private epsilon = 1e-8

/// Between two checkpoints.
let every = TimeSpan.FromSeconds 1.0

/// Where a run reports how far it is.
let progress (setting: Setting) =
    { new IProgress<DescentProgress> with
        member _.Report progress = setting.Report progress }

let private dynamics (method: 'method) (batches: uint64 -> Batches | null) : Method =
    fun model loss setting ->
        DiscreteDynamics<'method>(
            model,
            loss,
            method,
            batches setting.Seed,
            CheckpointFile = Option.toObj setting.Checkpoint,
            CheckpointInterval = every,
            Progress = progress setting
        )

let private onAllRows (method: 'method) = dynamics method (fun _ -> null)

let private positive (word: string) =
    match Double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture) with
    | true, value when value > 0.0 && Double.IsFinite value -> Some value
    | _ -> None

let private belowOne (word: string) =
    match Double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture) with
    | true, value when value >= 0.0 && value < 1.0 -> Some value
    | _ -> None

let private size (word: string) =
    match Int32.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture) with
    | true, value when value >= 1 -> Some value
    | _ -> None

let private stochastic sampling step batch =
    Option.map2
        (fun step batch -> dynamics (FixedStep step) (fun seed -> Batches(sampling, batch, seed)))
        (positive step)
        (size batch)

/// The method that a text such as "momentum:0.01:0.9" names; none if it names none.
let parse (text: string) : Method option =
    match text.Split ':' with
    | [| "momentum"; step; momentum |] ->
        Option.map2 (fun step mu -> onAllRows (HeavyBall(step, mu))) (positive step) (belowOne momentum)
    | [| "nesterov"; step; momentum |] ->
        Option.map2
            (fun step mu -> onAllRows (NesterovMomentum(step, mu)))
            (positive step)
            (belowOne momentum)
    | [| "sgd"; step; batch |] -> stochastic Sampling.WithoutReplacement step batch
    | [| "sgd-replace"; step; batch |] -> stochastic Sampling.WithReplacement step batch
    | [| name; step |] ->
        positive step
        |> Option.bind (fun step ->
            match name with
            | "normalized" -> Some(onAllRows (NormalizedStep(step, 0.0)))
            | "aggressive" -> Some(onAllRows (NormalizedStep(step, 0.5)))
            | "steepest-l1" -> Some(onAllRows (SteepestStep(step, DescentNorm.L1)))
            | "steepest-linf" -> Some(onAllRows (SteepestStep(step, DescentNorm.LInfinity)))
            | "adagrad" -> Some(onAllRows (AdaGrad(step, epsilon)))
            | "rmsprop" -> Some(onAllRows (RmsProp(step, 0.9, epsilon)))
            | "adam" -> Some(onAllRows (Adam(step, 0.9, 0.999, epsilon)))
            | _ -> None)
    | _ -> None
