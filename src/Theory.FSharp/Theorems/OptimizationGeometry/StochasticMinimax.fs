/// # Stochastic mirror descent is minimax: what it loses is at most what it was given
///
/// If ψ - ηLᵢ is convex then every Eᵢ of the identity is at least 0, so D(w, w_T) + η Σ D_{Lᵢ}(w, wᵢ₋₁) ≤ D(w, w₀) + η Σ Lᵢ(w)
/// for every w and every noise yᵢ - xᵢ·w: the ratio of the two sides, whose minimax over methods is 1, is at most 1. Where
/// convexity fails, as for p = 3 near zero, it is more.
module ImplicitBias.Theory.Theorems.StochasticMinimax

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.LinearRegression
open ImplicitBias.Theory.StochasticMirror

let private start, bregmanWork, noiseWork =
    symbol "startDivergence", symbol "bregmanWork", symbol "noiseWork"

let private a, b, y, m = symbol "a", symbol "b", symbol "y", symbol "m"

let private psiA, psiB, lossA, lossB =
    symbol "psiA", symbol "psiB", symbol "lossA", symbol "lossB"

let private eta, w = symbol "eta", symbol "w"

/// Whether ∇²ψ - ηxxᵀ is positive at a point for every row x: ηxᵀ(∇²ψ)⁻¹x ≤ 1.
let private isConvexAt (case: Case) =
    let potential, step = potential case, case.Method.StepSize case.Data
    let inputs = case.Data.Inputs()

    let rows =
        case.Data.Targets()
        |> Array.mapi (fun i target ->
            Dataset.ForRegression("one row", array2D [ inputs[i, *] ], [| target |]))

    fun (point: float array) ->
        rows
        |> Array.forall (fun row ->
            flowRates row potential point |> Array.forall (fun rate -> step * rate <= 1.0))

let private flat =
    everyIterate oneRow [ 0.01; 0.02 ] (stochastic (PNorm 3.0) 8.0 1UL)

/// η‖x‖² = 25/16: descent still converges, but no longer from one side.
let private long =
    everyIterate oneRow [ 0.01; 0.02 ] (stochastic (Euclidean()) 2.0 1UL)

let theorem: Theorem =
    { Id = "stochastic-minimax"
      Title = "D(w, w_T) + η Σ D_{Lᵢ}(w, wᵢ₋₁) ≤ D(w, w₀) + η Σ Lᵢ(w) for all T, w and noise"
      Source = Papers.stochasticMirror "minimax optimality of stochastic mirror descent"
      Hypotheses =
        [ { Says = "ψ - ηLᵢ is convex at every iterate"
            Holds =
              fun case ->
                  let isConvexAt = isConvexAt case

                  isConvexAt (List.toArray case.Start)
                  && case.Run.Value.Snapshots
                     |> Seq.forall (fun snapshot -> isConvexAt (Seq.toArray snapshot.Parameters)) } ]
      Prediction = Prediction.upperBound "D(w, w_T) + η Σ D_{Lᵢ}(w, wᵢ₋₁) - η Σ Lᵢ(w)" start
      Constants =
        fun case ->
            let account = account case (List.ofSeq case.Run.Value.Snapshots)

            [ start, startDivergence case
              bregmanWork, account.Bregman
              noiseWork, account.Noise ]
      Derivation =
        [ Identity(
              "Eᵢ = D_{ψ-ηL}(wᵢ, wᵢ₋₁) + ηLᵢ(wᵢ), a divergence of a convex function and a loss; slopes y of ψ and m of L at a",
              (psiB - psiA - y * (b - a)) - eta * (lossB - lossA - m * (b - a)) + eta * lossB,
              ((psiB - eta * lossB) - (psiA - eta * lossA) - (y - eta * m) * (b - a))
              + eta * lossB
          )
          Derivative(
              "convex where ψ'' ≥ ηx²: the slope of ψ' - ηx(xw - y), here for the entropy and x = 1",
              w,
              ln w - eta * w,
              1Q / w - eta
          )
          Assuming(
              "w in (0,1)",
              Monotone("for the entropy and η = 1 as far as w = 1", w, ln w - w, Increasing)
          )
          Derivative(
              "for p = 3 not below η/2, whatever the step: there the corollary fails",
              w,
              w ** 2Q - eta * w,
              2Q * w - eta
          ) ]
      Measure =
        fun case ->
            let account = account case

            fun snapshots ->
                let sums = account snapshots
                sums.Divergence + sums.Bregman - sums.Noise
      Rivals =
        [ Rival.create "half" "a gain of a factor two" (start / 2Q)
          Rival.create "noise for free" "η Σ Lᵢ(w) left out of what was given" (start - noiseWork)
          Rival.create "counted twice" "the losses taken off both sides" (start - bregmanWork) ]
      Controls =
        [ { Breaks = "ψ - ηLᵢ is convex at every iterate"
            Case = flat
            PredictedAs = flat
            Instead = "E < 0 in the first step from the flat bottom of |w|³, and the ratio exceeds 1" }
          { Breaks = "ψ - ηLᵢ is convex at every iterate"
            Case = long
            PredictedAs = long
            Instead = "E = η(1 - η‖x‖²)L(wᵢ₋₁) < 0 at every step" } ]
      Cases =
        [ everyIterate twoRows positiveStart (stochastic (Euclidean()) 0.5 1UL)
          everyIterate twoRows positiveStart (stochastic (NegativeEntropy()) 0.5 1UL)
          everyIterate twoRows positiveStart (stochastic (Hypentropy 0.5) 0.5 2UL)
          everyIterate twoIrises [ 0.3; 0.1; 1.0 ] (stochastic (NegativeEntropy()) 0.125 4UL) ]
      OnData = fun data -> [ everyIterate data (generic data.Dimension) (stochastic (Euclidean()) 0.5 1UL) ] }
