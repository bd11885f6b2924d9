/// The data and starts that the theorems of networks are tried on, and where their runs are read.
[<AutoOpen>]
module ImplicitBias.Theory.LinearNetworks.NetworkCases

open System
open ImplicitBias.Theory
open ImplicitBias.Numerics

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

/// Read later than samples made for it, as the constants of data are what they are.
let private onDataFullyConnected (data: Dataset) =
    case data (scattered (unitScale data) (2 * data.Dimension + 2)) (fullyConnected 2 2)
    |> Case.readAt [ 10.0; 30.0; 1e2 ] [ 3e2; 1e3; 3e3 ]

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
