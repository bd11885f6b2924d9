/// Ways of moving on the square loss: flow and descent under a potential, by all rows or one at a time.
[<AutoOpen>]
module ImplicitBias.Theory.LinearRegression.Methods

open System
open ImplicitBias.Theory
open ImplicitBias.Numerics

let private loss = SquareLoss()
let private residuals (data: Dataset) = ResidualModel.Linear data

/// Largest power of two at most 1/tr XXᵀ: a stable step for the Euclidean potential, and exact.
let stableStep (data: Dataset) : float =
    let trace = data.Inputs() |> Seq.cast<float> |> Seq.sumBy (fun cell -> cell * cell)
    Math.ScaleB(1.0, int (floor -(Math.Log2 trace)))

/// Flow of the square loss under a potential.
let mirrorFlow (potential: IPotential) : Method =
    { Name = $"mirror flow, {potential.Name}"
      Loss = loss
      Model = fun data -> residuals data
      Dynamics = fun data -> MirrorFlow(residuals data, loss, potential)
      StepSize = fun _ -> 1.0
      IsDescent = false }

/// A user's data may have a mode so slow that its end is more iterations away: a minute is waited for, not a day.
let private mostIterations = 10_000_000L

let private mirrored (name: string) (seed: Nullable<uint64>) (potential: IPotential) (step: float) : Method =
    { Name = $"{name}, {potential.Name}"
      Loss = loss
      Model = fun data -> residuals data
      Dynamics =
        fun data ->
            MirrorDescent(
                residuals data,
                loss,
                potential,
                step * stableStep data,
                Seed = seed,
                MostIterations = mostIterations
            )
      StepSize = fun data -> step * stableStep data
      IsDescent = true }

/// Descent of the square loss under a potential, with a step in units of the stable Euclidean one.
let mirrorDescent (potential: IPotential) (step: float) : Method =
    mirrored "mirror descent" (Nullable()) potential step

/// The same along one row at a time, drawn from a seed.
let stochastic (potential: IPotential) (step: float) (seed: uint64) : Method =
    mirrored "stochastic mirror descent" (Nullable seed) potential step

/// Gradient flow.
let flow = { mirrorFlow (Euclidean()) with Name = "flow, square loss" }

/// Gradient descent with a stable fixed step.
let descent = { mirrorDescent (Euclidean()) 1.0 with Name = "descent, square loss" }

/// Gradient descent along one row at a time.
let stochasticDescent =
    { stochastic (Euclidean()) 1.0 1UL with Name = "stochastic descent, square loss" }

/// Adam, whose steps are not combinations of the rows.
let adam: Method =
    { descent with
        Name = "Adam, square loss"
        Dynamics = fun data -> DiscreteDynamics<Adam>(residuals data, loss, Adam(0.01, 0.9, 0.999, 1e-8))
        StepSize = fun _ -> 0.01 }

/// The potential of a case; Euclidean where its dynamics has none of its own.
let potential (case: Case) : IPotential =
    match case.Method.Dynamics case.Data with
    | :? MirrorFlow as flow -> flow.Potential
    | :? MirrorDescent as descent -> descent.Potential
    | _ -> Euclidean()
