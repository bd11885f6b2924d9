/// # Every step of stochastic mirror descent balances exactly, against any reference and any noise
///
/// For wᵢ from ∇ψ(wᵢ) = ∇ψ(wᵢ₋₁) - η∇Lᵢ(wᵢ₋₁) and any w: D(w, wᵢ₋₁) + ηLᵢ(w) = D(w, wᵢ) + Eᵢ + ηD_{Lᵢ}(w, wᵢ₋₁), with
/// Eᵢ = D(wᵢ, wᵢ₋₁) - ηD_{Lᵢ}(wᵢ, wᵢ₋₁) + ηLᵢ(wᵢ). Algebra alone: convexity is not needed, nor that w fits the data.
module ImplicitBias.Theory.Theorems.StochasticIdentity

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.LinearRegression
open ImplicitBias.Theory.StochasticMirror

let private start, bregmanWork, noiseWork, surplusWork =
    symbol "startDivergence", symbol "bregmanWork", symbol "noiseWork", symbol "surplusWork"

let private a, b, y, z, w =
    symbol "a", symbol "b", symbol "y", symbol "z", symbol "w"

let private psiA, psiB, psiW = symbol "psiA", symbol "psiB", symbol "psiW"
let private lossA, lossB, lossW = symbol "lossA", symbol "lossB", symbol "lossW"
let private eta, m = symbol "eta", symbol "m"

let private withMomentum (method: Method) =
    { method with
        Dynamics =
            fun data ->
                MirrorDescent(
                    ResidualModel.Linear data,
                    SquareLoss(),
                    NegativeEntropy(),
                    method.StepSize data,
                    Seed = System.Nullable 1UL,
                    Momentum = 0.5
                ) }

let theorem: Theorem =
    { Id = "stochastic-identity"
      Title = "D(w, w_T) + Σ (Eᵢ + ηD_{Lᵢ}(w, wᵢ₋₁) - ηLᵢ(w)) = D(w, w₀) for all T and w"
      Source = Papers.stochasticMirror "the fundamental identity of stochastic mirror descent"
      Hypotheses =
        [ { Says = "the dual moves by a step along one row"
            Holds =
              fun case ->
                  match case.Method.Dynamics case.Data with
                  | :? MirrorDescent as descent -> descent.Seed.HasValue && descent.Momentum = 0.0
                  | _ -> false } ]
      Prediction = Prediction.forAllTime "D(w, w_T) + Σ (Eᵢ + ηD_{Lᵢ}(w, wᵢ₋₁) - ηLᵢ(w))" start
      Constants =
        fun case ->
            let account = account case (List.ofSeq case.Run.Value.Snapshots)

            [ start, startDivergence case
              bregmanWork, account.Bregman
              noiseWork, account.Noise
              surplusWork, account.Surplus ]
      Derivation =
        [ Identity(
              "three points: D(w, a) - D(w, b) - D(b, a) = (∇ψ(b) - ∇ψ(a))(w - b), slopes y at a and z at b",
              (psiW - psiA - y * (w - a))
              - (psiW - psiB - z * (w - b))
              - (psiB - psiA - y * (b - a)),
              (z - y) * (w - b)
          )
          Identity(
              "a step z = y - ηm, m = ∇L(a): D(w, a) + ηL(w) = D(w, b) + E + ηD_L(w, a) for any ψ and L",
              (psiW - psiA - y * (w - a)) + eta * lossW,
              (psiW - psiB - (y - eta * m) * (w - b))
              + ((psiB - psiA - y * (b - a)) - eta * (lossB - lossA - m * (b - a)) + eta * lossB)
              + eta * (lossW - lossA - m * (w - a))
          ) ]
      Measure =
        fun case ->
            let account = account case

            fun snapshots ->
                let sums = account snapshots
                sums.Divergence + sums.Surplus + sums.Bregman - sums.Noise
      Rivals =
        [ Rival.create "noise forgotten" "as if w fitted every row: Lᵢ(w) = 0" (start + noiseWork)
          Rival.create "divergence conserved" "E forgotten" (start - surplusWork)
          Rival.create "no Bregman term" "D_{Lᵢ}(w, wᵢ₋₁) forgotten" (start - bregmanWork) ]
      Controls =
        [ { Breaks = "the dual moves by the gradient alone"
            Case = everyIterate twoRows positiveStart (withMomentum (stochastic (NegativeEntropy()) 0.5 1UL))
            PredictedAs = everyIterate twoRows positiveStart (stochastic (NegativeEntropy()) 0.5 1UL)
            Instead = "with momentum the account does not balance" } ]
      Cases =
        [ everyIterate twoRows positiveStart (stochastic (Euclidean()) 0.5 1UL)
          everyIterate twoRows positiveStart (stochastic (NegativeEntropy()) 0.5 1UL)
          everyIterate twoRows positiveStart (stochastic (Hypentropy 0.5) 0.5 2UL)
          everyIterate twoRows positiveStart (stochastic (PNorm 1.5) 0.5 3UL)
          // ψ - ηL is not convex here, and the identity holds all the same.
          everyIterate oneRow [ 0.01; 0.02 ] (stochastic (PNorm 3.0) 8.0 1UL)
          everyIterate twoIrises [ 0.3; 0.1; 1.0 ] (stochastic (NegativeEntropy()) 0.5 4UL) ]
      OnData =
        fun data ->
            [ everyIterate data (genericPositive data.Dimension) (stochastic (NegativeEntropy()) 0.5 1UL)
              everyIterate data (generic data.Dimension) (stochastic (Hypentropy 0.5) 0.5 1UL) ] }
