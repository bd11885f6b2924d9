/// # w(t) - ŵ log t tends to w̃, where every support vector carries its dual weight
///
/// Put w = ŵ log t + w̃ into the weights of the gradient: η t e^{-⟨zₙ, w⟩} = η t e^{-log t - ⟨zₙ, w̃⟩} = αₙ on the support,
/// so that dw/d log t = Σ αₙ zₙ = ŵ: the ansatz solves the flow up to terms that vanish with t.
module ImplicitBias.Theory.Theorems.ResidualLimit

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.Separable
open ImplicitBias.Theory.LinearClassification


let private alpha, m, time, startMass =
    symbol "alpha", symbol "m", symbol "t", symbol "startMass"

let private maxMarginNorm = 1Q / gamma

let theorem: Theorem =
    { Id = "residual-limit"
      Title = "P_S (w(t) - ŵ log t) → w̃, ⟨zₙ, w̃⟩ = log(η/αₙ)"
      Source = Soudry.paper "the limit equation of w̃"
      Hypotheses = [ separable; positiveDuals; weightsNearLimit ]
      Prediction =
        { Prediction.asymptotic "‖P_S (w(t) - ŵ log t) - w̃‖₂" 0Q with
            Transient = exp (-rate * logT) }
      Constants = fun case -> (symbol "residualOnSupport", Measure.norm (residual case)) :: constants case
      Derivation =
        [ Substitution(
              "η t e^{-m} = α where m = log t + log(η/α)",
              eta * exp logT * exp (-m),
              [ m, logT + ln (eta / alpha) ],
              alpha
          )
          SolvesOde(
              "one support vector z, α = 1/z²: the margin solves m' = η z² e^{-m} exactly",
              time,
              [ m, ln (startMass + eta * time / alpha), eta / alpha * exp (-m) ]
          )
          Limit(
              "and tends to log t + log(η/α), wherever it started",
              time,
              infinity,
              ln (startMass + eta * time / alpha) - ln time,
              ln (eta / alpha)
          )
          Limit(
              "at a distance of order 1/t",
              time,
              infinity,
              time * (ln (startMass + eta * time / alpha) - ln (eta * time / alpha)),
              startMass * alpha / eta
          ) ]
      Measure = fun case -> Measure.at (fun snapshot -> Measure.norm (lag case snapshot))
      Rivals =
        [ Rival.create "mean loss" "averaging divides η by n: w̃ moves by ŵ log n" (maxMarginNorm * ln count)
          Rival.create
              "normalised dual"
              "p = α/Σα in place of α: w̃ moves by ŵ log Σα"
              (maxMarginNorm * abs (ln (1Q / gamma ** 2Q)))
          Rival.create "no residual" "w(t) - ŵ log t → 0" (symbol "residualOnSupport")
          Rival.create
              "step size forgotten"
              "t counts iterations, but η is left out: w̃ moves by ŵ log η"
              (maxMarginNorm * abs (ln eta))
          |> Rival.where isDescent ]
      Controls =
        [ { Breaks = "the loss is summed, not averaged"
            Case = case iris [ 0.0; 0.0; 0.0; 0.0 ] meanDescent
            PredictedAs = case iris [ 0.0; 0.0; 0.0; 0.0 ] descentExponential
            Instead = "the residual is w̃ - ŵ log n" }
          { Breaks = "every point on the margin has a positive dual variable"
            Case = case zeroDual [ 0.0; 0.0 ] flowLogistic
            PredictedAs = case fivePoints [ 0.0; 0.0 ] flowLogistic
            Instead = "the residual diverges like log log t" } ]
      Cases = cases
      OnData = onData methods }
