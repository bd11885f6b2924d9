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

let private t, startLoss, inverseLoss =
    symbol "t", symbol "L0", symbol "inverseLoss"

/// log(t L) where 1/L = 1/L₀ + k t.
let private bound slope = -ln(slope + exp (-logT - startLogLoss))

let private allTimes =
    Case.readAt [] [ -5.0; -2.0; 0.0; 1.0; 2.0; 5.0; 10.0; 1e2; 1e4; 1e6 ]

let theorem: Theorem =
    { Id = "loss-upper-bound"
      Title = "L(w(t)) ≤ 1/(1/L₀ + γ² t) for all t"
      Source = Soudry.paper "loss rate; the bound for all t is derived here"
      Hypotheses = [ separable ]
      Prediction = Prediction.upperBound "log(t L(w(t)))" (bound (gamma ** 2Q))
      Constants = constants
      Derivation =
        [ SolvesOde(
              "1/L with slope γ² at least, from 1/L₀",
              t,
              [ inverseLoss, 1Q / startLoss + gamma ** 2Q * t, gamma ** 2Q ]
          )
          Assuming(
              "logT real, logL0 real",
              Identity(
                  "in logarithms, log(t L) = -log(γ² + 1/(L₀ t))",
                  ln (exp logT / (1Q / exp startLogLoss + gamma ** 2Q * exp logT)),
                  bound (gamma ** 2Q)
              )
          )
          Assuming(
              "logL0 real",
              Limit("t L ≤ at last 1/γ²", logT, infinity, bound (gamma ** 2Q), -2Q * ln gamma)
          )
          Cited "‖Σ pₙ zₙ‖ ≥ γ for every probability vector p, by duality" ]
      Measure = fun _ -> Measure.at (fun snapshot -> snapshot.LogTime + snapshot.LogLoss)
      Rivals =
        [ Rival.create "radius for margin" "R² in place of γ²: the lower bound" (bound (radius ** 2Q))
          Rival.create "twice as fast" "2γ² for γ²" (bound (2Q * gamma ** 2Q))
          Rival.create "start inverted" "L₀ for 1/L₀" (-ln(gamma ** 2Q + exp (startLogLoss - logT)))
          Rival.create "square rate" "L ≤ 1/t²" -logT ]
      Controls =
        [ { Breaks = "the loss is exponential"
            Case = readShortly (case fivePoints [ 0.0; 0.0 ] flowPolynomial)
            PredictedAs = case fivePoints [ 0.0; 0.0 ] flowExponential
            Instead = "the loss falls like a smaller power of t" } ]
      Cases =
        cases
        |> List.filter (fun case -> case.Method.Name = flowExponential.Name)
        |> List.map allTimes
      OnData = onData [ flowExponential ] >> List.map allTimes }
