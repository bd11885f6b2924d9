/// # Stochastic descent ends at the same interpolant, whatever the order of the rows
///
/// One row at a time the weights still move in the row space only, and where every row can be fitted the noise dies with the
/// residuals: E‖wₖ - w(∞)‖² ≤ (1 - ρ)ᵏ‖w₀ - w(∞)‖² with ρ = η(2 - ηR²)s²/n, R the longest row and s the smallest singular value.
/// The limit is the interpolant closest to w₀, with a fixed step, for any seed, and for the mean of the loss as for its sum.
module ImplicitBias.Theory.Theorems.StochasticInterpolant

open System
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

let private contraction (data: Dataset) =
    let inputs = data.Inputs()
    let step = stableStep data

    let radius =
        Seq.max (seq { for i in 0 .. data.SampleCount - 1 -> Measure.dot inputs[i, *] inputs[i, *] })

    step * (2.0 - step * radius) * smallestSquare data / float data.SampleCount

/// Where mistakes lead, and how far from w(∞).
let private detours =
    let detour = Detour.from projection (Detour.distance projection)

    [ detour "toLeast" "least norm" "the start forgotten" (closestTo zero)
      detour "toOther" "other units" "closest in a weighted norm" (closestInUnits start)
      detour "toPower" "wrong exponent" "the divergence of Σ|w|^{3/2}" otherExponent ]

let private stochasticFrom (seed: uint64) =
    { stochastic (Euclidean()) 1.0 seed with
        Name = $"stochastic descent from seed {seed}, square loss" }

/// Read after so many e-folds of √(1 - ρ)ᵏ.
let private readAt (data: Dataset) start method =
    let rate = contraction data / 2.0
    let logTimes = List.map (fun folds -> Math.Log(folds / rate))
    Case.create data.Name data start method (logTimes [ 1.0; 2.0 ]) (logTimes [ 8.0; 16.0; 64.0 ])

let theorem: Theorem =
    { Id = "stochastic-interpolant"
      Title = "stochastic descent: ‖wₖ - w(∞)‖ = O(√(1 - ρ)ᵏ), w(∞) the interpolant closest to w₀"
      Source =
        Papers.optimizationGeometry
            "stochastic descent on the square loss; the rate as for randomised Kaczmarz, derived here"
      Hypotheses = [ interpolates; underdetermined ]
      Prediction = { Prediction.asymptotic "‖wₖ - w(∞)‖₂" 0Q with Transient = (1Q - rho) ** (exp logT / 2Q) }
      Constants = fun case -> (rho, contraction case.Data) :: Detour.constants detours case
      Derivation =
        [ Identity(
              "‖e - ηx(x·e)‖² = ‖e‖² - η(2 - η‖x‖²)(x·e)², with r = ‖x‖ and x·e along x",
              (e - eta * r ** 2Q * e) ** 2Q,
              e ** 2Q - eta * (2Q - eta * r ** 2Q) * (r * e) ** 2Q
          )
          Identity(
              "the gain η(2 - ηr²) is at most 1/r², at ηr² = 1",
              1Q / r ** 2Q - eta * (2Q - eta * r ** 2Q),
              (1Q - eta * r ** 2Q) ** 2Q / r ** 2Q
          )
          Cited "the mean over the rows of (xᵢ·e)² is at least s²‖e‖²/n for e in the row space" ]
      Measure =
        fun case ->
            let limit = projection case
            Measure.at (fun snapshot -> Measure.norm (Measure.minus snapshot.Parameters limit))
      Rivals =
        Rival.create "noise floor" "a fixed step keeps a distance of order √ρ" (sqrt rho)
        :: Detour.rivals detours
      Controls =
        [ { Breaks = "Xw = y has a solution"
            Case =
              (let predicted = readAt twoRows signedStart (stochasticFrom 1UL)

               Case.readAt
                   predicted.Auxiliary
                   predicted.LogTimes
                   (Case.create contradictory.Name contradictory signedStart (stochasticFrom 1UL) [] []))
            PredictedAs = readAt twoRows signedStart (stochasticFrom 1UL)
            Instead = "rows that contradict each other keep the weights moving" } ]
      Cases =
        [ readAt oneRow [ 1.0; 0.0 ] (stochasticFrom 1UL)
          readAt twoRows signedStart (stochasticFrom 1UL)
          readAt twoRows signedStart (stochasticFrom 2UL)
          readAt nearlyParallel [ 1.0; 0.0; 0.0; 0.5 ] (stochasticFrom 3UL)
          readAt threeIrises [ 0.0; 0.0; 0.0; 0.0 ] (stochasticFrom 4UL) ]
      OnData = fun data -> [ readAt data (generic data.Dimension) (stochasticFrom 1UL) ] }
