/// # Stochastic descent ends at the same interpolant, whatever the order of the rows
///
/// One row at a time the weights still move in the row space only, and where every row can be fitted the noise dies with the
/// residuals: E‖wₖ - w(∞)‖² ≤ (1 - ρ)ᵏ‖w₀ - w(∞)‖² with ρ = η(2 - ηR²)s²/n, R the longest row and s the smallest singular value.
/// The limit is the interpolant closest to w₀, with a fixed step and for any seed.
module ImplicitBias.Theory.Theorems.StochasticInterpolant

open System
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearRegression

/// ρ.
let private rho = symbol "rho"

/// Distances of w(∞) from the interpolants that mistakes lead to.
let private toLeast, toWeighted = symbol "toLeast", symbol "toWeighted"

let private eta, r, e = symbol "eta", symbol "r", symbol "e"

let private contraction (data: Dataset) =
    let inputs = data.Inputs()
    let step = stableStep data

    let radius =
        Seq.max (seq { for i in 0 .. data.SampleCount - 1 -> Measure.dot inputs[i, *] inputs[i, *] })

    step * (2.0 - step * radius) * smallestSquare data / float data.SampleCount

let private least (case: Case) =
    tryProject case.Data (Euclidean()) (Array.zeroCreate<float> case.Data.Dimension)

/// The interpolant closest to the start if features are measured in other units.
let private weighted (case: Case) =
    let d = case.Data.Dimension
    let units = Array2D.init d d (fun i j -> if i = j then float (i + 1) else 0.0)
    tryProject case.Data (Mahalanobis units) case.Start

/// The distance of w(∞) from another interpolant, relative to w(∞); 0 where there is none.
let private distance (case: Case) (other: float array option) =
    match other, tryProject case.Data (Euclidean()) case.Start with
    | Some other, Some limit -> Measure.norm (Measure.minus other limit) / Measure.norm limit
    | _ -> 0.0

let private visible other case = distance case (other case) > 1e-3

let private stochasticFrom (seed: uint64) =
    { stochastic (Euclidean()) 1.0 seed with
        Name = $"stochastic descent from seed {seed}, square loss" }

/// Read after so many e-folds of √(1 - ρ)ᵏ.
let private readAt (data: Dataset) start method =
    let rate = contraction data / 2.0
    let logTimes = List.map (fun folds -> Math.Log(folds / rate))
    Case.create data.Name data start method (logTimes [ 1.0; 2.0 ]) (logTimes [ 8.0; 16.0; 64.0 ])

let private start = [ 0.5; -0.25; 1.0; 0.0; 0.75 ]

/// A third row that contradicts the sum of the two.
let private contradictory =
    Dataset.ForRegression(
        "two rows and a contradiction",
        array2D
            [ [ 1.0; 2.0; 0.0; -1.0; 1.0 ]
              [ 0.0; 1.0; 3.0; 2.0; -2.0 ]
              [ 1.0; 3.0; 3.0; 1.0; -1.0 ] ],
        [| 1.0; 2.0; 4.0 |]
    )

let theorem: Theorem =
    { Id = "stochastic-interpolant"
      Title = "stochastic descent: ‖wₖ - w(∞)‖ = O(√(1 - ρ)ᵏ), w(∞) the interpolant closest to w₀"
      Source =
        { Authors = "Gunasekar, Lee, Soudry, Srebro"
          Year = 2018
          ArXiv = "1802.08246"
          Place = "stochastic descent on the square loss; the rate as for randomised Kaczmarz, derived here" }
      Hypotheses = [ interpolates; underdetermined ]
      Prediction =
        { Quantity = "‖wₖ - w(∞)‖₂"
          Claim = Asymptotic
          Leading = 0Q
          Next = 0Q
          Remainder = 0Q
          Transient = exp (-rho * exp logT / 2Q) }
      Constants =
        fun case ->
            [ rho, contraction case.Data
              toLeast, distance case (least case) * Measure.norm (projection case)
              toWeighted, distance case (weighted case) * Measure.norm (projection case) ]
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
          Inequality("(1 - ρ)ᵏ is at most e^{-ρk}", 1Q - rho, exp (-rho))
          Cited "the mean over the rows of (xᵢ·e)² is at least s²‖e‖²/n for e in the row space" ]
      Measure =
        fun case ->
            let limit = projection case
            Measure.at (fun snapshot -> Measure.norm (Measure.minus snapshot.Parameters limit))
      Rivals =
        [ Rival.create "least norm" "the start forgotten" toLeast
          |> Rival.where (visible least)
          Rival.create "other units" "closest in a weighted norm" toWeighted
          |> Rival.where (visible weighted)
          Rival.create "noise floor" "a fixed step keeps a distance of order √ρ" (sqrt rho) ]
      Controls =
        [ { Breaks = "Xw = y has a solution"
            Case =
              (let predicted = readAt twoRows start (stochasticFrom 1UL)

               Case.readAt
                   predicted.Auxiliary
                   predicted.LogTimes
                   (Case.create contradictory.Name contradictory start (stochasticFrom 1UL) [] []))
            PredictedAs = readAt twoRows start (stochasticFrom 1UL)
            Instead = "rows that contradict each other keep the weights moving" } ]
      Cases =
        [ readAt oneRow [ 1.0; 0.0 ] (stochasticFrom 1UL)
          readAt twoRows start (stochasticFrom 1UL)
          readAt twoRows start (stochasticFrom 2UL)
          readAt nearlyParallel [ 1.0; 0.0; 0.0; 0.5 ] (stochasticFrom 3UL)
          readAt threeIrises [ 0.0; 0.0; 0.0; 0.0 ] (stochasticFrom 4UL) ]
      OnData = fun data -> [ readAt data (generic data.Dimension) (stochasticFrom 1UL) ] }
