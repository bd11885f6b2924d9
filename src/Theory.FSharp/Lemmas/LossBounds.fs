/// The loss of the flow between two hyperbolas: d(1/L)/dt = ‖∇L‖²/L² = ‖Σ pₙ zₙ‖² with p the softmax of the negative margins.
module ImplicitBias.Theory.LossBounds

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.Separable
open ImplicitBias.Theory.LinearClassification

let private t, startLoss, inverseLoss =
    symbol "t", symbol "L0", symbol "inverseLoss"

/// log(t L) where 1/L = 1/L₀ + k t.
let bound (slope: Expression) : Expression = -ln(slope + exp (-logT - startLogLoss))

/// The bound 1/L₀ + k² t of 1/L with k = γ or R in its steps: its equation, its logarithm, its limit.
let boundDerivation (relation: string) (name: string) (k: Expression) : Step list =
    [ SolvesOde(
          $"1/L with slope {relation} {name}², from 1/L₀",
          t,
          [ inverseLoss, 1Q / startLoss + k ** 2Q * t, k ** 2Q ]
      )
      Assuming(
          "logT real, logL0 real",
          Identity(
              $"in logarithms, log(t L) = -log({name}² + 1/(L₀ t))",
              ln (exp logT / (1Q / exp startLogLoss + k ** 2Q * exp logT)),
              bound (k ** 2Q)
          )
      )
      Assuming(
          "logL0 real",
          Limit($"t L tends to 1/{name}² where it is attained", logT, infinity, bound (k ** 2Q), -2Q * ln k)
      ) ]

/// log(t L) at a snapshot.
let logTimesLoss: Snapshot list -> float =
    Measure.at (fun snapshot -> snapshot.LogTime + snapshot.LogLoss)

/// From the start to the limit.
let allTimes: Case -> Case =
    Case.readAt [] [ -5.0; -2.0; 0.0; 1.0; 2.0; 5.0; 10.0; 1e2; 1e4; 1e6 ]

/// Where the points coincide ‖Σ pₙ zₙ‖ = γ = R and both bounds are attained, so that no larger or smaller power will do: R is
/// 1/2 and 5/2.
let private attained =
    [ Dataset.FromSignedInputs("a point within the unit circle", array2D [ [ 0.3; 0.4 ] ])
      Dataset.FromSignedInputs("a point twice", array2D [ [ 1.5; 2.0 ]; [ 1.5; 2.0 ] ]) ]

/// The flow on the exponential loss.
let flows: Case list =
    (cases |> List.filter (fun case -> case.Method.Name = flowExponential.Name))
    @ (attained |> List.map (fun data -> case data [ 0.5; -0.5 ] flowExponential))
    |> List.map allTimes

/// Whether the points differ, so that γ < R.
let isSpread (case: Case) : bool =
    Measure.differ
        [ (geometry case.Data).Solution.Margin ]
        [ System.Math.Sqrt case.Data.Margins.SquaredRadius ]
