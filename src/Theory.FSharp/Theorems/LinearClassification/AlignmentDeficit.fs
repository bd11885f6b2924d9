/// # 1 - cos of the angle to the max-margin vector closes like 1/log² t
///
/// With tan ∠ = x = C/(log t + γ²⟨ŵ, w̃⟩): 1 - cos ∠ = 1 - (1 + x²)^(-1/2) = x²/2 - 3x⁴/8 + O(x⁶).
module ImplicitBias.Theory.Theorems.AlignmentDeficit

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.Separable
open ImplicitBias.Theory.LinearClassification

let private a, x = symbol "a", symbol "x"
let private tangent = angleConstant / (logT + gamma ** 2Q * offset)
let private firstLeftOut = -3Q / 8Q * (angleConstant / logT) ** 4Q

/// 1 - cos = ‖u - v‖²/2 for unit vectors u and v: no cancellation at small angles.
let private deficit (case: Case) (snapshot: Snapshot) =
    let gap =
        Measure.minus (Measure.unit snapshot.Parameters) (Measure.unit (maxMarginVector case.Data))

    Measure.dot gap gap / 2.0

let theorem: Theorem =
    { Id = "alignment-deficit"
      Title = "1 - cos ∠(w(t), ŵ) = C²/(2 (log t + γ²⟨ŵ, w̃⟩)²) + O(1/log⁴ t)"
      Source = Soudry.paper "main theorem for the rate 1/log² t; the constant is derived here"
      Hypotheses = [ separable; positiveDuals; weightsNearLimit ]
      Prediction =
        { Prediction.asymptotic "1 - cos ∠(w(t), ŵ)" (tangent ** 2Q / 2Q) with
            Remainder = firstLeftOut
            Transient = exp (-rate * logT) / logT ** 2Q }
      Constants = constants
      Derivation =
        [ Cited "tan ∠ = C/(log t + γ²⟨ŵ, w̃⟩), theorem angle-rate"
          Identity(
              "the cosine of a right triangle with legs a along and a x across",
              a / sqrt (a ** 2Q + (a * x) ** 2Q),
              (1Q + x ** 2Q) ** (-1Q / 2Q)
          )
          Expansion(
              "1 - cos ∠ in the tangent x",
              x,
              0Q,
              1Q - (1Q + x ** 2Q) ** (-1Q / 2Q),
              x ** 2Q / 2Q - 3Q * x ** 4Q / 8Q,
              x ** 6Q
          )
          Assuming(
              "offset real",
              Expansion(
                  "in log t: the first term left out is -(3/8)(C/log t)⁴",
                  logT,
                  infinity,
                  1Q - (1Q + tangent ** 2Q) ** (-1Q / 2Q),
                  tangent ** 2Q / 2Q + firstLeftOut,
                  logT ** -5Q
              )
          ) ]
      Measure = fun case -> Measure.at (deficit case)
      Rivals =
        [ Rival.create
              "leading law"
              "C²/(2 log² t), without the shift"
              (angleConstant ** 2Q / (2Q * logT ** 2Q))
          Rival.create "factor two" "C²/log² t: the square of the angle, not half of it" (tangent ** 2Q)
          Rival.create "rate of the angle" "1/log t for 1 - cos" (tangent / 2Q) ]
      Controls =
        [ { Breaks = "every point on the margin has a positive dual variable"
            Case = case zeroDual [ 0.0; 0.0 ] flowExponential
            PredictedAs = case zeroDual [ 0.0; 0.0 ] flowExponential
            Instead = "the deficit closes like (log log t/log t)²" } ]
      Cases = cases
      OnData = onData methods }
