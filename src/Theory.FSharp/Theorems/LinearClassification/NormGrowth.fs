/// # On separable data the weight norm grows like log t over the margin
///
/// w(t) = ŵ log t + ρ(t), with ŵ the max-margin vector and ρ bounded: on the span of the support vectors ρ tends to w̃,
/// the solution of η exp(-⟨zₙ, w̃⟩) = αₙ. Squaring and taking the root,
/// ‖w‖ = ‖ŵ‖ log t + ⟨ŵ, w̃⟩/‖ŵ‖ + (‖ρ‖² - ⟨ŵ, w̃⟩²/‖ŵ‖²)/(2‖ŵ‖ log t) + O(1/log² t).
module ImplicitBias.Theory.Theorems.NormGrowth

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.Separable
open ImplicitBias.Theory.LinearClassification

let private maxMarginNorm = 1Q / gamma
let private shift = gamma * offset // ⟨ŵ, w̃⟩/‖ŵ‖
let private bending = (residualNorm ** 2Q - shift ** 2Q) / (2Q * maxMarginNorm)

let theorem: Theorem =
    { Id = "norm-growth"
      Title = "‖w(t)‖ = log t/γ + γ⟨ŵ, w̃⟩ + O(1/log t)"
      Source = Soudry.paper "main theorem, and the residual w̃ of its refinement; expansion derived here"
      Hypotheses = [ separable; positiveDuals; weightsNearLimit ]
      Prediction =
        { Prediction.asymptotic "‖w(t)‖₂" (maxMarginNorm * logT) with
            Next = shift
            Remainder = bending / logT
            Transient = exp (-rate * logT) }
      Constants = constants
      Derivation =
        [ Cited "w(t) = ŵ log t + ρ(t) with ρ(t) convergent"
          Assuming(
              "offset real",
              Identity(
                  "‖ŵ log t + ρ‖² in the two directions along and across ŵ",
                  (maxMarginNorm * logT + shift) ** 2Q + (residualNorm ** 2Q - shift ** 2Q),
                  maxMarginNorm ** 2Q * logT ** 2Q + 2Q * offset * logT + residualNorm ** 2Q
              )
          )
          Assuming(
              "offset real",
              Expansion(
                  "its square root, with the first term left out",
                  logT,
                  infinity,
                  sqrt (maxMarginNorm ** 2Q * logT ** 2Q + 2Q * offset * logT + residualNorm ** 2Q),
                  maxMarginNorm * logT + shift + bending / logT,
                  logT ** -2Q
              )
          ) ]
      Measure = fun _ -> Measure.at (fun snapshot -> Measure.norm snapshot.Parameters)
      Rivals =
        [ Rival.create "margin for norm" "slope γ in place of 1/γ" (gamma * logT + shift)
          Rival.create
              "mean loss"
              "averaging the loss divides time by n"
              (maxMarginNorm * (logT - ln count) + shift)
          Rival.create "no residual" "the leading term alone" (maxMarginNorm * logT)
          Rival.create
              "iterated logarithm"
              "the rate of a zero dual variable, log log t, in the generic case"
              (maxMarginNorm * ln logT + shift) ]
      Controls =
        [ { Breaks = "the loss is summed, not averaged"
            Case = case fivePoints [ 0.5; -0.5 ] meanDescent
            PredictedAs = case fivePoints [ 0.5; -0.5 ] descentExponential
            Instead = "the norm lags by log n/γ" }
          { Breaks = "the data are linearly separable"
            Case = case contradictory [ 0.0; 0.0 ] flowLogistic
            PredictedAs = case fivePoints [ 0.0; 0.0 ] flowLogistic
            Instead = "the norm stays bounded: the loss has a minimiser" }
          { Breaks = "the loss has an exponential tail"
            Case = fivePointsPolynomial
            PredictedAs = case fivePoints [ 0.0; 0.0 ] flowExponential
            Instead = "the norm grows like a power of t" } ]
      Cases = cases
      OnData = onData methods }
