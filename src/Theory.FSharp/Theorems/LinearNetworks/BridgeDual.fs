/// # The weights of the points in the gradient converge to the multipliers of the 2/L bridge penalty
///
/// Stationarity of the parameters in direction, θ ∝ Σ pₙ∇fₙ, is in terms of the predictor
/// (2/L)|b|^{2/L-2} b = (Zᵀλ) or (FZᵀλ) where b ≠ 0, with λ in the proportions of p = softmax(-f). So p(t) is a certificate
/// on the end point itself: it is what the exponent 2/L makes of the support, and another exponent makes another p. It depends on the
/// start through the support alone, and neither on the scale of the transform nor on whether the loss is a sum or a mean.
module ImplicitBias.Theory.Theorems.BridgeDual

open System
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics.Reference
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearNetworks
open ImplicitBias.Theory.NetworkAsymptotics

let private weight = symbol "p"

let private length, y, lambda1, lambda2 =
    symbol "b", symbol "Y", symbol "lambda1", symbol "lambda2"

/// The point of largest dual variable.
let private heaviest (case: Case) =
    let dual = (selected case).Dual
    Array.findIndex ((=) (Array.max dual)) dual

/// pₙ = e^{-fₙ}/Σ e^{-fₘ}.
let private weightOf point (snapshot: ImplicitBias.Numerics.Snapshot) =
    let least = Seq.min snapshot.Outputs

    let weights =
        snapshot.Outputs
        |> Seq.map (fun margin -> Math.Exp(least - margin))
        |> Seq.toArray

    weights[point] / Array.sum weights

/// Where mistakes lead, and the weight of that point there.
let private detours =
    let detour symbol name mistake (mistaken: Case -> Selection option) =
        Detour.from
            (fun case -> (selected case).Dual)
            (fun case dual -> dual[heaviest case])
            symbol
            name
            mistake
            (fun case -> mistaken case |> Option.map _.Dual)

    [ detour "pDeeper" "deeper" "the exponent 2/(L + 1)" (fun case ->
          Some(selectedAt (depthOf case + 1) case))
      detour "pShallower" "shallower" "the exponent 2/(L - 1)" (fun case ->
          Some(selectedAt (max 1 (depthOf case - 1)) case))
      detour "pEuclidean" "wrong norm" "the ℓ₂ max-margin vector, for every architecture" (fun case ->
          Some(bridge 1 BridgeDomain.Coordinates case.Data))
      detour
          "pElsewhere"
          "wrong domain"
          "features for frequencies, or frequencies for features"
          (selectedElsewhere >> Some)
      detour "pHalf" "half of the spectrum" "conjugate frequencies left out" selectedByHalf ]

let theorem: Theorem =
    { Id = "bridge-dual"
      Title = "softmax(-f) → λ/Σλ, λ the multipliers of min Σ|b|^{2/L} subject to margins ≥ 1"
      Source = Papers.convolutionalNetworks "stationary points of the bridge penalties; rates derived here"
      Hypotheses =
        asymptotics
        @ [ { Says = "at least two points carry weight"
              Holds = fun case -> (selected case).Dual |> Array.filter (fun p -> p > 0.0) |> Array.length > 1 } ]
      Prediction =
        { Prediction.asymptotic "pₙ of the point of largest dual" weight with
            Transient = logT ** (-1Q * decay) }
      Constants =
        fun case ->
            (weight, (selected case).Dual[heaviest case]) :: Detour.constants detours case
            @ constants case
      Derivation =
        [ Cited "the parameters converge in direction to a stationary point of the margin problem"
          Identity(
              "2v_l = g Π_{m≠l} v_m makes all L factors b^{1/L}, with the multiplier g = 2b^{2/L-1}",
              2Q * length ** (2Q / depth - 1Q) * length ** ((depth - 1Q) / depth),
              2Q * length ** (1Q / depth)
          )
          Derivative(
              "which is L times the slope of b^{2/L}, whatever the start",
              length,
              length ** (2Q / depth),
              2Q / depth * length ** (2Q / depth - 1Q)
          )
          Identity(
              "margins Y - log λₙ have the softmax λ/Σλ, here of two points",
              exp (-(y - ln lambda1)) / (exp (-(y - ln lambda1)) + exp (-(y - ln lambda2))),
              lambda1 / (lambda1 + lambda2)
          ) ]
      Measure = fun case -> Measure.at (weightOf (heaviest case))
      Rivals =
        Rival.create "uniform" "every point pulls alike" (1Q / count)
        :: Detour.rivals detours
      Controls =
        [ { Breaks = "the network is diagonal"
            Case = case twoFeatures (scattered 0.7 10) (fullyConnected 2 2)
            PredictedAs = diagonalCases.Head
            Instead = "a fully connected network gives the points the weights of the ℓ₂ problem" } ]
      Cases = diagonalCases @ fiveSampleCases
      OnData = onDiagonal }
