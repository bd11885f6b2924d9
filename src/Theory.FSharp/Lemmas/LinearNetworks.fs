/// Deep linear networks on separable data: how they move, what they are tried on, and the solution that the theory says they
/// choose, computed by the reference solvers and never from the dynamics.
module ImplicitBias.Theory.LinearNetworks

open System
open System.Collections.Concurrent
open System.Runtime.CompilerServices
open MathNet.Numerics.IntegralTransforms
open MathNet.Numerics.LinearAlgebra
open MathNet.Symbolics
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference

/// L, the depth of the network.
let depth: Expression = Operators.symbol "L"

/// The factors that a network stores separately for every product: L, or 1 where the layers share their weights. The least
/// ‖θ‖² that makes a predictor is this many times its penalty.
let factors: Expression = Operators.symbol "m"

/// R, the least penalty with margins of at least 1: Σ|b|^{2/L}, for fully connected networks ‖ŵ‖₂^{2/L}.
let penalty: Expression = Operators.symbol "R"

/// Ent(p) = -Σ pₙ log pₙ of the normalised dual variables p of the selected predictor, in nats.
let entropy: Expression = Operators.symbol "entropy"

/// δ: what the network does not need fades relative to the rest like (log t)^{-δ}.
let decay: Expression = Operators.symbol "decay"

/// n, the number of points.
let count: Expression = Operators.symbol "n"

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

/// Parameters without symmetry: scale · cos k², k = 1..p. Their squares average to scale²/2.
let scattered (scale: float) (count: int) : float list =
    [ for k in 1..count -> scale * Math.Cos(float (k * k)) ]

/// Every layer but the last is the identity filter times scale, the last is zero: β(0) = 0, and each frequency of the first
/// layers starts with the modulus scale/√D.
let identityFilters (scale: float) (dimension: int) (depth: int) : float list =
    [ for k in 0 .. dimension * depth - 1 ->
          if k % dimension = 0 && k < dimension * (depth - 1) then
              scale
          else
              0.0 ]

/// Every layer but the last is constant, the last is zero: β(0) = 0, and β can take any sign.
let zeroOutput (scale: float) (dimension: int) (depth: int) : float list =
    [ for k in 0 .. dimension * depth - 1 -> if k < dimension * (depth - 1) then scale else 0.0 ]

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

/// log t of the snapshots that measure a transient.
let auxiliary = [ 10.0; 20.0; 40.0 ]

/// log t of the readings.
let logTimes = [ 1e2; 3e2; 1e3 ]

/// The same to log t = 300, where a run to 1000 would only cost more.
let private readShortly (case: Case) : Case =
    Case.readAt auxiliary [ 1e2; 3e2 ] case |> Case.coarsely

/// A case at the usual readings.
let case (data: Dataset) (start: float list) (method: Method) : Case =
    Case.create data.Name data start method auxiliary logTimes |> Case.coarsely

/// What the theory says a network on these data chooses.
type Selection =
    {
        /// β with smallest margin 1.
        Predictor: float array
        /// R, its penalty.
        Penalty: float
        /// λ/Σλ, length n.
        Dual: float array
        /// How many features or frequencies β uses.
        Used: int
        /// |Zᵀλ| or |FZᵀλ|, per feature or frequency up to D/2; 1 where β is not zero if L = 2.
        DualModuli: float array
        /// θ - 1: the smallest margin of β above 1 among the points without weight; infinite where there is none.
        Slack: float
        /// Whether no other multipliers certify β: the rows of margin 1, on the features that β uses, are independent.
        DualIsUnique: bool
        /// δ. A feature or frequency that β does not use keeps its amplitude if L is not 2, and grows like (log t)^κ if
        /// L = 2, κ its dual modulus.
        Decay: float
    }

let private solve (depth: int) (domain: BridgeDomain) (data: Dataset) =
    let penalty = BridgePenalty(data.Dimension, depth, domain)

    match penalty.Minimise(data.ExactSignedInputs()) with
    | :? BridgePenaltyResult.Solved as solved ->
        let inputs = data.SignedInputs()

        let image =
            Array.init data.Dimension (fun k -> Measure.dot solved.Dual inputs[*, k])

        let moduli = penalty.Moduli(ReadOnlySpan image)

        let unused =
            [ for k in 0 .. moduli.Length - 1 do
                  if not (Array.contains k solved.Support) then
                      moduli[k] ]

        let margins =
            Array.init data.SampleCount (fun n -> Measure.dot solved.Weights inputs[n, *])

        let tight =
            [ for n, margin in Array.indexed margins do
                  if solved.Dual[n] > 0.0 || not (Measure.differ [ margin ] [ 1.0 ]) then
                      n ]

        let columns =
            match domain with
            | BridgeDomain.Coordinates when depth > 1 -> List.ofSeq solved.Support
            | _ -> [ 0 .. data.Dimension - 1 ]

        let rows =
            Matrix<float>.Build.DenseOfRows
                [ for n in tight -> Seq.ofList [ for j in columns -> inputs[n, j] ] ]

        { Predictor = solved.Weights
          Slack =
            Array.map2 (fun dual margin -> if dual > 0.0 then infinity else margin - 1.0) solved.Dual margins
            |> Array.min
          DualIsUnique = rows.Rank() = tight.Length
          Penalty = solved.Objective
          Dual = Measure.scale (1.0 / Array.sum solved.Dual) solved.Dual
          Used = solved.Support.Length
          DualModuli = moduli
          Decay = if depth = 2 then 1.0 - List.fold max 0.0 unused else 1.0 }
    | _ -> invalidOp $"{data.Name} is not linearly separable."

/// A signal with every frequency but 0 and D/2 times a factor: those that have a conjugate.
let private onPairs (factor: float) (signal: float array) : float array =
    let spectrum =
        signal |> Array.map (fun value -> System.Numerics.Complex(value, 0.0))

    Fourier.Forward spectrum

    let filtered =
        spectrum
        |> Array.mapi (fun k value ->
            if k = 0 || 2 * k = signal.Length then
                value
            else
                value * factor)

    Fourier.Inverse filtered
    filtered |> Array.map _.Real

/// Counting a pair once is half of it, |2^{-L/2} b|^{2/L} for |b|^{2/L}: the same penalty of filtered predictors, whose margins are
/// those of data filtered the other way.
let private solveHalf (depth: int) (data: Dataset) =
    let filter = onPairs (2.0 ** (float depth / 2.0))
    let inputs = data.SignedInputs()

    let filtered =
        Dataset.FromSignedInputs(
            data.Name,
            array2D [ for n in 0 .. data.SampleCount - 1 -> filter inputs[n, *] ]
        )

    let selection = solve depth BridgeDomain.Fourier filtered
    { selection with Predictor = filter selection.Predictor }

type private Entries =
    | All of BridgeDomain
    | HalfOfSpectrum

let private bridges =
    ConditionalWeakTable<Dataset, ConcurrentDictionary<int * Entries, Lazy<Selection>>>()

let private once depth entries (data: Dataset) solve =
    bridges.GetOrCreateValue(data).GetOrAdd((depth, entries), (fun _ -> lazy (solve depth data))).Value

/// The least bridge penalty on the data, solved once.
/// Raises InvalidOperationException on data that are not separable.
let bridge (depth: int) (domain: BridgeDomain) (data: Dataset) : Selection =
    once depth (All domain) data (fun depth -> solve depth domain)

/// The same over the frequencies 0..D/2 alone, as a real transform returns them: without their conjugates.
let halfSpectrum (depth: int) (data: Dataset) : Selection =
    once depth HalfOfSpectrum data solveHalf

/// What the architecture of a case would choose at some depth.
let selectedAt (depth: int) (case: Case) : Selection =
    match (network case).Parametrization with
    | :? ConvolutionalNetwork -> bridge depth BridgeDomain.Fourier case.Data
    | :? DiagonalNetwork -> bridge depth BridgeDomain.Coordinates case.Data
    | _ ->
        // The penalty of a fully connected network is ‖ŵ‖₂^{2/L}: the same norm whatever its depth. The layers start out of
        // balance by constants, which enter at second order relative to their squares, (log t)^{2/L}; beside that stand
        // terms log log t/(log t)².
        let maxMargin = bridge 1 BridgeDomain.Coordinates case.Data

        { maxMargin with
            Penalty = maxMargin.Penalty ** (1.0 / float depth)
            Decay = min 1.5 (4.0 / float depth) }

/// The least penalty of the same depth over frequencies where the network has features, or the other way round.
let selectedElsewhere (case: Case) : Selection =
    match (network case).Parametrization with
    | :? ConvolutionalNetwork as network -> bridge network.Depth BridgeDomain.Coordinates case.Data
    | other -> bridge other.Depth BridgeDomain.Fourier case.Data

/// The same over half of the spectrum; None where there are no frequencies.
let selectedByHalf (case: Case) : Selection option =
    match (network case).Parametrization with
    | :? ConvolutionalNetwork as network -> Some(halfSpectrum network.Depth case.Data)
    | _ -> None

/// L of the network of a case.
let depthOf (case: Case) : int = (network case).Parametrization.Depth

/// What the network of a case chooses.
let selected (case: Case) : Selection = selectedAt (depthOf case) case

/// ‖ŵ‖₂^{2/L}, the penalty of a fully connected network of the same depth.
let euclideanPenalty (case: Case) : float =
    (bridge 1 BridgeDomain.Coordinates case.Data).Penalty
    ** (1.0 / float (depthOf case))

/// Whether the penalty of a case is another number than that; not where one layer, or one feature, is enough.
let hasOtherPenalty (case: Case) : bool =
    Measure.differ [ (selected case).Penalty ] [ euclideanPenalty case ]

/// m of the network of a case.
let factorsOf (case: Case) : int =
    match (network case).Parametrization with
    | :? DiagonalNetwork as network -> network.StoredLayers
    | other -> other.Depth

/// Some β has zₙ·β > 0 for all n. Decided exactly.
let separable: Hypothesis = Separable.separable

/// The loss is the exponential one or has its tail.
let exponentialTail: Hypothesis =
    { Says = "the loss has an exponential tail"
      Holds = fun case -> not (case.Method.Loss :? PolynomialTailLoss) }

/// The values of the symbols above on a case.
let constants (case: Case) : (Expression * float) list =
    let selection = selected case

    [ depth, float (depthOf case)
      factors, float (factorsOf case)
      penalty, selection.Penalty
      decay, selection.Decay
      entropy, -(selection.Dual |> Array.sumBy (fun p -> if p > 0.0 then p * log p else 0.0))
      count, float case.Data.SampleCount ]

/// Three points in the plane of the first two features: ŵ = (2/3, -1/3, 0), α = (1/9, 4/9, 0), γ = 3/√5.
let threePoints =
    Dataset.FromSignedInputs(
        "three points in a plane",
        array2D [ [ 2.0; 1.0; 0.0 ]; [ 1.0; -1.0; 0.0 ]; [ 3.0; 0.5; 0.0 ] ]
    )

/// Two points whose ℓ₁ solution is β = (7, 8, 0, 0)/9.4 with λ = (8, 7)/9.4 and |Zᵀλ| = (1, 1, 0.553, 0.128).
let twoFeatures =
    Dataset.FromSignedInputs(
        "two of four features",
        array2D [ [ 1.0; 0.3; 0.3; -0.2 ]; [ 0.2; 1.0; 0.4; 0.4 ] ]
    )

/// Two signals on which depths 1, 2 and 3 of a convolutional network choose three frequencies, frequencies 0 and 2, and
/// frequency 2 alone.
let fiveSamples =
    Dataset.FromSignedInputs(
        "two signals of five samples",
        array2D [ [ 0.5; -0.1; -0.4; -0.3; -1.3 ]; [ -1.4; 0.8; -0.2; 0.2; 1.0 ] ]
    )

/// Two signals on which depths 1, 2 and 3 choose four frequencies, frequencies 0 and 1, and frequency 1 alone.
let sixSamples =
    Dataset.FromSignedInputs(
        "two signals of six samples",
        array2D [ [ -0.2; -0.6; -1.4; 0.0; 1.5; 1.0 ]; [ -0.9; -0.9; -0.5; 0.3; -0.2; 0.2 ] ]
    )

/// maxₙ ‖zₙ‖^{-1/2}: parameters of this size make margins of the order of one at depth two, whatever the units.
let private unitScale (data: Dataset) = data.Margins.SquaredRadius ** -0.25

let private onDataFullyConnected (data: Dataset) =
    case data (scattered (unitScale data) (2 * data.Dimension + 2)) (fullyConnected 2 2)

/// A user's data: a fully connected network of depth two.
let onFullyConnected (data: Dataset) : Case list =
    if data.IsRegression then
        []
    else
        [ onDataFullyConnected data ]

/// Fully connected networks of depth two and three; shared, so that each run is made once.
let fullyConnectedCases: Case list =
    [ case threePoints (scattered 0.7 8) (fullyConnected 2 2)
      case threePoints (scattered 0.7 12) (fullyConnected 3 2)
      case threePoints (scattered 0.7 8) (fullyConnectedLogistic 2 2)
      onDataFullyConnected LinearClassification.irisPetals ]

/// From the start of a run on, for what holds at every t.
let everywhere: Case -> Case = Case.readAt [] [ -2.0; 0.0; 2.0; 10.0; 1e2 ]

/// The same networks from the start on.
let fullyConnectedEverywhere: Case list =
    fullyConnectedCases |> List.truncate 3 |> List.map everywhere

/// The same far later. What depth three does not need reaches its final amplitude only as (log t)^{-1/3} falls.
let late (data: Dataset) (start: float list) (method: Method) : Case =
    Case.create data.Name data start method [ 30.0; 1e2; 3e2 ] [ 2e3; 1e4 ]
    |> Case.coarsely

/// A user's data: the diagonal network u₊² - u₋².
let onDiagonal (data: Dataset) : Case list =
    if data.IsRegression then
        []
    else
        [ late data (List.replicate (2 * data.Dimension) (0.5 * unitScale data)) (diagonal 2) ]

/// Diagonal networks.
let diagonalCases: Case list =
    [ late twoFeatures (List.replicate 8 0.3) (diagonal 2)
      late twoFeatures (zeroOutput 0.5 4 2) (untied 2)
      late twoFeatures (List.replicate 8 0.3) (diagonal 3)
      late twoFeatures (zeroOutput 0.5 4 3) (untied 3)
      yield! onDiagonal LinearClassification.irisPetals ]

/// Convolutional networks on the signals of five samples, depths 1, 2 and 3.
let fiveSampleCases: Case list =
    [ for depth in 1..3 ->
          let case = late fiveSamples (identityFilters 0.5 5 depth) (convolutional depth)

          // What depth two does not need fades like (log t)^{-0.417} only.
          if depth = 2 then
              Case.readAt case.Auxiliary [ 1e4; 1e6 ] case
          else
              case ]

/// Convolutional networks.
let convolutionalCases: Case list =
    fiveSampleCases
    @ [ case sixSamples (identityFilters 0.5 6 1) (convolutional 1)
        case sixSamples (identityFilters 0.5 6 3) (convolutional 3) |> readShortly ]

/// The same network on a loss with a power for a tail, for which no theorem of exponential tails holds; read shortly,
/// before its weights overflow.
let polynomialTail (case: Case) : Case =
    let method =
        { case.Method with
            Name = case.Method.Name.Replace("exponential", "polynomial")
            Loss = PolynomialTailLoss 2.0
            Dynamics = fun data -> GradientFlow(network { case with Data = data }, PolynomialTailLoss 2.0) }

    Case.create case.Instance case.Data case.Start method auxiliary [ 1e2; 2e2 ]

/// A fully connected network on a loss with a power for a tail.
let fullyConnectedPolynomial: Case = polynomialTail fullyConnectedCases.Head
