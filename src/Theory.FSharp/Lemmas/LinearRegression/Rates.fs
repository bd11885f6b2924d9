/// The rates at which the modes of a mirror method die, and cases that are read in their e-folds.
[<AutoOpen>]
module ImplicitBias.Theory.LinearRegression.Rates

open System
open MathNet.Numerics.LinearAlgebra
open MathNet.Symbolics
open ImplicitBias.Theory
open ImplicitBias.Numerics

/// κ: the slowest mode of a case shrinks like e^{-κt}, t counting iterations for descent.
let kappa: Expression = Operators.symbol "kappa"

/// The rate of the next mode.
let nextKappa: Expression = Operators.symbol "nextKappa"

/// n, the number of rows.
let count: Expression = Operators.symbol "n"

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

    let svd = weighted.Svd false

    Seq.take svd.Rank svd.S
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

/// Some mode has a rate at the limit: under a p-norm none has where that is 0.
let moves: Hypothesis =
    { Says = "the metric at the limit is not zero along the data"
      Holds = fun case -> not (Array.isEmpty (rates case)) }

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
        |> Option.bind (fun _ -> Array.tryHead (rates case)))

/// e-folds of the slowest mode from the start of a path to its end, for what holds at every t.
let pathFolds = [ 0.1; 1.0; 3.0; 10.0; 60.0 ]

/// e-folds of the slowest mode, auxiliary ones and readings, for what is approached.
let endFolds = [ 2.0; 3.0 ], [ 6.0; 9.0; 12.0 ]

/// A case read from its start to its end.
let alongPath: Dataset -> float list -> Method -> Case = caseAt [] pathFolds

/// A case read near its end.
let nearEnd: Dataset -> float list -> Method -> Case = endFolds ||> caseAt
