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

let private maxMarginNorm = 1Q / gamma
let private shift = gamma * offset // ⟨ŵ, w̃⟩/‖ŵ‖
let private bending = (residualNorm ** 2Q - shift ** 2Q) / (2Q * maxMarginNorm)

let theorem: Theorem =
    { Id = "norm-growth"
      Title = "‖w(t)‖ = log t/γ + γ⟨ŵ, w̃⟩ + O(1/log t)"
      Source =
        { Authors = "Soudry, Hoffer, Nacson, Gunasekar, Srebro"
          Year = 2017
          ArXiv = "1710.10345"
          Place = "main theorem, and the residual w̃ of its refinement; expansion derived here" }
      Hypotheses = [ separable; positiveDuals ]
      Prediction =
        { Quantity = "‖w(t)‖₂"
          Claim = Asymptotic
          Leading = maxMarginNorm * logT
          Next = shift
          Remainder = bending / logT
          Transient = exp (-rate * logT) }
      Constants = constants
      Derivation =
        [ Cited "w(t) = ŵ log t + ρ(t) with ρ(t) convergent"
          Identity(
              "the square of the expansion is ‖ŵ log t + ρ‖² up to terms in 1/log t",
              (maxMarginNorm * logT + shift + bending / logT) ** 2Q,
              maxMarginNorm ** 2Q * logT ** 2Q
              + 2Q * offset * logT
              + residualNorm ** 2Q
              + 2Q * shift * bending / logT
              + bending ** 2Q / logT ** 2Q
          ) ]
      Measure = fun _ -> Measure.at (fun snapshot -> Measure.norm snapshot.Parameters)
      Rivals =
        [ { Name = "margin for norm"
            Mistake = "slope γ in place of 1/γ"
            Value = gamma * logT + shift }
          { Name = "mean loss"
            Mistake = "averaging the loss divides time by n"
            Value = maxMarginNorm * (logT - ln count) + shift }
          { Name = "no residual"; Mistake = "the leading term alone"; Value = maxMarginNorm * logT }
          { Name = "iterated logarithm"
            Mistake = "the rate of a zero dual variable, log log t, in the generic case"
            Value = maxMarginNorm * ln logT + shift } ]
      Controls =
        [ { Breaks = "the loss is summed"
            Case =
              LinearClassification.case
                  LinearClassification.fivePoints
                  [ 0.5; -0.5 ]
                  LinearClassification.meanDescent
            PredictedAs =
              LinearClassification.case
                  LinearClassification.fivePoints
                  [ 0.5; -0.5 ]
                  LinearClassification.descentExponential
            Instead = "the norm lags by log n/γ" } ]
      Cases = LinearClassification.cases
      OnData = LinearClassification.onData LinearClassification.methods }
