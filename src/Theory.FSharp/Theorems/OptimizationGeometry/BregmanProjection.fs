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

let private w, v, u, p, b =
    symbol "w", symbol "v", symbol "u", symbol "p", symbol "b"

let private x, t, k, e, e0 =
    symbol "x", symbol "t", symbol "k", symbol "e", symbol "e0"

/// D(w, v) of the entropy.
let private divergence w v = w * ln (w / v) - w + v

/// Where mistakes lead, and how far from w(∞).
let private detours =
    [ for symbol, name, mistake, other in mistakes ->
          Detour.from projection (Detour.distance projection) symbol name mistake other ]

let private readAt = nearEnd

let theorem: Theorem =
    { Id = "bregman-projection"
      Title = "w(t) → argmin {D(w, w(0)) : Xw = y}, at the rate of X∇²ψ(w(∞))⁻¹Xᵀ"
      Source =
        Papers.optimizationGeometry
            "mirror descent on losses with a unique finite root; the rate is derived here"
      Hypotheses =
        [ interpolates
          underdetermined
          moves
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
          Derivative(
              "which increases, so that ψ is strictly convex and ∇ψ has an inverse: its slope is 1/w",
              w,
              ln w,
              w ** -1Q
          )
          Derivative("Burg: d(-log w) = -1/w", w, -1Q * ln w, -1Q / w)
          Derivative("which increases: its slope is 1/w²", w, -1Q / w, w ** -2Q)
          Derivative("p-norm: d(wᵖ/p) = w^{p-1}, w > 0", w, w ** p / p, w ** (p - 1Q))
          Derivative(
              "which increases if p > 1: its slope is (p - 1)w^{p-2}",
              w,
              w ** (p - 1Q),
              (p - 1Q) * w ** (p - 2Q)
          )
          Derivative(
              "hypentropy: d(w log(w/b + √(1 + w²/b²)) - √(w² + b²)) = asinh(w/b)",
              w,
              w * ln (w / b + sqrt (1Q + w ** 2Q / b ** 2Q)) - sqrt (w ** 2Q + b ** 2Q),
              ln (w / b + sqrt (1Q + w ** 2Q / b ** 2Q))
          )
          Assuming(
              "w real",
              Derivative(
                  "which increases: its slope is 1/√(w² + b²)",
                  w,
                  ln (w / b + sqrt (1Q + w ** 2Q / b ** 2Q)),
                  1Q / sqrt (w ** 2Q + b ** 2Q)
              )
          )
          Derivative(
              "D(w, v) ≥ 0, here for the entropy: its slope log w - log v is negative below v and positive above",
              w,
              divergence w v,
              ln w - ln v
          )
          Substitution("and it is zero at w = v", divergence w v, [ w, v ], 0Q)
          Identity(
              "D(w, v) = D(w, u) + D(u, v) + (∇ψ(u) - ∇ψ(v))(w - u): the last term is zero for interpolants w and u if ∇ψ(u) - ∇ψ(v) lies in the row space, so u is nearest",
              divergence w v,
              divergence w u + divergence u v + (ln u - ln v) * (w - u)
          )
          SolvesOde(
              "near the limit u the slowest mode decays at its rate",
              t,
              [ e, e0 * exp (-kappa * t), -kappa * e ]
          )
          Assuming(
              "x in (0,1)",
              Identity(
                  "and k steps of descent, x = ηκ, at the rate -log(1 - ηκ)",
                  (1Q - x) ** k,
                  exp (k * ln (1Q - x))
              )
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
          readAt twoRows signedStart (mirrorFlow weighted)
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
