/// Systems that Bregman projections are computed for, and what every projection obeys.
module ImplicitBias.Tests.ProjectionInstances

open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference
open ImplicitBias.Tests.MarginInstances
open ImplicitBias.Tests.Within

/// The projection, which there must be.
let solved (result: BregmanProjectionResult) =
    match result with
    | :? BregmanProjectionResult.Solved as solution -> solution
    | :? BregmanProjectionResult.Undecided as answer -> failtestf "undecided: %s" answer.Reason
    | :? BregmanProjectionResult.OutsideDomain -> failtest "claimed to have no positive solution"
    | _ -> failtest "claimed to be inconsistent"

/// Decimals as rationals.
let vector (values: float list) =
    values |> List.map Rational.FromDecimal |> Array.ofList

/// Two rows in five unknowns, and their targets.
let inputs = decimals [ [ 1.0; 2.0; 0.0; -1.0; 1.0 ]; [ 0.0; 1.0; 3.0; 1.0; -2.0 ] ]

let targets = vector [ 1.0; 2.0 ]
let origin = Array.zeroCreate<float> 5
let start = [| 0.2; 0.1; 0.5; 0.3; 0.4 |]

/// Residual and gap, relative to their terms, are the rounding of sums over n rows or d weights, with two elementary functions of
/// an ulp each and four more operations a term.
let certified n d (solution: BregmanProjectionResult.Solved) message =
    let budget = roundings (8.0 * float (n + d)) 1.0
    within budget 0.0 solution.KktResidual $"{message}, residual"
    within budget 0.0 solution.DualityGap $"{message}, gap"
