/// Bregman projections onto the interpolants of a sample, certified and independent of the dynamics.
[<AutoOpen>]
module ImplicitBias.Theory.LinearRegression.Projections

open System
open ImplicitBias.Theory
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference

/// The mirror map of a potential.
let dual (potential: IPotential) (point: float seq) : float array =
    let point = Seq.toArray point
    let image: float array = Array.zeroCreate point.Length
    potential.MirrorMap(ReadOnlySpan point, Span image)
    image

/// P₀(∇ψ(w) - ∇ψ(v)), length d: what no gradient can move.
let dualDrift (data: Dataset) (potential: IPotential) (origin: float seq) : float seq -> float array =
    let across =
        if potential.Domain = PotentialDomain.Simplex then
            acrossWithSum data
        else
            across data

    let start = dual potential origin
    fun point -> across (Measure.minus (dual potential point) start)

/// argmin {D(w, start) : Xw = y}; None where there is none inside the domain.
let tryProject (data: Dataset) (potential: IPotential) (start: float seq) : float array option =
    let start = Seq.toArray start

    if data.IsRegression && potential.Contains(ReadOnlySpan start) then
        match BregmanProjection.Solve(data.ExactInputs(), data.ExactTargets(), potential, start) with
        | :? BregmanProjectionResult.Solved as solved -> Some solved.Weights
        | _ -> None
    else
        None

/// The projection of the start of a case under its own potential.
/// Raises InvalidOperationException where there is none.
let projection (case: Case) : float array =
    match tryProject case.Data (potential case) case.Start with
    | Some weights -> weights
    | None -> invalidOp $"No interpolant of {case.Instance} is inside the domain."

/// Some interpolant is inside the domain of the potential. Decided exactly.
let interpolates: Hypothesis =
    { Says = "Xw = y has a solution inside the domain of the potential"
      Holds = fun case -> Option.isSome (tryProject case.Data (potential case) case.Start) }

/// There are more features than independent rows.
let underdetermined: Hypothesis =
    { Says = "Xw = y has more than one solution"
      Holds = fun case -> (singularValues case.Data).Length < case.Data.Dimension }
