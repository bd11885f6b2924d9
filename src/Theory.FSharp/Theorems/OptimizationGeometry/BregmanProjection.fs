/// # Mirror flow goes to the Bregman projection of its start, as fast as the metric there says
///
/// w(∞) = argmin {D(w, w(0)) : Xw = y}, whatever the step, if Xw(t) → y. Near it the flow is linear, with the rates
/// of X∇²ψ(w(∞))⁻¹Xᵀ: the distance to the projection, which is computed by Newton's method on the dual, shrinks like e^{-κt},
/// κ the smallest of them; descent with step η has -log(1 - ηκ).
module ImplicitBias.Theory.Theorems.BregmanProjection

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearRegression
open ImplicitBias.Theory.Interpolants

let private w, v, p, b = symbol "w", symbol "v", symbol "p", symbol "b"

/// Where mistakes lead, and how far from w(∞).
let private detours =
    let detour = Detour.from projection (Detour.distance projection)

    [ detour "toClosest" "closest in ℓ₂" "the geometry of gradient descent" (closestTo start)
      detour "toForgotten" "start forgotten" "argmin ψ in place of argmin D(·, w(0))" leastPotential
      detour "toSparsest" "sparsest" "the ℓ₁ minimiser" sparsest ]

let private readAt = nearEnd

let private matrix =
    Mahalanobis(Array2D.init 5 5 (fun i j -> if i = j then float (i + 1) + 0.25 else 0.25))

let theorem: Theorem =
    { Id = "bregman-projection"
      Title = "w(t) → argmin {D(w, w(0)) : Xw = y}, at the rate of X∇²ψ(w(∞))⁻¹Xᵀ"
      Source =
        Papers.optimizationGeometry
            "mirror descent on losses with a unique finite root; the rate is derived here"
      Hypotheses =
        [ interpolates
          underdetermined
          settles
              (fun case snapshot ->
                  (flowRates case.Data (potential case) (Seq.toArray snapshot.Parameters))[0])
              (fun case -> (flowRates case.Data (potential case) (projection case))[0]) ]
      Prediction =
        { Prediction.asymptotic "‖w(t) - w(∞)‖₂, w(∞) the Bregman projection of w(0)" 0Q with
            Transient = exp (-kappa * exp logT) }
      Constants = fun case -> Detour.constants detours case @ rateConstants case
      Derivation =
        [ Derivative("entropy: d(w log w - w) = log w", w, w * ln w - w, ln w)
          Identity("entropy: the inverse of log", exp (ln w), w)
          Derivative("Burg: d(-log w) = -1/w", w, -1Q * ln w, -1Q / w)
          Identity("Burg: the inverse of -1/w is itself", -1Q / (-1Q / w), w)
          Derivative("p-norm: d(wᵖ/p) = w^{p-1}, w > 0", w, w ** p / p, w ** (p - 1Q))
          Derivative(
              "hypentropy: d(w log(w/b + √(1 + w²/b²)) - √(w² + b²)) = asinh(w/b)",
              w,
              w * ln (w / b + sqrt (1Q + w ** 2Q / b ** 2Q)) - sqrt (w ** 2Q + b ** 2Q),
              ln (w / b + sqrt (1Q + w ** 2Q / b ** 2Q))
          )
          Derivative(
              "d/dw D(w, v) = ∇ψ(w) - ∇ψ(v), here for the entropy",
              w,
              w * ln (w / v) - w + v,
              ln w - ln v
          ) ]
      Measure =
        fun case ->
            let limit = projection case
            Measure.at (fun snapshot -> Measure.norm (Measure.minus snapshot.Parameters limit))
      Rivals = Detour.rivals detours
      Controls =
        [ { Breaks = "the start is the one projected"
            Case = readAt twoRows (List.map (fun w -> 2.0 * w) positiveStart) (mirrorFlow (NegativeEntropy()))
            PredictedAs = readAt twoRows positiveStart (mirrorFlow (NegativeEntropy()))
            Instead = "another start has another projection" }
          { Breaks = "the dual moves along the rows"
            Case =
              (let predicted = readAt twoRows signedStart descent
               Case.readAt predicted.Auxiliary predicted.LogTimes (readAt twoRows signedStart adam))
            PredictedAs = readAt twoRows signedStart descent
            Instead = "Adam goes elsewhere" } ]
      Cases =
        [ readAt twoRows signedStart flow
          readAt twoRows signedStart descent
          readAt twoRows positiveStart (mirrorFlow (NegativeEntropy()))
          readAt twoRows positiveStart (mirrorDescent (NegativeEntropy()) 1.0)
          readAt twoRows positiveStart (mirrorFlow (Burg()))
          readAt twoRows signedStart (mirrorFlow matrix)
          readAt twoRows signedStart (mirrorFlow (Hypentropy 0.5))
          readAt twoRows signedStart (mirrorFlow (PNorm 1.5))
          readAt twoRows signedStart (mirrorFlow (PNorm 3.0))
          readAt oneMean [ 0.1; 0.2; 0.4; 0.1; 0.2 ] (mirrorFlow (SimplexEntropy()))
          readAt twoIrises [ 0.3; 0.1; 1.0 ] (mirrorFlow (NegativeEntropy()))
          readAt nearlyParallel [ 1.0; 0.5; 0.25; 0.5 ] (mirrorFlow (Hypentropy 0.5)) ]
      OnData =
        fun data ->
            let start = generic data.Dimension

            [ for method in [ flow; descent; mirrorFlow (Hypentropy 0.5); mirrorFlow (PNorm 1.5) ] do
                  readAt data start method
              readAt data (genericPositive data.Dimension) (mirrorFlow (NegativeEntropy())) ] }
