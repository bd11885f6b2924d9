/// # The loss of the flow is at most 1/(1/L₀ + γ² t), at every t
///
/// d(1/L)/dt = ‖∇L‖²/L² = ‖Σ pₙ zₙ‖² with p the softmax of the negative margins, and every point of the convex hull of
/// the zₙ is at least γ away from the origin.
module ImplicitBias.Theory.Theorems.LossUpperBound

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.Separable
open ImplicitBias.Theory.LinearClassification
open ImplicitBias.Theory.LossBounds

let theorem: Theorem =
    { Id = "loss-upper-bound"
      Title = "L(w(t)) ≤ 1/(1/L₀ + γ² t) for all t"
      Source = Soudry.paper "loss rate; the bound for all t is derived here"
      Hypotheses = [ separable ]
      Prediction = Prediction.upperBound "log(t L(w(t)))" (bound (gamma ** 2Q))
      Constants = constants
      Derivation =
        boundDerivation "at least" "γ" gamma
        @ [ Cited "‖Σ pₙ zₙ‖ ≥ γ for every probability vector p, by duality" ]
      Measure = fun _ -> logTimesLoss
      Rivals =
        [ Rival.create "radius for margin" "R² in place of γ²: the lower bound" (bound (radius ** 2Q))
          |> Rival.where isSpread
          Rival.create "twice as fast" "2γ² for γ²" (bound (2Q * gamma ** 2Q))
          Rival.create "start inverted" "L₀ for 1/L₀" (-ln(gamma ** 2Q + exp (startLogLoss - logT)))
          Rival.create "square rate" "L ≤ 1/t²" -logT ]
      Controls =
        [ { Breaks = "the loss is exponential"
            Case = fivePointsPolynomial
            PredictedAs = case fivePoints [ 0.0; 0.0 ] flowExponential
            Instead = "the loss falls like a smaller power of t" } ]
      Cases = flows
      OnData = onData [ flowExponential ] >> List.map allTimes }
