/// # In log log t a network of depth two goes to the predictor of least ℓ₁ norm, and what that does not use fades at the rate κ - 1
///
/// As t → ∞ gradient flow becomes, in x = log log t and Θ = θ/√(log t), the flow dΘ/dx = v - Θ/2 of `MarginFlow`, up to O(1/log t) over a
/// bounded stretch of x. A frequency (or feature) b = u₁u₂ off the support obeys u₁' = κu₂/2 - u₁/2 and u₂' = κu₁/2 - u₂/2, since Σ μₙzₙ goes to
/// half of Zᵀλ. So b fades like e^{(κ-1)x} with κ < 1 its dual modulus, and a stationary point other than the best has some κ > 1,
/// at which the flow lingers and then leaves. What bends the rate is the distance of the rest from its limit: b itself, and the phases of the
/// frequencies in use. With y = δb/√|b| these obey y' = -Py, P the projector on changes of phase, as far as margins stay: they settle at the
/// rate ρ, the least eigenvalue of P across the margins, driven by b at the rate 1 - κ; at most like x e^{-min(1-κ, ρ)x}. Here log t
/// stands for x.
module ImplicitBias.Theory.Theorems.LogLogSelection

open System
open MathNet.Numerics.LinearAlgebra
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearNetworks

type private Complex = System.Numerics.Complex

/// κ of the slowest unused entry; min(1 - κ, ρ); the dual modulus of that entry for other norms, and of the next slowest.
let private kappa, slow, euclidean, deeper, half, next =
    symbol "kappa", symbol "slow", symbol "euclidean", symbol "deeper", symbol "half", symbol "next"

let private x, u, v, y, delta, gap =
    symbol "x", symbol "u", symbol "v", symbol "y", symbol "delta", symbol "gap"

let private isConvolutional (case: Case) =
    (network case).Parametrization :? ConvolutionalNetwork

/// The entries that the penalty sees: features, or frequencies 0..D/2.
let private entries (case: Case) (weights: float array) =
    if isConvolutional case then
        (Spectrum.ofSignal weights)[.. weights.Length / 2] |> Array.map _.Magnitude
    else
        weights |> Array.map (fun (w: float) -> Math.Abs w)

/// The entries that β* does not use, slowest first.
let private unused (case: Case) =
    let selection = selected case
    selection.Unused |> List.sortByDescending (fun k -> selection.DualModuli[k])

/// Unit signals along which one frequency changes its modulus and, where it has one, its phase.
let private directions (dimension: int) (k: int) (value: Complex) : (float array * float) list =
    let wave (factor: Complex) =
        Measure.unit
            [ for j in 0 .. dimension - 1 ->
                  let turn = 2.0 * Math.PI * float (j * k) / float dimension
                  factor.Real * Math.Cos turn - factor.Imaginary * Math.Sin turn ]

    let phase = value / Complex(value.Magnitude, 0.0)

    if k = 0 || 2 * k = dimension then
        [ wave phase, 0.0 ]
    else
        [ wave phase, 0.0; wave (phase * Complex.ImaginaryOne), 1.0 ]

/// ρ; 1 where every change is one of margins, as layers come into balance like e^{-x}.
let private phaseRate (case: Case) =
    if not (isConvolutional case) then
        1.0
    else
        let inputs = case.Data.SignedInputs()
        let dimension = case.Data.Dimension
        let values = Spectrum.ofSignal (selected case).Predictor

        let moves =
            [ for k in 0 .. dimension / 2 do
                  if not (List.contains k (unused case)) then
                      for direction, isPhase in directions dimension k values[k] do
                          Measure.scale (Math.Sqrt values[k].Magnitude) direction, isPhase ]

        let margins =
            Matrix<float>
                .Build.Dense(
                    case.Data.SampleCount,
                    moves.Length,
                    fun n k -> Measure.dot inputs[n, *] (fst moves[k])
                )

        let free = margins.Kernel()

        if free.Length = 0 then
            1.0
        else
            let basis = Matrix<float>.Build.DenseOfColumnVectors free

            let phases =
                Matrix<float>.Build.DenseOfDiagonalArray [| for _, isPhase in moves -> isPhase |]

            let along = basis.TransposeThisAndMultiply(phases * basis)
            along.Evd(Symmetricity.Symmetric).EigenValues |> Seq.map _.Real |> Seq.min

/// β(Θ) of a snapshot, of whatever depth.
let private predictorOf (case: Case) (snapshot: Snapshot) =
    let dimension = case.Data.Dimension
    let depth = snapshot.Parameters.Length / dimension

    let parametrization: IParametrization =
        if isConvolutional case then
            ConvolutionalNetwork(dimension, depth)
        else
            DiagonalNetwork.Untied(dimension, depth)

    let weights: float array = Array.zeroCreate dimension
    parametrization.Predictor(ReadOnlySpan(Seq.toArray snapshot.Parameters), Span weights)
    weights

let private inLogLog (method: Method) =
    { method with
        Name = method.Name.Replace("flow on", "log-log flow on")
        Dynamics =
            fun data ->
                match method.Model data with
                | :? LinearNetwork as network -> MarginFlow network
                | _ -> invalidOp "Only networks have a log-log flow." }

let private from (data: Dataset) (start: float list) (method: Method) (first: float) =
    Case.create
        data.Name
        data
        start
        (inLogLog method)
        [ for k in 0.0 .. 2.0 -> first + 4.0 * k ]
        [ for k in 3.0 .. 5.0 -> first + 4.0 * k ]

/// The same start with the mean of every layer times a factor: what frequency 0 starts from.
let private withMeans (factor: float) (dimension: int) (start: float list) =
    start
    |> List.chunkBySize dimension
    |> List.collect (fun layer -> layer |> List.map (fun w -> w + (factor - 1.0) * List.average layer))

let private cases =
    [ from sixSamples (withMeans 0.1 6 (scattered 0.4 12)) (convolutional 2) 20.0
      from fiveSamples (identityFilters 0.5 5 2) (convolutional 2) 8.0
      from twoFeatures (zeroOutput 0.5 4 2) (untied 2) 8.0 ]

let theorem: Theorem =
    { Id = "log-log-selection"
      Title =
        "depth two, x = log log t → ∞: what the ℓ₁ solution does not use fades relative to the rest like e^{(κ-1)x}"
      Source =
        Papers.convolutionalNetworks "least ℓ₁ norm over frequencies; the flow in log log t is derived here"
      Hypotheses =
        [ separable
          { Says = "the network has two layers, stored apart"
            Holds = fun case -> depthOf case = 2 && factorsOf case = 2 }
          { Says = "every point has weight in the ℓ₁ solution, and its multipliers are unique"
            Holds =
              fun case ->
                  let selection = selected case
                  selection.DualIsUnique && Array.forall (fun p -> p > 0.0) selection.Dual }
          { Says = "the solution leaves something unused, with dual modulus below 1"
            Holds =
              fun case ->
                  match unused case with
                  | [] -> false
                  | slowest :: _ -> (selected case).DualModuli[slowest] < 1.0 }
          { Says = "every frequency or feature is in the start"
            Holds =
              fun case ->
                  let sizes =
                      case.Start
                      |> List.chunkBySize case.Data.Dimension
                      |> List.map (List.toArray >> entries case)
                      |> List.reduce (Array.map2 (+))

                  sizes |> Array.forall (fun size -> size > Budget.rounding (Array.max sizes)) } ]
      Prediction =
        { Prediction.asymptotic "d log(|b|/min f)/dx of the slowest unused b, t = log t" (kappa - 1Q) with
            Transient = logT * exp (-1Q * slow * logT) }
      Constants =
        fun case ->
            let slowest = (unused case).Head
            let modulus (selection: Selection) = selection.DualModuli[slowest]
            let rate = modulus (selected case)

            let domain =
                if isConvolutional case then
                    BridgeDomain.Fourier
                else
                    BridgeDomain.Coordinates

            [ kappa, rate
              slow, Math.Min(1.0 - rate, phaseRate case)
              euclidean, modulus (bridge 1 domain case.Data)
              deeper, modulus (bridge 3 domain case.Data)
              half, selectedByHalf case |> Option.map modulus |> Option.defaultValue 0.0
              next,
              match unused case with
              | _ :: other :: _ -> (selected case).DualModuli[other]
              | _ -> 0.0 ]
      Derivation =
        [ Cited
              "gradient flow is dΘ/d log ℓ = G/‖G‖² - Θ/2 exactly, and p is faster by ℓ: it rests where margins rise alike (Tikhonov 1952)"
          SolvesOde(
              "off the support each layer is pulled by κ/2 of the other",
              x,
              [ u, exp ((kappa - 1Q) / 2Q * x), kappa / 2Q * v - u / 2Q
                v, exp ((kappa - 1Q) / 2Q * x), kappa / 2Q * u - v / 2Q ]
          )
          Identity(
              "so their product fades at the rate κ - 1",
              exp ((kappa - 1Q) / 2Q * x) ** 2Q,
              exp ((kappa - 1Q) * x)
          )
          SolvesOde(
              "what settles at one of the rates 1 - κ and ρ, driven at the other, follows the slower one, δ",
              x,
              [ y,
                exp (-1Q * delta * x) * (1Q - exp (-1Q * gap * x)) / gap,
                exp (-1Q * delta * x) - (delta + gap) * y ]
          )
          Limit(
              "or x e^{-δx} where both are alike",
              gap,
              0Q,
              exp (-1Q * delta * x) * (1Q - exp (-1Q * gap * x)) / gap,
              x * exp (-1Q * delta * x)
          ) ]
      Measure =
        fun case ->
            let slowest = (unused case).Head

            Measure.slope (fun snapshot ->
                Math.Log((entries case (predictorOf case snapshot))[slowest] / Seq.min snapshot.Outputs))
      Rivals =
        [ Rival.create "frozen" "an amplitude that stays while the rest grows, as at depth three" -1Q
          Rival.create "kept" "the part that the start has in b is never lost" 0Q
          Rival.create "one layer" "half the rate: a layer for the product" ((kappa - 1Q) / 2Q)
          Rival.create "wrong norm" "κ of the ℓ₂ max-margin vector" (euclidean - 1Q)
          Rival.create "wrong exponent" "κ of depth three" (deeper - 1Q)
          Rival.create "half of the spectrum" "conjugate frequencies left out" (half - 1Q)
          |> Rival.where (fun case ->
              isConvolutional case
              && Measure.differ
                  [ (selectedByHalf case).Value.DualModuli[(unused case).Head] ]
                  [ (selected case).DualModuli[(unused case).Head] ])
          Rival.create "another entry" "κ of the next slowest" (next - 1Q)
          |> Rival.where (fun case -> (unused case).Length > 1) ]
      Controls =
        [ { Breaks = "the network has two layers, stored apart"
            Case = from sixSamples (identityFilters 0.5 6 3) (convolutional 3) 8.0
            PredictedAs = cases.Head
            Instead = "at depth three what is not used keeps its amplitude" }
          { Breaks = "every frequency or feature is in the start"
            Case = from sixSamples (withMeans 0.0 6 (scattered 0.4 12)) (convolutional 2) 20.0
            PredictedAs = cases.Head
            Instead = "without frequency 0 the flow stays at a worse stationary point, with another dual" } ]
      Cases = cases
      OnData = fun _ -> [] }
