/// # Diagonal and convolutional networks choose the predictor of least 2/L bridge penalty
///
/// Depth L makes ‖θ‖² = L Σ|b|^{2/L} at best: over features for diagonal networks, over frequencies for full-width convolutional
/// ones, where the filters' transforms multiply. The predictor, scaled to smallest margin 1, approaches the minimiser like
/// what the network does not need fades: (log t)^{κ-1} for L = 2, with κ < 1 the largest dual modulus off the support, and
/// 1/log t otherwise. For L ≥ 3 the limit is a stationary point that the start decides; from these starts it is the best one. For L ≤ 2 the
/// start is forgotten. The minimiser does not depend on the scale of the transform, nor on whether the loss is a sum or a mean; and on
/// vertices it may be the same for many exponents, whose multipliers then differ (bridge-dual).
module ImplicitBias.Theory.Theorems.BridgeSelection

open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearNetworks
open ImplicitBias.Theory.NetworkAsymptotics

let private first, second, s = symbol "u", symbol "v", symbol "s"

let private distance (target: float array) (weights: float array) =
    Measure.norm (Measure.minus weights target) / Measure.norm target

/// Where mistakes lead, and how far from β* relative to it.
let private detours =
    let target case = (selected case).Predictor

    let detour symbol name mistake (mistaken: Case -> Selection option) =
        Detour.from target (fun case -> distance (target case)) symbol name mistake (fun case ->
            mistaken case |> Option.map _.Predictor)

    [ detour "euclidean" "wrong norm" "the ℓ₂ max-margin vector, for every architecture" (fun case ->
          Some(bridge 1 BridgeDomain.Coordinates case.Data))
      detour
          "otherDomain"
          "wrong domain"
          "features for frequencies, or frequencies for features"
          (selectedElsewhere >> Some)
      detour "half" "half of the spectrum" "conjugate frequencies left out" selectedByHalf
      detour "deeper" "wrong exponent" "2/(L + 1)" (fun case -> Some(selectedAt (depthOf case + 1) case)) ]

let private cases = diagonalCases @ convolutionalCases

/// The same network and data from filters four times as large.
let private elsewhere = case fiveSamples (identityFilters 2.0 5 3) (convolutional 3)

let theorem: Theorem =
    { Id = "bridge-selection"
      Title = "β(t)/min f → argmin Σ|b|^{2/L} subject to margins ≥ 1, like (log t)^{-δ}"
      Source =
        Papers.convolutionalNetworks
            "linear diagonal and full-width convolutional networks; rates derived here"
      Hypotheses = asymptotics
      Prediction = { Prediction.asymptotic "‖β/min f - β*‖/‖β*‖" 0Q with Transient = logT ** (-1Q * decay) }
      Constants = fun case -> Detour.constants detours case @ constants case
      Derivation =
        [ Cited "gradient flow converges in direction to a stationary point of the margin problem in θ"
          Identity(
              "a product of two is made at the least cost by equal factors: u² + v² ≥ 2uv",
              first ** 2Q + second ** 2Q - 2Q * first * second,
              (first - second) ** 2Q
          )
          SolvesOde(
              "L = 2: an unused entry b = uv with pull κ, u' = κv and v' = κu, grows like e^{2κs}",
              s,
              [ first, exp (decay * s), decay * second
                second, exp (decay * s), decay * first ]
          )
          Identity(
              "a used one, with pull 1, like e^{2s} ~ log t: relative to it the unused fades like (log t)^{κ-1}",
              exp (decay * s) ** 2Q / exp s ** 2Q,
              exp (2Q * s) ** (decay - 1Q)
          ) ]
      Measure =
        fun case ->
            let target = (selected case).Predictor
            let weights = predictor case

            Measure.at (fun snapshot ->
                distance target (Measure.scale (1.0 / Seq.min snapshot.Outputs) (weights snapshot)))
      Rivals = Detour.rivals detours
      Controls =
        [ { Breaks = "the start lies where the best stationary point attracts"
            Case = elsewhere
            PredictedAs = fiveSampleCases[2]
            Instead =
              "from larger filters depth three keeps frequency 0 and stays at a worse stationary point" }
          { Breaks = "the loss has an exponential tail"
            Case = polynomialTail diagonalCases.Head
            PredictedAs = diagonalCases.Head
            Instead = "every point keeps pulling" } ]
      Cases = cases
      OnData = onDiagonal }
