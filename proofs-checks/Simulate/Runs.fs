/// What `simulate` runs: the words after --dynamics and --model, and the dynamics that they make.
module internal ImplicitBias.Commands.Runs

open System
open System.Globalization
open ImplicitBias.Numerics

/// How parameters move.
type Way =
    | Flow
    | Descent of step: float
    | Method of DescentMethods.Method

let parseWay (text: string) =
    let bad () =
        raise (
            UsageException(
                $"--dynamics is '{text}'; it takes flow, descent:STEP with a positive number, as in descent:0.01, or one of "
                + $"{DescentMethods.synopsis}."
            )
        )

    match text.Split(':', 2), DescentMethods.parse text with
    | [| "flow" |], _ -> Flow
    | [| "descent"; step |], _ ->
        match Double.TryParse(step, NumberStyles.Float, CultureInfo.InvariantCulture) with
        | true, value when value > 0.0 && Double.IsFinite value -> Descent value
        | _ -> bad ()
    | _, Some method -> Method method
    | _ -> bad ()

/// What makes the predictor: the weights themselves, or the parameters of a network.
type Architecture =
    | Linear
    | Network of parametrization: (int -> IParametrization)

let parseModel (text: string) =
    let bad () =
        raise (
            UsageException(
                $"--model is '{text}'; it takes linear, diagonal:L, convolutional:L or fully-connected:L:WIDTH with whole "
                + "numbers of at least 1, as in diagonal:2."
            )
        )

    let whole (word: string) =
        match Int32.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture) with
        | true, number when number >= 1 -> number
        | _ -> bad ()

    match text.Split ':' with
    | [| "linear" |] -> Linear
    | [| "diagonal"; depth |] ->
        let depth = whole depth
        Network(fun dimension -> DiagonalNetwork.Shared(dimension, depth))
    | [| "convolutional"; depth |] ->
        let depth = whole depth
        Network(fun dimension -> ConvolutionalNetwork(dimension, depth))
    | [| "fully-connected"; depth; width |] ->
        let depth, width = whole depth, whole width
        Network(fun dimension -> FullyConnectedNetwork(dimension, depth, width))
    | _ -> bad ()

/// Steps that are made one by one, e²⁵, are the most that can be waited for.
let private longestDescent = 25.0

let private requireReach (horizon: float) =
    if horizon > longestDescent then
        raise (
            UsageException(
                $"--until-log-t is {horizon}: this is made step by step, and more than e^{longestDescent} steps are out of "
                + "reach; --dynamics flow has no such limit."
            )
        )

let private stepByStep
    (setting: DescentMethods.Setting)
    (model: IModel)
    (loss: ILoss)
    (step: float)
    (horizon: float)
    : IDynamics =
    requireReach horizon

    MirrorDescent(
        model,
        loss,
        Euclidean(),
        step,
        CheckpointFile = Option.toObj setting.Checkpoint,
        CheckpointInterval = DescentMethods.every,
        Progress = DescentMethods.progress setting
    )

let private byMethod (method: DescentMethods.Method) setting (model: IModel) loss horizon =
    requireReach horizon

    try
        method model loss setting
    with :? ArgumentException as refusal ->
        raise (UsageException refusal.Message) // batches larger than the data

/// The geometry of a flow whose parameters are logarithms; None for one whose parameters are themselves.
let private inLogarithms (model: IModel) : IPotential option =
    match model with
    | :? LinearNetwork as network when (network.Parametrization :? LogDiagonalNetwork) ->
        Some(LogarithmicParameters())
    | _ -> None

let onMargins (way: Way) setting (loss: ILoss) (horizon: float) (model: ICurvedModel) : IDynamics =
    match way, model with
    | Flow, _ -> GradientFlow(model, loss, Option.toObj (inLogarithms model))
    | Descent step, (:? LinearModel as linear) -> GradientDescent(linear, loss, step)
    | Descent step, _ -> stepByStep setting model loss step horizon
    | Method method, _ -> byMethod method setting model loss horizon

let onResiduals (way: Way) setting (horizon: float) (model: ResidualModel) : IDynamics =
    match way with
    | Flow ->
        MirrorFlow(
            model,
            SquareLoss(),
            Option.defaultValue (Euclidean() :> IPotential) (inLogarithms model.Model)
        )
    | Descent step -> stepByStep setting model (SquareLoss()) step horizon
    | Method method -> byMethod method setting model (SquareLoss()) horizon

/// Independent normal weights of standard deviation `scale`, by the method of Box and Muller (1958).
let private normalStart (seed: int) (scale: float) (dimension: int) : float array =
    let random = Random seed

    Array.init dimension (fun _ ->
        let radius = sqrt (-2.0 * log (1.0 - random.NextDouble()))
        scale * radius * cos (2.0 * Math.PI * random.NextDouble()))

/// Where a run starts: random for most models, at one number for diagonal networks, whose two halves then cancel.
let startOf (architecture: IParametrization option) (seed: int) (scale: float) (dimension: int) =
    match architecture with
    | Some parametrization when scale = 0.0 ->
        raise (
            UsageException
                $"--start is 0, where no gradient moves a network of depth {parametrization.Depth}: give --start SCALE."
        )
    | Some(:? DiagonalNetwork as network) -> Array.create network.ParameterCount scale
    | Some(:? LogDiagonalNetwork as network) ->
        // u^L is a weight, and at depth two v falls to SCALE^2 where u grows, whose square is its metric.
        let smallest = 10.0 ** (-300.0 / float (max 4 network.Depth))

        if scale < smallest then
            raise (
                UsageException
                    $"--start is {scale}: powers of the parameters leave the range of a double; at depth {network.Depth} it is at least {smallest:g1}."
            )

        Array.create network.ParameterCount (log scale)
    | Some parametrization -> normalStart seed scale parametrization.ParameterCount
    | None -> normalStart seed scale dimension

let predictor (architecture: IParametrization option) (snapshot: Snapshot) : float array =
    let parameters = Seq.toArray snapshot.Parameters

    match architecture with
    | None -> parameters
    | Some parametrization ->
        let weights: float array = Array.zeroCreate parametrization.Dimension
        parametrization.Predictor(ReadOnlySpan parameters, Span weights)
        weights
