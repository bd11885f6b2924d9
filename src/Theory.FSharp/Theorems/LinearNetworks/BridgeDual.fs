/// # The weights of the points in the gradient converge to the multipliers of the 2/L bridge penalty
///
/// Stationarity of the parameters in direction, θ ∝ Σ pₙ∇fₙ, is in terms of the predictor
/// (2/L)|b|^{2/L-2} b = (Zᵀλ) or (FZᵀλ) where b ≠ 0, with λ in the proportions of p = softmax(-f). So p(t) is a certificate
/// on the end point itself: it is what the exponent 2/L makes of the support, and another exponent makes another p.
module ImplicitBias.Theory.Theorems.LinearNetworks.BridgeDual

open System
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearNetworks

let private weight, deeper, shallower =
    symbol "p1", symbol "p1deeper", symbol "p1shallower"

let private u, v, multiplier, length =
    symbol "u", symbol "v", symbol "g", symbol "b"

/// p₁ = e^{-f₁}/Σ e^{-fₙ}.
let private firstWeight (snapshot: ImplicitBias.Numerics.Snapshot) =
    let least = Seq.min snapshot.Outputs

    let weights =
        snapshot.Outputs
        |> Seq.map (fun margin -> Math.Exp(least - margin))
        |> Seq.toArray

    weights[0] / Array.sum weights

let theorem: Theorem =
    { Id = "bridge-dual"
      Title = "softmax(-f) → λ/Σλ, λ the multipliers of min Σ|b|^{2/L} subject to margins ≥ 1"
      Source =
        { Authors = "Gunasekar, Lee, Soudry, Srebro"
          Year = 2018
          ArXiv = "1806.00468"
          Place = "stationary points of the bridge penalties; rates derived here" }
      Hypotheses =
        [ separable
          exponentialTail
          { Says = "at least two points carry weight"
            Holds = fun case -> (selected case).Dual |> Array.filter (fun p -> p > 0.0) |> Array.length > 1 } ]
      Prediction =
        { Quantity = "p₁"
          Claim = Asymptotic
          Leading = weight
          Next = 0Q
          Remainder = 0Q
          Transient = logT ** (-1Q * decay) }
      Constants =
        fun case ->
            let l = depthOf case

            (weight, (selected case).Dual[0])
            :: (deeper, (selectedAt (l + 1) case).Dual[0])
            :: (shallower, (selectedAt (max 1 (l - 1)) case).Dual[0])
            :: constants case
      Derivation =
        [ Cited "the parameters converge in direction to a stationary point of the margin problem"
          Identity(
              "two factors: u = g v and v = g u make g² = 1, no condition on the size of b",
              u * v - multiplier ** 2Q * (u * v),
              (1Q - multiplier ** 2Q) * u * v
          )
          Derivative(
              "the slope of |b|^{2/L}",
              length,
              length ** (2Q / depth),
              2Q / depth * length ** (2Q / depth - 1Q)
          ) ]
      Measure = fun _ -> Measure.at firstWeight
      Rivals =
        [ Rival.create "deeper" "the exponent 2/(L + 1)" deeper
          // One frequency alone has only one pull, whatever the exponent.
          |> Rival.where (fun case -> (selected case).Used > 1)
          Rival.create "shallower" "the exponent 2/(L - 1)" shallower
          |> Rival.where (fun case -> depthOf case > 1)
          Rival.create "uniform" "every point pulls alike" (1Q / count) ]
      Controls =
        [ { Breaks = "the network is diagonal"
            Case = case twoFeatures (scattered 0.7 10) (fullyConnected 2 2)
            PredictedAs = diagonalCases.Head
            Instead = "a fully connected network gives the points the weights of the ℓ₂ problem" } ]
      Cases = diagonalCases @ fiveSampleCases
      OnData = fun _ -> [] }
