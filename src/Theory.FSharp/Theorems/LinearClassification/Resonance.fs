/// # Descent and the logistic loss each leave a resonant log t/t behind
///
/// Along ŵ the linearised flow is δ' = -δ in log t, forced at the same rate by the 1/t² corrections of the dynamics: explicit
/// steps add +½ (the modified equation of Euler's method), the second term of log(1 + e^{-m}) adds -Σα²/(ηΣα). A
/// particular solution of x' = -x + c e^{-s} is c s e^{-s}: so ⟨δ, ŵ⟩/‖ŵ‖² ~ c log t/t, c = ½[descent] - [logistic] Σα²/(ηΣα).
module ImplicitBias.Theory.Theorems.Resonance

open System
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.Separable
open ImplicitBias.Theory.LinearClassification

let private resonance = descent / 2Q - logistic * dualConcentration / eta

let private c, x, m, alpha, t =
    symbol "c", symbol "x", symbol "m", symbol "alpha", symbol "t"

/// The modified equation of Euler's method for m' = e^{-m}, and the leading term of its slope in m.
let private modified = exp (-m) + eta / 2Q * exp (-2Q * m)
let private slope = -exp(-m)

/// min(2λ-1, θ-2): how fast the square of the slowest mode and the points off the margin die in t δ.
let private separation = symbol "separation"

let private gapToOne (case: Case) =
    let geometry = geometry case.Data
    Math.Min(2.0 * geometry.SmallestEigenvalue, slackOf geometry.Solution) - 1.0

/// t ⟨δ, ŵ⟩/‖ŵ‖².
let private resonant (case: Case) (snapshot: Snapshot) =
    let direction = maxMarginVector case.Data

    Math.Exp snapshot.LogTime * Measure.dot direction (lag case snapshot)
    / Measure.dot direction direction

/// log(η t) up to 17: η t δ is then known to a few parts in 10⁵. Spaced by 2 throughout, so that the slopes before the first
/// reading measure the same transient, which is largest at the earlier end of a slope.
let private readAt (case: Case) =
    let shift = -Math.Log(case.Method.StepSize case.Data)

    Case.readAt
        (List.map ((+) shift) [ 1.0; 3.0; 5.0; 7.0; 9.0 ])
        (List.map ((+) shift) [ 11.0; 13.0; 15.0; 17.0 ])
        case

/// log(η t) at the earlier end of a slope.
let private earlier = logT + ln eta - 2Q

/// Two support vectors across a symmetric direction: H has eigenvalues 1 and 4, θ = 7/2, Σα²/Σα = 1/4.
let private symmetricPoints =
    Dataset.FromSignedInputs("symmetric points", array2D [ [ 3.0; -1.0 ]; [ -1.0; 3.0 ]; [ 4.0; 3.0 ] ])

/// ŵ = (3/5, 4/5), α = (2/5, 3/5), H has eigenvalues 1 and 6, θ = 16/5, Σα²/Σα = 13/25.
let private steepPoints =
    Dataset.FromSignedInputs(
        "steep points",
        array2D [ [ 3.0; -1.0 ]; [ -1.0; 2.0 ]; [ 2.0; 3.0 ]; [ 4.0; 1.0 ] ]
    )

/// ŵ = (1, 0), α = (1/2, 1/2), H has eigenvalues 1 and 289/400, so that the slow mode squared, t^(1-2λ) = t^(-89/200), is the
/// slowest of the rest, and leads it from a start far off the axis; θ = 4, Σα²/Σα = 1/2.
let private slowPoints =
    Dataset.FromSignedInputs("slow points", array2D [ [ 1.0; 0.85 ]; [ 1.0; -0.85 ]; [ 4.0; 0.0 ] ])

let theorem: Theorem =
    { Id = "resonance"
      Title = "⟨δ(t), ŵ⟩/‖ŵ‖² = c log t/t, c = ½[descent] - [logistic] Σα²/(ηΣα)"
      Source = Soudry.paper "derived here, from the modified equation and the tail of the loss"
      Hypotheses =
        [ separable
          positiveDuals
          { Says = "2λ > 1 and θ > 2, so that 1/t is the slowest rate along ŵ"
            Holds = fun case -> gapToOne case > 0.0 } ]
      Prediction =
        { Prediction.asymptotic "slope of t ⟨P_S (w - ŵ log t) - w̃, ŵ⟩/‖ŵ‖² in log t" resonance with
            // The resonance squared is (log t/t)².
            Transient = exp (-separation * earlier) + earlier ** 2Q * exp -earlier }
      Constants = fun case -> (separation, gapToOne case) :: constants case
      Derivation =
        [ Assuming(
              "c real",
              SolvesOde(
                  "x = c s e^{-s} solves x' = -x + c e^{-s}",
                  logT,
                  [ x, c * logT * exp (-logT), -x + c * exp (-logT) ]
              )
          )
          Assuming(
              "m real",
              Expansion(
                  "Euler's step η e^{-m} is the flow of e^{-m} + (η/2) e^{-2m} for the time η, up to O(η³)",
                  eta,
                  0Q,
                  eta * modified + eta ** 2Q / 2Q * modified * slope,
                  eta * exp (-m),
                  eta ** 3Q
              )
          )
          Substitution(
              "on the margin η t e^{-m} = α the correction (η/2) e^{-2m} is ½ α²/(η t²)",
              eta / 2Q * exp (-2Q * m),
              [ m, ln (eta * t / alpha) ],
              alpha ** 2Q / (2Q * eta * t ** 2Q)
          )
          Expansion(
              "the logistic weight 1/(1 + e^{m}) is x - x² + O(x³) in x = e^{-m}",
              x,
              0Q,
              1Q / (1Q + 1Q / x),
              x - x ** 2Q,
              x ** 3Q
          )
          Substitution(
              "where its second term is -α²/(η t)²",
              -exp(-2Q * m),
              [ m, ln (eta * t / alpha) ],
              -(alpha ** 2Q) / (eta * t) ** 2Q
          ) ]
      Measure = fun case -> Measure.slope (resonant case)
      Rivals =
        [ Rival.create "half a step more" "the forcing of descent, added once too often" (resonance + 1Q / 2Q)
          Rival.create "half a step less" "the forcing of descent with the wrong sign" (resonance - 1Q / 2Q)
          Rival.create
              "logistic term"
              "the second term of the logistic tail with the wrong sign"
              (resonance + dualConcentration / eta)
          Rival.create "no resonance" "1/t without the logarithm" 0Q
          |> Rival.where (fun case -> case.Method.Name <> flowExponential.Name)
          Rival.create
              "flow for descent"
              "the correction of explicit steps left out"
              (resonance - descent / 2Q)
          |> Rival.where isDescent ]
      Controls =
        [ { Breaks = "2λ > 1"
            Case = readAt (case fivePoints [ 0.2; -0.1 ] descentExponential)
            PredictedAs = case symmetricPoints [ 0.2; -0.1 ] descentExponential
            Instead = "the square of the slow mode, t^(1-2λ), drowns the resonance" } ]
      Cases =
        [ for method in methods do
              readAt (case symmetricPoints [ 0.2; -0.1 ] method)
              readAt (case steepPoints [ 0.0; 0.0 ] method)
              readAt (case slowPoints [ 0.2; -2.0 ] method) ]
      OnData = onData methods >> List.map readAt }
