/// # The angle to the max-margin vector closes like 1/log t, with a constant
///
/// From w(t) = ŵ log t + ρ with ⟨ŵ, ρ⟩ = ⟨ŵ, w̃⟩: along ŵ the length is (log t + γ²⟨ŵ, w̃⟩)/γ, across it is C/γ, so
/// tan ∠(w, ŵ) = C/(log t + γ²⟨ŵ, w̃⟩), C = γ‖ρ - γ²⟨ŵ, w̃⟩ŵ‖. All orders in 1/log t are summed; what is left is the
/// power-small distance of ρ(t) from its limit.
module ImplicitBias.Theory.Theorems.AngleRate

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.Separable
open ImplicitBias.Theory.LinearClassification

let private shift = gamma ** 2Q * offset
let private along = (logT + shift) / gamma

/// ρ and ŵ in a plane, ⟨ρ, ŵ⟩ and ‖ŵ‖².
let private r1, r2, w1, w2 = symbol "r1", symbol "r2", symbol "w1", symbol "w2"
let private inner = r1 * w1 + r2 * w2
let private square = w1 ** 2Q + w2 ** 2Q

/// tan of the angle between w and ŵ: the part across over the part along.
let private tangent (case: Case) (snapshot: Snapshot) =
    let direction = maxMarginVector case.Data

    let along =
        Measure.dot direction snapshot.Parameters / Measure.dot direction direction

    let across = Measure.minus snapshot.Parameters (Measure.scale along direction)
    Measure.norm across / (along * Measure.norm direction)

let theorem: Theorem =
    { Id = "angle-rate"
      Title = "tan ∠(w(t), ŵ) = C/(log t + γ²⟨ŵ, w̃⟩)"
      Source = Soudry.paper "main theorem for the rate 1/log t; the constant C and the shift are derived here"
      Hypotheses = [ separable; positiveDuals; weightsNearLimit ]
      Prediction =
        { Prediction.asymptotic "tan ∠(w(t), ŵ)" (angleConstant / (logT + shift)) with
            Transient = exp (-rate * logT) / logT }
      Constants = constants
      Derivation =
        [ Cited "w(t) = ŵ log t + ρ(t) with ρ(t) convergent"
          Identity(
              "⟨ŵ, w⟩/‖ŵ‖, with ⟨ŵ, w⟩ = ‖ŵ‖² log t + ⟨ŵ, w̃⟩, is the length along ŵ",
              (logT / gamma ** 2Q + offset) / (1Q / gamma),
              along
          )
          Assuming(
              "r1 real, r2 real, w1 real",
              Identity(
                  "Pythagoras, in the plane: ‖ρ - ⟨ρ, ŵ⟩ŵ/‖ŵ‖²‖² = ‖ρ‖² - ⟨ρ, ŵ⟩²/‖ŵ‖²",
                  (r1 - inner * w1 / square) ** 2Q + (r2 - inner * w2 / square) ** 2Q,
                  r1 ** 2Q + r2 ** 2Q - inner ** 2Q / square
              )
          )
          Assuming(
              "offset real",
              Limit(
                  "1 - cos ∠ closes like C²/(2 log² t)",
                  logT,
                  infinity,
                  logT ** 2Q * (1Q - 1Q / sqrt (1Q + (angleConstant / (logT + shift)) ** 2Q)),
                  angleConstant ** 2Q / 2Q
              )
          )
          Assuming(
              "offset real",
              Limit(
                  "the angle itself closes like C/log t",
                  logT,
                  infinity,
                  logT * arctan (angleConstant / (logT + shift)),
                  angleConstant
              )
          ) ]
      Measure = fun case -> Measure.at (tangent case)
      Rivals =
        [ Rival.create "leading law" "C/log t, without the shift of log t" (angleConstant / logT)
          Rival.create
              "shift reversed"
              "the sign of ⟨ŵ, w̃⟩, as if α and 1/α were exchanged"
              (angleConstant / (logT - shift))
          Rival.create
              "weak rate"
              "log log t/log t, which bounds the zero-dual case only"
              (angleConstant * ln logT / (logT + shift))
          Rival.create
              "square"
              "1/log² t, the rate of 1 - cos, for the angle"
              (angleConstant / (logT + shift) ** 2Q) ]
      Controls =
        [ { Breaks = "every point on the margin has a positive dual variable"
            Case = case zeroDual [ 0.0; 0.0 ] flowExponential
            PredictedAs = case zeroDual [ 0.0; 0.0 ] flowExponential
            Instead = "the part across grows like log log t" }
          { Breaks = "the loss has an exponential tail"
            Case = fivePointsPolynomial
            PredictedAs = case fivePoints [ 0.0; 0.0 ] flowExponential
            Instead = "the angle tends to a constant: every point matters" } ]
      Cases = cases
      OnData = onData methods }
