/// Deep linear networks in regression: gradient flow on the sum of squares, in plain time.
module ImplicitBias.Theory.NetworkRegression

open System
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference

/// Gradient flow of ½ Σ (⟨β(θ), xᵢ⟩ - yᵢ)².
let flow (architecture: string) (parametrization: int -> IParametrization) : Method =
    let residuals (data: Dataset) =
        ResidualModel(LinearNetwork(data.Inputs(), parametrization data.Dimension), data.Targets())

    { Name = $"flow on a {architecture}, square loss"
      Loss = SquareLoss()
      Model = fun data -> residuals data
      Dynamics = fun data -> MirrorFlow(residuals data, SquareLoss(), Euclidean())
      StepSize = fun _ -> 1.0
      IsDescent = false }

/// β(θ).
let predictor (parametrization: IParametrization) (parameters: float seq) : float array =
    let weights: float array = Array.zeroCreate parametrization.Dimension
    parametrization.Predictor(ReadOnlySpan(Seq.toArray parameters), Span weights)
    weights

/// The Bregman projection of a start onto the interpolants of a sample: certified, and independent of the dynamics.
let project
    (data: Dataset)
    (targets: Rational array)
    (potential: IPotential)
    (start: float array)
    : float array =
    match BregmanProjection.Solve(data.ExactInputs(), targets, potential, start) with
    | :? BregmanProjectionResult.Solved as solved -> solved.Weights
    | _ -> invalidOp $"{data.Name} has no interpolant, or it was not found."

/// The interpolant closest to a start in ℓ₂.
let closest (data: Dataset) (start: float array) : float array =
    project data (data.ExactTargets()) (Euclidean()) start

/// Some weights fit every example. Decided exactly.
let interpolates: Hypothesis =
    { Says = "Xw = y has a solution"
      Holds =
        fun case ->
            LinearRegression.Projections.tryProject
                case.Data
                (Euclidean())
                (Array.zeroCreate<float> case.Data.Dimension)
            |> Option.isSome }

/// The part of a vector across the rows of the sample.
let across (data: Dataset) (vector: float array) : float array =
    project data (Array.create data.SampleCount Rational.Zero) (Euclidean()) vector

/// ‖w‖₁.
let norm1 (weights: float array) : float = Array.sumBy abs weights

/// An interpolant of least ‖w‖₁.
let sparsest (data: Dataset) : float array =
    match BasisPursuit.Solve(data.ExactInputs(), data.ExactTargets(), MarginNorm.L1) with
    | :? BasisPursuitResult.Solved as solved -> solved.Weights |> Array.map _.ToDouble()
    | _ -> invalidOp $"{data.Name} has no interpolant."

/// A sample of rows with real targets; features x1, x2, ….
let sample (name: string) (rows: float list list) (targets: float array) : Dataset =
    Dataset.ForRegression(name, array2D rows, targets)

/// Two equations in five unknowns; the ℓ₁ solution is (0, 1/2, 1/2, 0, 0).
let twoEquations =
    sample "two equations" [ [ 1.0; 2.0; 0.0; -1.0; 1.0 ]; [ 0.0; 1.0; 3.0; 2.0; -2.0 ] ] [| 1.0; 2.0 |]

/// The shape of a start: every coordinate at a scale of its own.
let shape = [ 1.0; 0.5; 1.5; 0.8; 2.0 ]
