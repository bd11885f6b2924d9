/// # Within the span of the data a fully connected network turns to the ℓ₂ max-margin vector like 1/log t
///
/// The margins are fₙ = ℓ - log pₙ with p → α/Σα, the normalised dual of the ℓ₂ problem, whatever the depth. On support
/// vectors that span the data this fixes β up to what is orthogonal to them: its part along ŵ is Y/γ, Y = ℓ + Ent(p), its
/// part across is that of w̃, exp(-zₙ·w̃) = αₙ. So tan ∠ = C/Y with the constant C of the linear model; only Y knows the depth. The start is
/// forgotten, and p and Y are the same for the mean of the loss as for its sum.
module ImplicitBias.Theory.Theorems.FullyConnectedDirection

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearNetworks
open ImplicitBias.Theory.NetworkAsymptotics

let private across = symbol "C"
let private margin1, margin2 = symbol "f1", symbol "f2"
let private p, s, a, c = symbol "p", symbol "s", symbol "a", symbol "c"
let private toL1 = symbol "tanL1"

/// tan of the angle to ŵ within the span of the data.
let private tangent (case: Case) (weights: float array) =
    let geometry = Separable.geometry case.Data
    let target = geometry.Solution.WeightsDouble
    let inSpan = geometry.ProjectOnData weights
    let along = Measure.dot target inSpan / Measure.dot target target

    Measure.norm (Measure.minus inSpan (Measure.scale along target))
    / (along * Measure.norm target)

/// γ times the part of w̃ across ŵ.
let private constant (case: Case) =
    let geometry = Separable.geometry case.Data
    let target, residual = geometry.Solution.WeightsDouble, geometry.ResidualFor 1.0
    let along = Measure.dot target residual / Measure.dot target target

    geometry.Solution.Margin
    * Measure.norm (Measure.minus residual (Measure.scale along target))

/// The third point is no support vector and lies off the plane of the two that are.
let private offSupport =
    let points =
        Dataset.FromSignedInputs(
            "three points in space",
            array2D [ [ 2.0; 1.0; 0.0 ]; [ 1.0; -1.0; 0.0 ]; [ 3.0; 0.5; 1.0 ] ]
        )

    case points (scattered 0.7 8) (fullyConnected 2 2)

let theorem: Theorem =
    { Id = "fully-connected-direction"
      Title = "Y tan ∠(β, ŵ) → C within the span of the data, for the margins Y = Σ pₙfₙ ~ log t"
      Source =
        Papers.convolutionalNetworks
            "fully connected networks choose the hard-margin solution at any depth; the rate is derived here"
      Hypotheses =
        asymptotics
        @ [ { Says = "the support vectors span the data, more than one direction, with positive duals"
              Holds =
                fun case ->
                    let geometry = Separable.geometry case.Data

                    geometry.IsGeneric
                    && geometry.SupportRank = geometry.DataRank
                    && geometry.DataRank > 1 } ]
      Prediction =
        { Prediction.asymptotic "Y tan ∠(β, ŵ) within the span" across with
            Transient = logT ** -1Q }
      Constants =
        fun case ->
            (across, constant case)
            :: (Separable.gamma, (Separable.geometry case.Data).Solution.Margin)
            :: (toL1, tangent case (bridge 2 BridgeDomain.Coordinates case.Data).Predictor)
            :: constants case
      Derivation =
        [ Cited "p → α/Σα, a certificate of the ℓ₂ problem"
          Assuming(
              "f1 real, f2 real",
              Identity(
                  "p = softmax(-f) is f = ℓ - log p with ℓ = -log Σ e^{-f}, here of two points: across ŵ only log p counts",
                  -(ln (exp (-margin1) + exp (-margin2)))
                  - ln (exp (-margin1) / (exp (-margin1) + exp (-margin2))),
                  margin1
              )
          )
          Assuming(
              "p in (0,1), s real",
              Identity(
                  "Y = Σ pₙfₙ = ℓ + Ent(p)",
                  p * (s - ln p) + (1Q - p) * (s - ln (1Q - p)),
                  s - p * ln p - (1Q - p) * ln (1Q - p)
              )
          )
          Assuming(
              "c real, a real",
              Expansion(
                  "C/Y is C/log t to leading order at every depth, Y = log t + a log log t + c",
                  s,
                  infinity,
                  across / (s + a * ln s + c),
                  across / s,
                  ln s / s ** 2Q
              )
          ) ]
      Measure =
        fun case ->
            let weights, dual = predictor case, (selected case).Dual

            Measure.at (fun snapshot -> Measure.dot dual snapshot.Outputs * tangent case (weights snapshot))
      Rivals =
        [ Rival.create "wrong norm" "an ℓ₁ max-margin vector" (toL1 * logT)
          Rival.create "rate of 1 - cos" "1/log² t" (across / logT)
          Rival.create "rate of the parameters" "(log t)^{-1/L}" (across * logT ** (1Q - 1Q / depth))
          |> Rival.where (fun case -> depthOf case > 1)
          Rival.create "length one" "ŵ of length one in place of margin one" (across / Separable.gamma)
          |> Rival.where (fun case ->
              Measure.differ [ (Separable.geometry case.Data).Solution.Margin ] [ 1.0 ])
          Rival.create "dual forgotten" "the tangent constant of uniform weights, 0" 0Q ]
      Controls =
        [ { Breaks = "the support vectors span the data"
            Case = offSupport
            PredictedAs = offSupport
            Instead = "what the third point left across the support fades like (log t)^{-1/L} only" }
          { Breaks = "the loss has an exponential tail"
            Case = fullyConnectedPolynomial
            PredictedAs = fullyConnectedCases.Head
            Instead = "every point keeps pulling" } ]
      Cases = fullyConnectedCases
      OnData = onFullyConnected }
