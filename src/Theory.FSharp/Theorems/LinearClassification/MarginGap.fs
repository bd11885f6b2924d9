/// # The margin falls short of the maximum by the entropy difference of the dual
///
/// With p = α/Σα: (γ - minₙ ⟨zₙ, w⟩/‖w‖) ‖w‖ = γ‖w‖ - minₙ mₙ, where minₙ mₙ = log t + log(η/αmax) and
/// γ‖w‖ = log t + γ²⟨ŵ, w̃⟩ + C²/(2 log t) + .... The logarithms cancel and leave Ent(p) - Ent_∞(p).
module ImplicitBias.Theory.Theorems.MarginGap

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.Separable
open ImplicitBias.Theory.LinearClassification

let private p, total = symbol "p", symbol "total" // total = Σα

/// γ‖w‖ - minₙ mₙ.
let private gapTimesNorm (case: Case) (snapshot: Snapshot) =
    (geometry case.Data).Solution.Margin * Measure.norm snapshot.Parameters
    - Seq.min snapshot.Outputs

let theorem: Theorem =
    { Id = "margin-gap"
      Title = "(γ - min margin of w/‖w‖) ‖w‖ → Ent(p) - Ent_∞(p)"
      Source = Soudry.paper "margin rate 1/log t; the constant is derived here"
      Hypotheses = [ separable; positiveDuals; weightsNearLimit ]
      Prediction =
        { Prediction.asymptotic "(γ - minₙ ⟨zₙ, w⟩/‖w‖) ‖w‖" (entropy - minEntropy) with
            Remainder = angleConstant ** 2Q / (2Q * logT)
            Transient = exp (-rate * logT) }
      Constants = constants
      Derivation =
        [ Cited "mₙ = log t + log(η/αₙ) + o(1) on the support"
          Assuming(
              "p in (0,1)",
              Identity(
                  "two support vectors: γ²⟨ŵ, w̃⟩ - log(η/αmax) = Ent(p) - Ent_∞(p) with Σα cancelled",
                  p * (ln eta - ln p - ln total) + (1Q - p) * (ln eta - ln (1Q - p) - ln total)
                  - (ln eta - ln p - ln total),
                  -p * ln p - (1Q - p) * ln (1Q - p) + ln p
              )
          )
          Assuming(
              "offset real",
              Expansion(
                  "γ‖w‖ = √((log t + γ²⟨ŵ, w̃⟩)² + C²) exceeds log t + γ²⟨ŵ, w̃⟩ by C²/(2 log t)",
                  logT,
                  infinity,
                  sqrt ((logT + gamma ** 2Q * offset) ** 2Q + angleConstant ** 2Q),
                  logT + gamma ** 2Q * offset + angleConstant ** 2Q / (2Q * logT),
                  logT ** -2Q
              )
          ) ]
      Measure = fun case -> Measure.at (gapTimesNorm case)
      Rivals =
        [ Rival.create "entropy" "Ent(p) alone: the gap of the mean margin" entropy
          Rival.create "min-entropy" "Ent_∞(p) alone" minEntropy
          Rival.create "curvature" "the term C²/2 of the norm for the whole gap" (angleConstant ** 2Q / 2Q)
          Rival.create "no gap" "the margin is reached faster than 1/‖w‖" 0Q
          Rival.create "entropy over γ" "the norm in units of γ" ((entropy - minEntropy) / gamma) ]
      Controls =
        [ { Breaks = "the loss has an exponential tail"
            Case = fivePointsPolynomial
            PredictedAs = case fivePoints [ 0.0; 0.0 ] flowExponential
            Instead = "the gap tends to a constant, so gap times norm diverges" }
          { Breaks = "every point on the margin has a positive dual variable"
            Case = case zeroDual [ 0.0; 0.0 ] flowExponential
            PredictedAs = case zeroDual [ 0.0; 0.0 ] flowExponential
            Instead = "gap times norm vanishes like (log log t)²/log t, far above the remainder" } ]
      Cases = cases
      OnData = onData methods }
