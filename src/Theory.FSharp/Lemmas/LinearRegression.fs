/// The experiments of regression with the square loss: ways of moving, the data that the theorems are tried on, and what the
/// theory says of them, computed from the data and never from the dynamics.
module ImplicitBias.Theory.LinearRegression

open System
open System.Runtime.CompilerServices
open MathNet.Numerics.LinearAlgebra
open MathNet.Symbolics
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference

/// κ: the slowest mode of a case shrinks like e^{-κt}, t counting iterations for descent.
let kappa: Expression = Operators.symbol "kappa"

/// The rate of the next mode.
let nextKappa: Expression = Operators.symbol "nextKappa"

/// n, the number of rows.
let count: Expression = Operators.symbol "n"

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

/// Descent of the square loss under a potential, with a step in units of the stable Euclidean one.
let mirrorDescent (potential: IPotential) (step: float) : Method =
    { Name = $"mirror descent, {potential.Name}"
      Loss = loss
      Model = fun data -> residuals data
      Dynamics = fun data -> MirrorDescent(residuals data, loss, potential, step * stableStep data)
      StepSize = fun data -> step * stableStep data
      IsDescent = true }

/// The same along one row at a time, drawn from a seed.
let stochastic (potential: IPotential) (step: float) (seed: uint64) : Method =
    { mirrorDescent potential step with
        Name = $"stochastic mirror descent, {potential.Name}"
        Dynamics =
            fun data ->
                MirrorDescent(residuals data, loss, potential, step * stableStep data, Seed = Nullable seed) }

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

/// One row (3, 4) with target 5: w∞ = (0.6, 0.8) from zero, s = 5.
let oneRow = Dataset.ForRegression("one row", array2D [ [ 3.0; 4.0 ] ], [| 5.0 |])

/// Two rows in five dimensions. The l1 minimiser is (0, 1/2, 1/2, 0, 0) with dual (1/3, 1/3).
let twoRows =
    Dataset.ForRegression(
        "two rows",
        array2D [ [ 1.0; 2.0; 0.0; -1.0; 1.0 ]; [ 0.0; 1.0; 3.0; 2.0; -2.0 ] ],
        [| 1.0; 2.0 |]
    )

/// A metric for two rows that is not diagonal.
let weighted =
    Mahalanobis(Array2D.init 5 5 (fun i j -> if i = j then float (i + 1) + 0.25 else 0.25))

/// A third row that contradicts the sum of the two.
let contradictory =
    let inputs, targets = twoRows.Inputs(), twoRows.Targets()

    Dataset.ForRegression(
        "two rows and a contradiction",
        Array2D.init 3 twoRows.Dimension (fun i j ->
            if i < 2 then inputs[i, j] else inputs[0, j] + inputs[1, j]),
        Array.append targets [| Array.sum targets + 1.0 |]
    )

/// A start for two rows, of either sign.
let signedStart = [ 0.5; -0.25; 1.0; 0.1; 0.75 ]

/// A positive start for two rows.
let positiveStart = [ 0.2; 0.1; 0.5; 0.3; 0.4 ]

/// Two rows that differ by a quarter in one feature: the slowest rate is 1/519 of the fastest.
let nearlyParallel =
    Dataset.ForRegression(
        "nearly parallel rows",
        array2D [ [ 1.0; 2.0; 0.5; 1.0 ]; [ 1.0; 2.0; 0.5; 1.25 ] ],
        [| 1.0; 1.125 |]
    )

/// One flower of each species of iris: petal width from the other three measurements in cm and a constant.
let threeIrises =
    let setosa = BuiltInData.Iris("setosa", "versicolor")
    let virginica = BuiltInData.Iris("virginica", "versicolor")

    let first (data: Dataset) label =
        let row = data.Labels() |> Array.findIndex ((=) label)
        (data.Inputs())[row, *]

    let flowers = [ first setosa 1; first setosa -1; first virginica 1 ]

    Dataset.ForRegression(
        "three irises",
        [| "sepal_length_cm"; "sepal_width_cm"; "petal_length_cm"; "constant" |],
        array2D [ for flower in flowers -> [ flower[0]; flower[1]; flower[2]; 1.0 ] ],
        [| for flower in flowers -> flower[3] |]
    )

/// Petal length from the other three measurements in cm, one setosa and one virginica; a positive interpolant exists.
let twoIrises =
    let setosa = BuiltInData.Iris("setosa", "virginica")

    let flower label =
        (setosa.Inputs())[setosa.Labels() |> Array.findIndex ((=) label), *]

    let flowers = [ flower 1; flower -1 ]

    Dataset.ForRegression(
        "two irises",
        [| "sepal_length_cm"; "sepal_width_cm"; "petal_width_cm" |],
        array2D [ for flower in flowers -> [ flower[0]; flower[1]; flower[3] ] ],
        [| for flower in flowers -> flower[2] |]
    )

/// One row on the simplex: the mean of 1, 2, 0, -1, 1 is to be 0.7.
let oneMean =
    Dataset.ForRegression("one mean", array2D [ [ 1.0; 2.0; 0.0; -1.0; 1.0 ] ], [| 0.7 |])

/// The singular value decomposition of the inputs: singular values of the row space, descending, and V, d×r.
type private Spectrum = { Values: float array; Rows: Matrix<float> }

// Pure functions of immutable data, kept as long as the data are.
let private spectra = ConditionalWeakTable<Dataset, Spectrum>()

let private spectrum (data: Dataset) =
    spectra.GetValue(
        data,
        fun data ->
            let svd = Matrix<float>.Build.DenseOfArray(data.Inputs()).Svd()
            // Singular values below this are rounding of the decomposition.
            let rank = svd.S |> Seq.filter (fun value -> value > 1e-12 * svd.S[0]) |> Seq.length

            { Values = Array.init rank (fun k -> svd.S[k])
              Rows = svd.VT.SubMatrix(0, rank, 0, data.Dimension).Transpose() }
    )

/// The non-zero singular values of the inputs, descending.
let singularValues (data: Dataset) : float array = (spectrum data).Values

/// The right singular vectors that go with them, each of length d.
let rightVectors (data: Dataset) : float array list =
    [ for column in (spectrum data).Rows.EnumerateColumns() -> column.ToArray() ]

/// The smallest non-zero s², to rounding relative to itself where the singular value decomposition is right only relative to
/// the largest: the Rayleigh quotient of its vector, taken exactly, is off by the square of the vector's error.
let smallestSquare (data: Dataset) : float =
    let inputs = data.ExactInputs()
    let x = Matrix<float>.Build.DenseOfArray(data.Inputs())

    let vector =
        (x * Vector<float>.Build.Dense(List.last (rightVectors data))).ToArray()

    let left = vector |> Array.map Exact.Rational.FromBinary
    let zero = Exact.Rational.Zero

    let squares values =
        values |> Seq.fold (fun (sum: Exact.Rational) value -> sum + value * value) zero

    let image =
        [ for j in 0 .. data.Dimension - 1 ->
              Seq.fold
                  (fun (sum: Exact.Rational) i -> sum + left[i] * inputs[i, j])
                  zero
                  [ 0 .. left.Length - 1 ] ]

    (squares image / squares left).ToDouble()

/// P₀x: the part of x, length d, orthogonal to the rows of the data.
let across (data: Dataset) (x: float seq) : float array =
    let rows = (spectrum data).Rows
    let x = Vector<float>.Build.DenseOfEnumerable x
    // Twice: the second pass takes out what rounding left of the first.
    let remove (x: Vector<float>) =
        x - rows * rows.TransposeThisAndMultiply x

    (remove (remove x)).ToArray()

/// The unit vector along P₀x. Projected again once it has length 1, it is orthogonal to the rows to rounding however small the
/// part of x was.
let directionAcross (data: Dataset) (x: float seq) : float array =
    across data x |> Measure.unit |> across data |> Measure.unit

/// The same orthogonal also to (1, ..., 1): on the simplex a dual means nothing along it.
let private acrossWithSum (data: Dataset) =
    let rows, targets = data.Inputs(), data.Targets()
    let n = data.SampleCount

    let extended =
        Dataset.ForRegression(
            data.Name,
            Array2D.init (n + 1) data.Dimension (fun i j -> if i < n then rows[i, j] else 1.0),
            Array.append targets [| 1.0 |]
        )

    across extended

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

/// The rates of the modes of a mirror flow near an interpolant, ascending: the non-zero eigenvalues of X∇²ψ*Xᵀ there.
let flowRates (data: Dataset) (potential: IPotential) (point: float array) : float array =
    let d = data.Dimension
    let root: float array = Array.zeroCreate (d * d)
    potential.DualHessianRoot(ReadOnlySpan(dual potential point), Span root)
    // Row-major read as column-major is the transpose.
    let weighted =
        Matrix<float>
            .Build.Dense(d, d, root)
            .TransposeAndMultiply(Matrix<float>.Build.DenseOfArray(data.Inputs()))

    let values = weighted.Svd(false).S

    values
    |> Seq.filter (fun value -> value > 1e-12 * values[0])
    |> Seq.map (fun value -> value * value)
    |> Seq.sort
    |> Array.ofSeq

/// The rates of a case per unit of t: λ for a flow, -log(1 - ηλ) for descent.
let rates (case: Case) : float array =
    let step = case.Method.StepSize case.Data

    flowRates case.Data (potential case) (projection case)
    |> Array.map (fun rate ->
        if case.Method.IsDescent then
            -Math.Log(1.0 - step * rate)
        else
            rate)

/// The distance d from the limit, relative to it, shrinks at the rate κ(t) of the metric at w(t). Where that metric is
/// proportional to w, d' = -κ(1 - d)d, and what is missing from κ(t - t₁) e-folds is log κ/κ(t₁): the safety factor allows log 2.
let settles (rateAt: Case -> Snapshot -> float) (rate: Case -> float) : Hypothesis =
    { Says = "the metric at the last auxiliary snapshot is that of the limit, κ(t) ≥ κ/2"
      Holds =
        fun case ->
            // A run that ended before says so in its own verdict.
            match Seq.tryItem (case.Auxiliary.Length - 1) case.Run.Value.Snapshots with
            | Some last -> Budget.safety * rateAt case last >= rate case
            | None -> true }

/// κ, and the rate of the next mode, far away where there is only one.
let rateConstants (case: Case) : (Expression * float) list =
    let rates = rates case

    [ kappa, rates[0]
      nextKappa, (if rates.Length > 1 then rates[1] else 1e3 * rates[0])
      count, float case.Data.SampleCount ]

/// A case read when its slowest mode, whose rate is given, has shrunk by so many e-folds; auxiliary ones likewise. Where it
/// has no rate the unit is 1, and the hypotheses will say so.
let readAtFolds (tryRate: Case -> float option) auxiliary readings data start method : Case =
    let bare = Case.create (data: Dataset).Name data start method [] []
    let rate = tryRate bare |> Option.filter Double.IsFinite |> Option.defaultValue 1.0
    let logTimes = List.map (fun folds -> Math.Log(folds / rate))
    Case.readAt (logTimes auxiliary) (logTimes readings) bare

/// The same for a mirror method, which has a rate where there is an interpolant inside the domain.
let caseAt: float list -> float list -> Dataset -> float list -> Method -> Case =
    readAtFolds (fun case ->
        tryProject case.Data (potential case) case.Start
        |> Option.map (fun _ -> (rates case)[0]))

/// e-folds of the slowest mode from the start of a path to its end, for what holds at every t.
let pathFolds = [ 0.1; 1.0; 3.0; 10.0; 60.0 ]

/// e-folds of the slowest mode, auxiliary ones and readings, for what is approached.
let endFolds = [ 2.0; 3.0 ], [ 6.0; 9.0; 12.0 ]

/// A case read from its start to its end.
let alongPath: Dataset -> float list -> Method -> Case = caseAt [] pathFolds

/// A case read near its end.
let nearEnd: Dataset -> float list -> Method -> Case = endFolds ||> caseAt

/// Some interpolant is inside the domain of the potential. Decided exactly.
let interpolates: Hypothesis =
    { Says = "Xw = y has a solution inside the domain of the potential"
      Holds = fun case -> Option.isSome (tryProject case.Data (potential case) case.Start) }

/// There are more features than independent rows.
let underdetermined: Hypothesis =
    { Says = "Xw = y has more than one solution"
      Holds = fun case -> (singularValues case.Data).Length < case.Data.Dimension }

/// A start on a user's data that forgets nothing: 1, 1/2, 1/3, ... in every other coordinate negative.
let generic (dimension: int) : float list =
    [ for j in 1..dimension -> (if j % 2 = 0 then -1.0 else 1.0) / float j ]

/// The same, positive.
let genericPositive (dimension: int) : float list =
    [ for j in 1..dimension -> 1.0 / float j ]
