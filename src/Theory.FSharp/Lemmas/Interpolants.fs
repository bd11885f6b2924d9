/// Interpolants of a regression case that are not its own: those of another geometry or of another start.
module ImplicitBias.Theory.Interpolants

open System
open MathNet.Numerics.LinearAlgebra
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference
open ImplicitBias.Theory.LinearRegression

/// w(0), length d.
let start (case: Case) : float array = List.toArray case.Start

/// 0, length d.
let zero (case: Case) : float array = Array.zeroCreate case.Data.Dimension

/// m, of symmetric matrices with m² entries.
let private sizeOf (data: Dataset) =
    int (Math.Round(Math.Sqrt(float data.Dimension)))

/// The projection of a point in the geometry of a potential; None where there is none inside its domain.
let projectionOf (origin: Case -> float array) (potential: Case -> IPotential) (case: Case) =
    tryProject case.Data (potential case) (origin case)

/// The interpolant closest to a point in ℓ₂.
let closestTo (origin: Case -> float array) : Case -> float array option =
    projectionOf origin (fun _ -> Euclidean())

/// The interpolant closest to a point in Σ j (wⱼ - vⱼ)²: other units in every coordinate.
let closestInUnits (origin: Case -> float array) : Case -> float array option =
    projectionOf origin (fun case ->
        let d = case.Data.Dimension
        Mahalanobis(Array2D.init d d (fun i j -> if i = j then float (i + 1) else 0.0)))

/// argmin ψ over the interpolants, ψ the potential of the case: as if it started where ψ is least.
let leastPotential (case: Case) : float array option =
    let d = case.Data.Dimension

    let least =
        match (potential case).Domain with
        | PotentialDomain.Simplex -> Array.create d (1.0 / float d)
        | PotentialDomain.PositiveOrthant -> Array.create d 1.0
        | PotentialDomain.PositiveDefinite ->
            Array.init d (fun k -> if k % (sizeOf case.Data + 1) = 0 then 1.0 else 0.0)
        | _ -> zero case

    projectionOf (fun _ -> least) potential case

/// ∇²ψ(0), d×d.
let private hessianAtZero (potential: IPotential) (d: int) =
    let hessian: float array = Array.zeroCreate (d * d)
    potential.Hessian(ReadOnlySpan(Array.zeroCreate<float> d), Span hessian)
    Matrix<float>.Build.DenseOfRowMajor(d, d, hessian)

/// b of a hypentropy of d coordinates, ψ''(0) = 1/b.
let scalesOf (potential: Hypentropy) (d: int) : float array =
    (hessianAtZero potential d).Diagonal().Map(fun slope -> 1.0 / slope).ToArray()

/// The Mahalanobis potential of a function of the matrix.
let private ofMatrix (change: Matrix<float> -> Matrix<float>) (potential: Mahalanobis) : IPotential =
    let changed = change (hessianAtZero potential potential.Dimension)
    Mahalanobis((changed + changed.Transpose()).ToArray())

/// The projection of the start with a neighbouring exponent: of the metric ψ'' = w^{p-2}, which is 0 for Burg's potential, 1 for the
/// entropy and 2 in ℓ₂, the conjugate one for a p-norm, of the matrix, or of the network that a hypentropy comes from. None for
/// potentials that are no power.
let otherExponent (case: Case) : float array option =
    let other: IPotential option =
        match potential case with
        | :? Euclidean -> Some(PNorm 1.5)
        | :? PNorm as norm -> Some(PNorm(norm.Exponent / (norm.Exponent - 1.0)))
        | :? NegativeEntropy -> Some(Burg())
        | :? Burg -> Some(NegativeEntropy())
        | :? Mahalanobis as weighted -> Some(ofMatrix (fun matrix -> matrix * matrix) weighted)
        | :? Hypentropy as hypentropy ->
            Some(DiagonalNetworkPenalty(3, Math.Sqrt((scalesOf hypentropy case.Data.Dimension)[0] / 2.0)))
        | _ -> None

    other
    |> Option.bind (fun potential -> projectionOf start (fun _ -> potential) case)

/// The projection of the start under ‖w‖ₚ²/2. Its mirror map is ‖w‖^{2-p} times that of ‖w‖ₚᵖ/p, so this is the projection under the latter of a
/// start (‖w(0)‖/‖w‖)^{(2-p)/(p-1)} times as large, w the answer; its norm by the secant method.
let private underSquaredNorm (exponent: float) (case: Case) =
    let norm (w: float array) =
        Math.Pow(w |> Array.sumBy (fun entry -> Math.Pow(abs entry, exponent)), 1.0 / exponent)

    let first = start case

    let under size =
        let factor = Math.Pow(norm first / size, (2.0 - exponent) / (exponent - 1.0))
        tryProject case.Data (PNorm exponent) (Measure.scale factor first)

    let rec settle rounds (before, missed) size =
        match under size with
        | Some w when abs (norm w - size) <= Budget.rounding size -> Some w
        | Some w when rounds > 0 ->
            let miss = norm w - size
            settle (rounds - 1) (size, miss) (size - miss * (size - before) / (miss - missed))
        | _ -> None

    match under (norm first) with
    | Some w when norm first > 0.0 -> settle 20 (norm first, norm w - norm first) (norm w)
    | other -> other

/// The same measurements by the upper triangles of symmetric matrices: entries off the diagonal count once, not twice.
let upperTriangle (data: Dataset) : Dataset =
    let m = sizeOf data

    let inputs =
        data.Inputs()
        |> Array2D.mapi (fun _ k entry -> if k % (m + 1) = 0 then entry else entry / 2.0)

    Dataset.ForRegression(data.Name, inputs, data.Targets())

/// The projection of the start in the same geometry by another convention: a hypentropy of twice the scale, a matrix taken for its
/// inverse, the square of a p-norm, an entropy with Σw = 1 or without, measurements by the upper triangle. None where there is no
/// other: a factor in ψ changes no projection, nor does the mean of the loss, its half, or a step.
let otherConvention (case: Case) : float array option =
    let d = case.Data.Dimension

    let under (potential: IPotential) =
        projectionOf start (fun _ -> potential) case

    match potential case with
    | :? Hypentropy as hypentropy -> under (Hypentropy(scalesOf hypentropy d |> Measure.scale 2.0))
    | :? Mahalanobis as weighted -> under (ofMatrix _.Inverse() weighted)
    | :? PNorm as norm -> underSquaredNorm norm.Exponent case
    | :? SimplexEntropy -> under (NegativeEntropy())
    | :? NegativeEntropy ->
        let first = start case
        tryProject case.Data (SimplexEntropy()) (Measure.scale (1.0 / Array.sum first) first)
    | :? SpectralEntropy -> tryProject (upperTriangle case.Data) (potential case) case.Start
    | _ -> None

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

/// Where mistakes about a Bregman projection lead: a symbol, the rival's name and mistake, and the solution.
let mistakes: (string * string * string * (Case -> float array option)) list =
    [ "toClosest", "closest in ℓ₂", "the geometry of gradient descent", closestTo start
      "toForgotten", "start forgotten", "argmin ψ in place of argmin D(·, w(0))", leastPotential
      "toSparsest", "sparsest", "the ℓ₁ minimiser", sparsest
      "toExponent",
      "wrong exponent",
      "a neighbouring power of w, of the matrix, or of the network",
      otherExponent
      "toConvention",
      "wrong convention",
      "twice the scale, the inverse of the matrix, the squared norm, Σw = 1 or not, or half of the off-diagonal",
      otherConvention ]
