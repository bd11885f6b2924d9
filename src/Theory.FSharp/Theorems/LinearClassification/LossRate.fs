/// # The loss falls like 1/(γ² η t)
///
/// On the support η t e^{-mₙ} → αₙ, elsewhere it vanishes, so η t L → Σ αₙ = ‖ŵ‖² = 1/γ². The slowest mode of w is
/// orthogonal to ŵ and enters L squared: the error is O(t^(-min(2λ, θ-1, 1))), up to a factor log t.
module ImplicitBias.Theory.Theorems.LossRate

open System
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.Separable
open ImplicitBias.Theory.LinearClassification

let private alpha, beta, m = symbol "alpha", symbol "beta", symbol "m"
let private level, epsilon, x = symbol "level", symbol "epsilon", symbol "x"

let theorem: Theorem =
    { Id = "loss-rate"
      Title = "γ² η t L(w(t)) → 1"
      Source = Soudry.paper "loss rate 1/t; the constant is derived here"
      Hypotheses = [ separable; positiveDuals; weightsNearLimit ]
      Prediction =
        { Prediction.asymptotic "γ² η t L(w(t))" 1Q with
            Transient = logT * exp (-lossExponent * logT) }
      Constants = constants
      Derivation =
        [ Substitution(
              "each support vector contributes αₙ to η t L",
              eta * exp logT * exp (-m),
              [ m, logT + ln (eta / alpha) ],
              alpha
          )
          Assuming(
              "level real",
              Identity(
                  "a point off the support contributes less and less: its margin is θ log t + O(1), θ > 1",
                  eta * exp logT * exp (-((1Q + slack) * logT + level)),
                  eta * exp (-level) * exp (-slack * logT)
              )
          )
          Expansion(
              "a mode orthogonal to ŵ, α₁x₁ + α₂x₂ = 0, enters the loss squared",
              epsilon,
              0Q,
              alpha * exp (-(epsilon * x)) + beta * exp (epsilon * x * alpha / beta),
              alpha + beta + alpha * (alpha + beta) / (2Q * beta) * (epsilon * x) ** 2Q,
              epsilon ** 3Q
          )
          Cited "Σ αₙ = ‖ŵ‖² = 1/γ², by complementary slackness" ]
      Measure =
        fun case ->
            let geometry = geometry case.Data

            let factor =
                geometry.Solution.MarginSquared.ToDouble() * case.Method.StepSize case.Data

            Measure.at (fun snapshot -> factor * Math.Exp(snapshot.LogTime + snapshot.LogLoss))
      Rivals =
        [ Rival.create "γ for γ²" "the margin in place of its square" gamma
          Rival.create "mean loss" "averaging the loss but not the step" (1Q / count)
          Rival.create "logarithm" "L ~ 1/(t log t)" (1Q / logT)
          Rival.create "step size forgotten" "t counts iterations, but η is left out" eta
          |> Rival.where isDescent ]
      Controls =
        [ { Breaks = "the loss has an exponential tail"
            Case = fivePointsPolynomial
            PredictedAs = case fivePoints [ 0.0; 0.0 ] flowExponential
            Instead = "the loss falls like a smaller power of t" }
          { Breaks = "the data are linearly separable"
            Case = case contradictory [ 0.0; 0.0 ] flowLogistic
            PredictedAs = case fivePoints [ 0.0; 0.0 ] flowLogistic
            Instead = "the loss tends to a positive minimum" } ]
      Cases = cases
      OnData = onData methods }
