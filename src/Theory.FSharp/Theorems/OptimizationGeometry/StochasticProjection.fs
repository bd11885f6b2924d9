/// # Stochastic mirror descent ends at the Bregman projection of its start too, whatever the order of the rows
///
/// Each step adds a multiple of one row to the dual, so P₀∇ψ never moves, and where every row can be fitted the noise dies with
/// the residuals: the limit is that of mirror flow. Near it, in the coordinates R⁻¹(w - w(∞)) with RRᵀ = ∇²ψ(w(∞))⁻¹, a step is a
/// Kaczmarz step with the row Rᵀx: E‖·‖² shrinks by 1 - ρ or more, ρ = η(2 - ηr²)κ/n, r² the largest xᵢᵀRRᵀxᵢ and κ the
/// smallest eigenvalue of XRRᵀXᵀ. With a fixed step, for any seed.
module ImplicitBias.Theory.Theorems.StochasticProjection

open System
open MathNet.Numerics.LinearAlgebra
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearRegression

/// ρ.
let private rho = symbol "rho"

/// Distances of w(∞) from the interpolants that mistakes lead to.
let private toClosest, toForgotten, toOther =
    symbol "toClosest", symbol "toForgotten", symbol "toOther"

let private eta, r, e = symbol "eta", symbol "r", symbol "e"

let private limit (case: Case) =
    tryProject case.Data (potential case) case.Start

let private contraction (case: Case) (limit: float array) =
    let d = case.Data.Dimension
    let root: float array = Array.zeroCreate (d * d)
    (potential case).DualHessianRoot(ReadOnlySpan(dual (potential case) limit), Span root)

    let rows =
        Matrix<float>.Build.DenseOfArray(case.Data.Inputs())
        * Matrix<float>.Build.DenseOfRowMajor(d, d, root)

    let radius = Seq.max (seq { for row in rows.EnumerateRows() -> row * row })
    let step = case.Method.StepSize case.Data

    step * (2.0 - step * radius) * (flowRates case.Data (potential case) limit)[0]
    / float case.Data.SampleCount

let private distance (case: Case) (other: float array option) =
    match other with
    | Some other -> Measure.norm (Measure.minus other (projection case))
    | None -> 0.0

let private closest (case: Case) =
    tryProject case.Data (Euclidean()) case.Start

let private forgotten (case: Case) =
    let own =
        match (potential case).Domain with
        | PotentialDomain.PositiveOrthant -> Array.create case.Data.Dimension 1.0
        | _ -> Array.zeroCreate case.Data.Dimension

    tryProject case.Data (potential case) own

/// The projection if another geometry is taken for that of the case: the entropy's, or where there is no entropy a hypentropy.
let private other (case: Case) =
    let potential: IPotential =
        match (potential case).Domain with
        | PotentialDomain.PositiveOrthant -> Hypentropy 0.5
        | _ -> PNorm 1.5

    tryProject case.Data potential case.Start

let private visible which case =
    match limit case with
    | Some limit -> distance case (which case) > 1e-3 * Measure.norm limit
    | None -> false

/// Read after so many e-folds of √(1 - ρ)ᵏ; at such k itself where there is no interpolant, as the hypotheses will say.
let private readAt (data: Dataset) start method =
    let bare = Case.create data.Name data start method [] []

    let rate =
        match limit bare with
        | Some limit -> contraction bare limit / 2.0
        | None -> 1.0

    let logTimes = List.map (fun folds -> Math.Log(folds / rate))
    Case.create data.Name data start method (logTimes [ 1.0; 2.0 ]) (logTimes [ 8.0; 16.0; 32.0 ])

let private positive = [ 0.2; 0.1; 0.5; 0.3; 0.4 ]
let private signed = [ 0.5; -0.25; 1.0; 0.1; 0.75 ]

let private entropic (seed: uint64) =
    { stochastic (NegativeEntropy()) 1.0 seed with
        Name = $"stochastic mirror descent, entropy, seed {seed}" }

let private contradictory =
    Dataset.ForRegression(
        "two rows and a contradiction",
        array2D
            [ [ 1.0; 2.0; 0.0; -1.0; 1.0 ]
              [ 0.0; 1.0; 3.0; 2.0; -2.0 ]
              [ 1.0; 3.0; 3.0; 1.0; -1.0 ] ],
        [| 1.0; 2.0; 4.0 |]
    )

let private predicted = readAt twoRows positive (entropic 1UL)

let theorem: Theorem =
    { Id = "stochastic-projection"
      Title = "stochastic mirror descent: ‖wₖ - w(∞)‖ = O(√(1 - ρ)ᵏ), w(∞) = argmin {D(w, w₀) : Xw = y}"
      Source =
        { Authors = "Azizan, Hassibi"
          Year = 2019
          ArXiv = "1806.00952"
          Place = "convergence of stochastic mirror descent to the projection; the rate is derived here" }
      Hypotheses = [ interpolates; underdetermined ]
      Prediction =
        { Quantity = "‖wₖ - w(∞)‖₂, w(∞) the Bregman projection of w₀"
          Claim = Asymptotic
          Leading = 0Q
          Next = 0Q
          Remainder = 0Q
          Transient = exp (-rho * exp logT / 2Q) }
      Constants =
        fun case ->
            [ rho, contraction case (projection case)
              toClosest, distance case (closest case)
              toForgotten, distance case (forgotten case)
              toOther, distance case (other case) ]
      Derivation =
        [ Identity(
              "‖e - ηx(x·e)‖² = ‖e‖² - η(2 - η‖x‖²)(x·e)², with r = ‖x‖ and x·e along x",
              (e - eta * r ** 2Q * e) ** 2Q,
              e ** 2Q - eta * (2Q - eta * r ** 2Q) * (r * e) ** 2Q
          )
          Expansion(
              "in R⁻¹(w - w(∞)) the step is linear up to squares, here for the entropy: a weight w moves by √w times the coordinate",
              e,
              0Q,
              r * exp (eta * e),
              r + r * eta * e,
              e ** 2Q
          )
          Cited
              "P₀∇ψ(w) is kept by every step, and with Xw = y that is all of the KKT conditions of the projection" ]
      Measure =
        fun case ->
            let limit = projection case
            Measure.at (fun snapshot -> Measure.norm (Measure.minus snapshot.Parameters limit))
      Rivals =
        [ Rival.create "closest in ℓ₂" "the geometry of stochastic gradient descent" toClosest
          |> Rival.where (visible closest)
          Rival.create "start forgotten" "argmin ψ in place of argmin D(·, w₀)" toForgotten
          |> Rival.where (visible forgotten)
          Rival.create "another potential" "the projection in another geometry" toOther
          |> Rival.where (visible other) ]
      Controls =
        [ { Breaks = "Xw = y has a solution"
            Case =
              Case.create
                  contradictory.Name
                  contradictory
                  signed
                  (stochastic (Hypentropy 0.5) 1.0 1UL)
                  (readAt twoRows signed (stochastic (Hypentropy 0.5) 1.0 1UL)).Auxiliary
                  (readAt twoRows signed (stochastic (Hypentropy 0.5) 1.0 1UL)).LogTimes
            PredictedAs = readAt twoRows signed (stochastic (Hypentropy 0.5) 1.0 1UL)
            Instead = "with a fixed step the noise stays" }
          { Breaks = "the start is the one projected"
            Case =
              readAt twoRows [ for w in positive -> 2.0 * w ] (entropic 1UL)
              |> Case.readAt predicted.Auxiliary predicted.LogTimes
            PredictedAs = predicted
            Instead = "another start has another projection" } ]
      Cases =
        [ predicted
          readAt twoRows positive (entropic 2UL)
          readAt twoRows positive (stochastic (Burg()) 0.5 1UL)
          readAt twoRows signed (stochastic (Hypentropy 0.5) 1.0 1UL)
          readAt twoRows signed (stochastic (PNorm 1.5) 0.5 1UL)
          readAt twoIrises [ 0.3; 0.1; 1.0 ] (entropic 1UL) ]
      OnData = fun data -> [ readAt data (generic data.Dimension) (stochastic (Hypentropy 0.5) 1.0 1UL) ] }
