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
open ImplicitBias.Theory.Interpolants

/// ρ.
let private rho = symbol "rho"

let private eta, r, e = symbol "eta", symbol "r", symbol "e"
let private w, g, x = symbol "w", symbol "g", symbol "x"
let private u, v, y, z = symbol "u", symbol "v", symbol "y", symbol "z"
let private psiU, psiV, psiW = symbol "psiU", symbol "psiV", symbol "psiW"

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

/// Where mistakes lead, and how far from w(∞).
let private detours =
    [ for symbol, name, mistake, other in mistakes ->
          Detour.from projection (Detour.distance projection) symbol name mistake other ]

/// Read after so many e-folds of √(1 - ρ)ᵏ.
let private readAt (data: Dataset) start method =
    readAtFolds
        (fun case ->
            tryProject case.Data (potential case) case.Start
            |> Option.map (fun limit -> contraction case limit / 2.0))
        [ 1.0; 2.0 ]
        [ 8.0; 16.0; 32.0 ]
        data
        start
        method

let private entropic (seed: uint64) =
    { stochastic (NegativeEntropy()) 1.0 seed with
        Name = $"stochastic mirror descent, entropy, seed {seed}" }

let private predicted = readAt twoRows positiveStart (entropic 1UL)

let private hypentropic =
    readAt twoRows signedStart (stochastic (Hypentropy 0.5) 1.0 1UL)

let theorem: Theorem =
    { Id = "stochastic-projection"
      Title = "stochastic mirror descent: ‖wₖ - w(∞)‖ = O(√(1 - ρ)ᵏ), w(∞) = argmin {D(w, w₀) : Xw = y}"
      Source =
        Papers.stochasticMirror
            "convergence of stochastic mirror descent to the projection; the rate is derived here"
      Hypotheses = [ interpolates; underdetermined ]
      Prediction =
        { Prediction.asymptotic "‖wₖ - w(∞)‖₂, w(∞) the Bregman projection of w₀" 0Q with
            Transient = exp (-rho * exp logT / 2Q) }
      Constants = fun case -> (rho, contraction case (projection case)) :: Detour.constants detours case
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
          Identity(
              "the dual moves by a multiple of the row, here for the entropy",
              ln (w * exp (-eta * g * x)) - ln w,
              -1Q * eta * g * x
          )
          Identity(
              "so D(w, v) - D(u, v) - D(w, u) = (∇ψ(u) - ∇ψ(v))(w - u), slopes y at v and z at u, is zero for interpolants w and u, and u is nearest",
              (psiW - psiV - y * (w - v))
              - (psiU - psiV - y * (u - v))
              - (psiW - psiU - z * (w - u)),
              (z - y) * (w - u)
          ) ]
      Measure =
        fun case ->
            let limit = projection case
            Measure.at (fun snapshot -> Measure.norm (Measure.minus snapshot.Parameters limit))
      Rivals = Detour.rivals detours
      Controls =
        [ { Breaks = "Xw = y has a solution"
            Case =
              Case.readAt
                  hypentropic.Auxiliary
                  hypentropic.LogTimes
                  (readAt contradictory signedStart hypentropic.Method)
            PredictedAs = hypentropic
            Instead = "with a fixed step the noise stays" }
          { Breaks = "the start is the one projected"
            Case =
              readAt twoRows [ for w in positiveStart -> 2.0 * w ] (entropic 1UL)
              |> Case.readAt predicted.Auxiliary predicted.LogTimes
            PredictedAs = predicted
            Instead = "another start has another projection" } ]
      Cases =
        [ predicted
          readAt twoRows positiveStart (entropic 2UL)
          readAt twoRows positiveStart (stochastic (Burg()) 0.5 1UL)
          hypentropic
          readAt twoRows signedStart (stochastic (PNorm 1.5) 0.5 1UL)
          readAt twoIrises [ 0.3; 0.1; 1.0 ] (entropic 1UL) ]
      OnData = fun data -> [ readAt data (generic data.Dimension) (stochastic (Hypentropy 0.5) 1.0 1UL) ] }
