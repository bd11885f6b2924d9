/// Deep linear networks on separable data: how they move, and what they are made of.
[<AutoOpen>]
module ImplicitBias.Theory.LinearNetworks.Networks

open System
open ImplicitBias.Theory
open ImplicitBias.Numerics

/// The network of a case, on its data.
let network (case: Case) : LinearNetwork =
    match case.Method.Model case.Data with
    | :? LinearNetwork as network -> network
    | _ -> invalidArg (nameof case) "The case is not about a linear network."

/// β(θ), length d, of the snapshots of a case.
let predictor (case: Case) : Snapshot -> float array =
    let parametrization = (network case).Parametrization

    fun snapshot ->
        let weights: float array = Array.zeroCreate parametrization.Dimension
        parametrization.Predictor(ReadOnlySpan(Seq.toArray snapshot.Parameters), Span weights)
        weights

let private flow architecture (loss: ILoss) lossName (parametrization: int -> IParametrization) : Method =
    let network (data: Dataset) =
        LinearNetwork(data.SignedInputs(), parametrization data.Dimension)

    { Name = $"flow on a {architecture}, {lossName} loss"
      Loss = loss
      Model = fun data -> network data
      Dynamics = fun data -> GradientFlow(network data, loss)
      StepSize = fun _ -> 1.0
      IsDescent = false }

let private exponential architecture parametrization =
    flow architecture (ExponentialLoss()) "exponential" parametrization

/// Gradient flow on the exponential loss of a fully connected network.
let fullyConnected (depth: int) (width: int) : Method =
    exponential $"fully connected network of depth {depth}" (fun dimension ->
        FullyConnectedNetwork(dimension, depth, width))

/// The same on the logistic loss.
let fullyConnectedLogistic (depth: int) (width: int) : Method =
    flow $"fully connected network of depth {depth}" (LogisticLoss()) "logistic" (fun dimension ->
        FullyConnectedNetwork(dimension, depth, width))

/// Gradient flow on the exponential loss of a diagonal network u₊^L - u₋^L.
let diagonal (depth: int) : Method =
    exponential $"diagonal network of depth {depth}" (fun dimension ->
        DiagonalNetwork.Shared(dimension, depth))

/// The same with separate layers, u₁∘…∘u_L.
let untied (depth: int) : Method =
    exponential $"diagonal network of depth {depth} with separate layers" (fun dimension ->
        DiagonalNetwork.Untied(dimension, depth))

/// Gradient flow on the exponential loss of a full-width convolutional network.
let convolutional (depth: int) : Method =
    exponential $"convolutional network of depth {depth}" (fun dimension ->
        ConvolutionalNetwork(dimension, depth))

/// L of the network of a case.
let depthOf (case: Case) : int = (network case).Parametrization.Depth

/// m of the network of a case.
let factorsOf (case: Case) : int =
    match (network case).Parametrization with
    | :? DiagonalNetwork as network -> network.StoredLayers
    | other -> other.Depth

/// W₁, …, W_L of the fully connected network of a case.
let layers (case: Case) (parameters: float seq) : float[,] list =
    match (network case).Parametrization with
    | :? FullyConnectedNetwork as network ->
        let all = Seq.toArray parameters

        let take (offset, matrices) layer =
            let struct (rows, columns) = network.Shape layer
            let matrix = Array2D.init rows columns (fun i j -> all[offset + i * columns + j])
            offset + rows * columns, matrix :: matrices

        List.fold take (0, []) [ 0 .. network.Depth - 1 ] |> snd |> List.rev
    | _ -> invalidArg (nameof case) "The case is not about a fully connected network."

/// AB.
let times (a: float[,]) (b: float[,]) : float[,] =
    Array2D.init (Array2D.length1 a) (Array2D.length2 b) (fun i j -> Measure.dot a[i, *] b[*, j])

/// Aᵀ.
let transpose (a: float[,]) : float[,] =
    Array2D.init (Array2D.length2 a) (Array2D.length1 a) (fun i j -> a[j, i])

/// Some β has zₙ·β > 0 for all n. Decided exactly.
let separable: Hypothesis = Separable.separable

/// The loss is the exponential one or has its tail.
let exponentialTail: Hypothesis =
    { Says = "the loss has an exponential tail"
      Holds = fun case -> not (case.Method.Loss :? PolynomialTailLoss) }

/// W₁(0)P is not zero, P the projection across the data.
let startsAcross: Hypothesis =
    { Says = "the data do not span the space, and the first layer starts across them"
      Holds =
        fun case ->
            let geometry = Separable.geometry case.Data

            (layers case case.Start).Head
            |> Seq.cast<float>
            |> Seq.chunkBySize case.Data.Dimension
            |> Seq.exists (fun row -> Measure.differ row (geometry.ProjectOnData row)) }
