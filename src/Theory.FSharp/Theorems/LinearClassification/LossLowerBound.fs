/// # The loss of the flow is at least 1/(1/L₀ + R² t), at every t
///
/// d(1/L)/dt = ‖Σ pₙ zₙ‖² ≤ R², R the largest norm of a point.
module ImplicitBias.Theory.Theorems.LossLowerBound

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.Separable
open ImplicitBias.Theory.LinearClassification

let private t, startLoss, inverseLoss =
    symbol "t", symbol "L0", symbol "inverseLoss"

let private p, c = symbol "p", symbol "c"

/// log(t L) where 1/L = 1/L₀ + k t.
let private bound slope = -ln(slope + exp (-logT - startLogLoss))

let private allTimes =
    Case.readAt [] [ -5.0; -2.0; 0.0; 1.0; 2.0; 5.0; 10.0; 1e2; 1e4; 1e6 ]

/// The five points in a unit ten times smaller.
let private magnified =
    Dataset.FromSignedInputs("five points, tenfold", Array2D.map ((*) 10.0) (fivePoints.SignedInputs()))

let theorem: Theorem =
    { Id = "loss-lower-bound"
      Title = "L(w(t)) ≥ 1/(1/L₀ + R² t) for all t"
      Source = Soudry.paper "loss rate; the bound for all t is derived here"
      Hypotheses = [ separable ]
      Prediction = Prediction.lowerBound "log(t L(w(t)))" (bound (radius ** 2Q))
      Constants = constants
      Derivation =
        [ SolvesOde(
              "1/L with slope R² at most, from 1/L₀",
              t,
              [ inverseLoss, 1Q / startLoss + radius ** 2Q * t, radius ** 2Q ]
          )
          Assuming(
              "logT real, logL0 real",
              Identity(
                  "in logarithms, log(t L) = -log(R² + 1/(L₀ t))",
                  ln (exp logT / (1Q / exp startLogLoss + radius ** 2Q * exp logT)),
                  bound (radius ** 2Q)
              )
          )
          Assuming(
              "logL0 real",
              Limit("t L ≥ at last 1/R²", logT, infinity, bound (radius ** 2Q), -2Q * ln radius)
          )
          Assuming(
              "p in [0,1], c in [-1,1]",
              Inequality(
                  "‖p z₁ + (1-p) z₂‖² ≤ 1 for two unit vectors at cosine c; Cauchy-Schwarz does the same for more",
                  p ** 2Q + 2Q * p * (1Q - p) * c + (1Q - p) ** 2Q,
                  1Q
              )
          )
          Cited "‖Σ pₙ zₙ‖ ≤ R for every probability vector p, by the triangle inequality" ]
      Measure = fun _ -> Measure.at (fun snapshot -> snapshot.LogTime + snapshot.LogLoss)
      Rivals =
        [ Rival.create "margin for radius" "γ² in place of R²: the upper bound" (bound (gamma ** 2Q))
          Rival.create "start forgotten" "1/(γ² t), the limit law, at every t" (-ln(gamma ** 2Q))
          Rival.create "root rate" "L ≥ 1/√t, the rate of a convex bound" (logT / 2Q) ]
      Controls =
        [ { Breaks = "R bounds the norm of every point"
            Case = allTimes (case magnified [ 0.0; 0.0 ] flowExponential)
            PredictedAs = case fivePoints [ 0.0; 0.0 ] flowExponential
            Instead = "in units ten times smaller the loss falls a hundred times faster" } ]
      Cases =
        cases
        |> List.filter (fun case -> case.Method.Name = flowExponential.Name)
        |> List.map allTimes
      OnData = onData [ flowExponential ] >> List.map allTimes }
