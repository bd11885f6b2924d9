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
open ImplicitBias.Theory.LossBounds

let private p, c = symbol "p", symbol "c"

/// The five points in a unit ten times smaller.
let private magnified =
    Dataset.FromSignedInputs("five points, tenfold", Array2D.map ((*) 10.0) (fivePoints.SignedInputs()))

/// Whether γ² > R²/n, so that the loss falls below the bound of the mean.
let private isFasterThanMean (case: Case) =
    (geometry case.Data).Solution.MarginSquared.ToDouble()
    * float case.Data.SampleCount
        >
        case.Data.Margins.SquaredRadius

let theorem: Theorem =
    { Id = "loss-lower-bound"
      Title = "L(w(t)) ≥ 1/(1/L₀ + R² t) for all t"
      Source = Soudry.paper "loss rate; the bound for all t is derived here"
      Hypotheses = [ separable ]
      Prediction = Prediction.lowerBound "log(t L(w(t)))" (bound (radius ** 2Q))
      Constants = constants
      Derivation =
        boundDerivation "at most" "R" radius
        @ [ Assuming(
                "p in [0,1], c in [-1,1]",
                Identity(
                    "1 - ‖p z₁ + (1-p) z₂‖² ≥ 0 for two unit vectors at cosine c; Cauchy-Schwarz does the same for more",
                    1Q - p ** 2Q - 2Q * p * (1Q - p) * c - (1Q - p) ** 2Q,
                    2Q * p * (1Q - p) * (1Q - c)
                )
            )
            Cited "‖Σ pₙ zₙ‖ ≤ R for every probability vector p, by the triangle inequality" ]
      Measure = fun _ -> logTimesLoss
      Rivals =
        [ Rival.create "margin for radius" "γ² in place of R²: the upper bound" (bound (gamma ** 2Q))
          |> Rival.where isSpread
          Rival.create
              "mean loss"
              "R²/n for R²: the flow on the mean is n times slower"
              (bound (radius ** 2Q / count))
          |> Rival.where isFasterThanMean
          Rival.create "start forgotten" "1/(γ² t), the limit law, at every t" (-ln(gamma ** 2Q))
          Rival.create "root rate" "L ≥ 1/√t, the rate of a convex bound" (logT / 2Q) ]
      Controls =
        [ { Breaks = "R bounds the norm of every point"
            Case = allTimes (case magnified [ 0.0; 0.0 ] flowExponential)
            PredictedAs = case fivePoints [ 0.0; 0.0 ] flowExponential
            Instead = "in units ten times smaller the loss falls a hundred times faster" } ]
      Cases = flows
      OnData = onData [ flowExponential ] >> List.map allTimes }
