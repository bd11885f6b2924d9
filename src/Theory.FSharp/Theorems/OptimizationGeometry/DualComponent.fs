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

/// The drift at the interpolant closest in ℓ₂, at the one of the potential's own start, and at the ℓ₁ minimiser.
let private ofClosest, ofForgotten, ofFlat =
    symbol "ofClosest", symbol "ofForgotten", symbol "ofFlat"

let private g1, g2, x1, x2, u =
    symbol "g1", symbol "g2", symbol "x1", symbol "x2", symbol "u"

let private w, w0, v, t = symbol "w", symbol "w0", symbol "v", symbol "t"
let private y, z = symbol "y", symbol "z"
let private psiU, psiV, psiW = symbol "psiU", symbol "psiV", symbol "psiW"

let private drift (case: Case) =
    dualDrift case.Data (potential case) case.Start >> Measure.norm

/// The size of the drift at an interpolant; 0 where it cannot be told from none, or is not a point of the domain.
let private driftAt (case: Case) (point: float array option) =
    match point with
    | Some point when (potential case).Contains(System.ReadOnlySpan point) -> drift case point
    | _ -> 0.0

let private closest (case: Case) =
    tryProject case.Data (Euclidean()) case.Start

/// A start near which the potential is smallest, another one than that of the case.
let private forgotten (case: Case) =
    let d = case.Data.Dimension

    let own =
        match (potential case).Domain with
        | PotentialDomain.Simplex -> Array.create d (1.0 / float d)
        | PotentialDomain.PositiveOrthant -> Array.create d 1.0
        | _ -> Array.zeroCreate d

    tryProject case.Data (potential case) own

/// Between the interpolants that ψ and ℓ₂ choose: what halfway a mistake would give.
let private halfway (case: Case) =
    match closest case with
    | Some other -> Some(Array.map2 (fun a b -> (a + b) / 2.0) other (projection case))
    | None -> None

let private visible size case = size case > 1e-6

let private readAt = caseAt [] [ 0.1; 1.0; 3.0; 10.0; 60.0 ]

let private positive = [ 0.2; 0.1; 0.5; 0.3; 0.4 ]
let private signed = [ 0.5; -0.25; 1.0; 0.1; 0.75 ]

let private onIrises = [ 0.3; 0.1; 1.0 ]

let theorem: Theorem =
    { Id = "dual-component"
      Title = "P₀∇ψ(w(t)) = P₀∇ψ(w(0)) for all t, P₀ orthogonal to the data"
      Source =
        { Authors = "Gunasekar, Lee, Soudry, Srebro"
          Year = 2018
          ArXiv = "1802.08246"
          Place = "mirror descent on losses with a unique finite root" }
      Hypotheses = [ interpolates; underdetermined ]
      Prediction =
        { Quantity = "‖P₀(∇ψ(w(t)) - ∇ψ(w(0)))‖₂"
          Claim = ForAllTime
          Leading = 0Q
          Next = 0Q
          Remainder = 0Q
          Transient = 0Q }
      Constants =
        fun case ->
            [ ofClosest, driftAt case (closest case)
              ofForgotten, driftAt case (forgotten case)
              ofFlat, driftAt case (halfway case) ]
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
      Rivals =
        [ Rival.create "closest in ℓ₂" "the primal part P₀w conserved instead" ofClosest
          |> Rival.where (visible (fun case -> driftAt case (closest case)))
          Rival.create "start forgotten" "min ψ(w) in place of min D(w, w(0))" ofForgotten
          |> Rival.where (visible (fun case -> driftAt case (forgotten case)))
          Rival.create "halfway" "a compromise between the two geometries" ofFlat
          |> Rival.where (visible (fun case -> driftAt case (halfway case))) ]
      Controls =
        [ { Breaks = "every step is a combination of the rows"
            Case =
              (let predicted = readAt twoRows signed descent
               Case.readAt [] predicted.LogTimes (readAt twoRows signed adam))
            PredictedAs = readAt twoRows signed descent
            Instead = "Adam leaves the span" }
          { Breaks = "the start is the one projected"
            Case = readAt twoRows (List.map (fun w -> 2.0 * w) positive) (mirrorFlow (NegativeEntropy()))
            PredictedAs = readAt twoRows positive (mirrorFlow (NegativeEntropy()))
            Instead = "a biased start keeps its own dual part" } ]
      Cases =
        [ for method in [ flow; descent; stochasticDescent ] do
              readAt twoRows signed method
          readAt twoRows positive (mirrorFlow (NegativeEntropy()))
          readAt twoRows positive (mirrorDescent (NegativeEntropy()) 1.0)
          readAt twoRows positive (stochastic (NegativeEntropy()) 1.0 2UL)
          readAt twoRows positive (mirrorFlow (Burg()))
          readAt twoRows signed (mirrorFlow (Hypentropy 0.5))
          readAt twoRows signed (mirrorFlow (PNorm 1.5))
          readAt twoRows signed (mirrorDescent (PNorm 3.0) 0.25)
          readAt oneMean [ 0.1; 0.2; 0.4; 0.1; 0.2 ] (mirrorFlow (SimplexEntropy()))
          readAt twoIrises onIrises (mirrorFlow (NegativeEntropy()))
          readAt nearlyParallel [ 1.0; 0.5; 0.25; 0.5 ] (mirrorFlow (Hypentropy 0.5)) ]
      OnData =
        fun data ->
            let start = generic data.Dimension

            [ for method in [ flow; descent; mirrorFlow (Hypentropy 0.5); mirrorFlow (PNorm 1.5) ] do
                  readAt data start method
              readAt data (genericPositive data.Dimension) (mirrorFlow (NegativeEntropy())) ] }
