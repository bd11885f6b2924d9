/// # Mirror methods never move the part of ∇ψ(w) orthogonal to the data
///
/// Flow and descent alike change the dual z = ∇ψ(w) by combinations of the rows, so P₀∇ψ(w(t)) = P₀∇ψ(w(0)) exactly: for all t,
/// any step, full or stochastic. With Xw = y this is all of the KKT conditions of the Bregman projection: a certificate on
/// the end point. On the simplex duals are taken up to a constant, so the space is row(X) + span(1).
module ImplicitBias.Theory.Theorems.DualComponent

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.LinearRegression
open ImplicitBias.Theory.Interpolants

let private g1, g2, x1, x2, u =
    symbol "g1", symbol "g2", symbol "x1", symbol "x2", symbol "u"

let private w, w0, v, t = symbol "w", symbol "w0", symbol "v", symbol "t"
let private y, z = symbol "y", symbol "z"
let private psiU, psiV, psiW = symbol "psiU", symbol "psiV", symbol "psiW"

let private drift (case: Case) =
    dualDrift case.Data (potential case) case.Start >> Measure.norm

/// Where mistakes lead, as far as it is inside the domain, and how far the dual is from its start there.
let private detours =
    // Between the interpolants that ψ and ℓ₂ choose.
    let halfway (case: Case) =
        closestTo start case
        |> Option.map (Array.map2 (fun a b -> (a + b) / 2.0) (projection case))

    [ for symbol, name, mistake, other in
          mistakes
          @ [ "toHalfway", "halfway", "a compromise between the two geometries", halfway ] ->
          Detour.from projection drift symbol name mistake (fun case ->
              other case
              |> Option.filter (fun point -> (potential case).Contains(System.ReadOnlySpan point))) ]

let private readAt = alongPath

let theorem: Theorem =
    { Id = "dual-component"
      Title = "P₀∇ψ(w(t)) = P₀∇ψ(w(0)) for all t, P₀ orthogonal to the data"
      Source = Papers.optimizationGeometry "mirror descent on losses with a unique finite root"
      Hypotheses = [ interpolates; underdetermined ]
      Prediction = Prediction.forAllTime "‖P₀(∇ψ(w(t)) - ∇ψ(w(0)))‖₂" 0Q
      Constants = fun case -> Detour.constants detours case
      Derivation =
        [ SolvesOde(
              "mirror flow under one row x and a constant residual g, here of the entropy: w' = -wgx",
              t,
              [ w, w0 * exp (-g1 * x1 * t), -w * g1 * x1 ]
          )
          Identity(
              "so ∇ψ(w) - ∇ψ(w(0)) is a multiple of the row",
              ln (w0 * exp (-g1 * x1 * t)) - ln w0,
              -g1 * t * x1
          )
          Identity(
              "⟨u, Σ gᵢxᵢ⟩ = Σ gᵢ⟨u, xᵢ⟩, which vanishes with every ⟨u, xᵢ⟩",
              u * (g1 * x1 + g2 * x2),
              g1 * (u * x1) + g2 * (u * x2)
          )
          Identity(
              "why this certifies: D(w, v) - D(u, v) - D(w, u) = (∇ψ(u) - ∇ψ(v))(w - u), slopes y at v and z at u, is zero for interpolants w and u",
              (psiW - psiV - y * (w - v))
              - (psiU - psiV - y * (u - v))
              - (psiW - psiU - z * (w - u)),
              (z - y) * (w - u)
          ) ]
      Measure = fun case -> Measure.at (fun snapshot -> drift case snapshot.Parameters)
      Rivals = Detour.rivals detours
      Controls =
        [ { Breaks = "every step is a combination of the rows"
            Case =
              (let predicted = readAt twoRows signedStart descent
               Case.readAt [] predicted.LogTimes (readAt twoRows signedStart adam))
            PredictedAs = readAt twoRows signedStart descent
            Instead = "Adam leaves the span" }
          { Breaks = "the start is the one projected"
            Case = readAt twoRows (List.map (fun w -> 2.0 * w) positiveStart) (mirrorFlow (NegativeEntropy()))
            PredictedAs = readAt twoRows positiveStart (mirrorFlow (NegativeEntropy()))
            Instead = "a biased start keeps its own dual part" } ]
      Cases =
        [ for method in [ flow; descent; stochasticDescent ] do
              readAt twoRows signedStart method
          readAt twoRows positiveStart (mirrorFlow (NegativeEntropy()))
          readAt twoRows positiveStart (mirrorDescent (NegativeEntropy()) 1.0)
          readAt twoRows positiveStart (stochastic (NegativeEntropy()) 1.0 2UL)
          readAt twoRows positiveStart (mirrorFlow (Burg()))
          readAt twoRows signedStart (mirrorFlow weighted)
          readAt twoRows signedStart (mirrorFlow (Hypentropy 0.5))
          readAt twoRows signedStart (mirrorFlow (PNorm 1.5))
          readAt twoRows signedStart (mirrorDescent (PNorm 3.0) 0.25)
          readAt oneMean [ 0.1; 0.2; 0.4; 0.1; 0.2 ] (mirrorFlow (SimplexEntropy()))
          readAt twoIrises [ 0.3; 0.1; 1.0 ] (mirrorFlow (NegativeEntropy()))
          readAt nearlyParallel [ 1.0; 0.5; 0.25; 0.5 ] (mirrorFlow (Hypentropy 0.5))
          readAt SpectralRegression.general SpectralRegression.generalStart (mirrorFlow (SpectralEntropy())) ]
      OnData =
        fun data ->
            let start = generic data.Dimension

            [ for method in [ flow; descent; mirrorFlow (Hypentropy 0.5); mirrorFlow (PNorm 1.5) ] do
                  readAt data start method
              readAt data (genericPositive data.Dimension) (mirrorFlow (NegativeEntropy())) ] }
