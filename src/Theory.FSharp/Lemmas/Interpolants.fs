/// Interpolants of a regression case that are not its own: those of another geometry or of another start.
module ImplicitBias.Theory.Interpolants

open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference
open ImplicitBias.Theory.LinearRegression

/// w(0), length d.
let start (case: Case) : float array = List.toArray case.Start

/// 0, length d.
let zero (case: Case) : float array = Array.zeroCreate case.Data.Dimension

/// The projection of a point in the geometry of a potential; None where there is none inside its domain.
let projectionOf (origin: Case -> float array) (potential: Case -> IPotential) (case: Case) =
    tryProject case.Data (potential case) (origin case)

/// The interpolant closest to a point in ℓ₂.
let closestTo (origin: Case -> float array) : Case -> float array option =
    projectionOf origin (fun _ -> Euclidean())

/// argmin ψ over the interpolants, ψ the potential of the case: as if it started where ψ is least.
let leastPotential (case: Case) : float array option =
    let d = case.Data.Dimension

    let least =
        match (potential case).Domain with
        | PotentialDomain.Simplex -> Array.create d (1.0 / float d)
        | PotentialDomain.PositiveOrthant -> Array.create d 1.0
        | _ -> zero case

    projectionOf (fun _ -> least) potential case

/// ν = Xᵀλ of the dual λ of an interpolant of least ‖w‖₁, length d, exactly.
let dualImage (data: Dataset) (solved: BasisPursuitResult.Solved) : Rational array =
    let inputs = data.ExactInputs()

    Array.init data.Dimension (fun j ->
        Seq.fold
            (fun sum i -> sum + solved.Dual[i] * inputs[i, j])
            Rational.Zero
            [ 0 .. data.SampleCount - 1 ])

/// The coefficient of the least power, of terms given by power and coefficient; powers compared exactly.
let leadingTerm (terms: (Rational * float) list) : float * float =
    let power = terms |> List.map fst |> List.min

    power.ToDouble(), terms |> List.filter (fst >> (=) power) |> List.sumBy snd

/// An interpolant of least ‖w‖₁.
let sparsest (case: Case) : float array option =
    match BasisPursuit.Solve(case.Data.ExactInputs(), case.Data.ExactTargets(), MarginNorm.L1) with
    | :? BasisPursuitResult.Solved as solved -> Some solved.WeightsDouble
    | _ -> None
