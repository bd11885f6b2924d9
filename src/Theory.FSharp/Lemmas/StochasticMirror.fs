/// The account of stochastic mirror descent, step by step, against any reference point.
module ImplicitBias.Theory.StochasticMirror

open System
open ImplicitBias.Numerics
open ImplicitBias.Theory.LinearRegression

/// Sums over the steps i = 1..T of a run, against a reference w: η times the losses where they stand.
type Account =
    {
        /// D(w, w_T).
        Divergence: float
        /// η Σ D_{Lᵢ}(w, wᵢ₋₁), D_{Lᵢ} = (xᵢ·(w - wᵢ₋₁))²/2.
        Bregman: float
        /// η Σ Lᵢ(w).
        Noise: float
        /// Σ Eᵢ, Eᵢ = D(wᵢ, wᵢ₋₁) - η D_{Lᵢ}(wᵢ, wᵢ₋₁) + η Lᵢ(wᵢ).
        Surplus: float
    }

/// The reference of a case: 3/2 in every coordinate, no interpolant.
let reference (case: Case) : float array = Array.create case.Data.Dimension 1.5

let private divergence (potential: IPotential) (a: float array) (b: float array) =
    potential.Divergence(ReadOnlySpan a, ReadOnlySpan b)

/// D(w, w₀).
let startDivergence (case: Case) : float =
    divergence (potential case) (reference case) (List.toArray case.Start)

let private order (case: Case) =
    match case.Method.Dynamics case.Data with
    | :? MirrorDescent as descent when descent.Seed.HasValue ->
        SampleOrder(descent.Seed.Value, case.Data.SampleCount)
    | _ -> invalidArg (nameof case) "The case is not about a stochastic method."

/// The account of a run whose snapshots are all its iterates from the first on.
let account (case: Case) : Snapshot list -> Account =
    let potential, reference, order = potential case, reference case, order case
    let inputs, targets = case.Data.Inputs(), case.Data.Targets()
    let step = case.Method.StepSize case.Data
    let start = List.toArray case.Start

    fun snapshots ->
        let iterates =
            start
            :: (snapshots |> List.map (fun snapshot -> Seq.toArray snapshot.Parameters))

        let steps =
            [ for i, (before, after) in List.indexed (List.pairwise iterates) do
                  let row = order[int64 i]
                  let x = inputs[row, *]
                  let residual point = Measure.dot x point - targets[row]
                  let half value = value * value / 2.0

                  step * half (Measure.dot x (Measure.minus reference before)),
                  step * half (residual reference),
                  divergence potential after before
                  - step * half (Measure.dot x (Measure.minus after before))
                  + step * half (residual after) ]

        { Divergence = divergence potential reference (List.last iterates)
          Bregman = steps |> List.sumBy (fun (bregman, _, _) -> bregman)
          Noise = steps |> List.sumBy (fun (_, noise, _) -> noise)
          Surplus = steps |> List.sumBy (fun (_, _, surplus) -> surplus) }

/// A case whose snapshots are its first forty iterates, some of them readings.
let everyIterate (data: Dataset) (start: float list) (method: Method) : Case =
    let readings = [ 1; 10; 40 ]
    let log (k: int) = Math.Log(float k)

    Case.create
        data.Name
        data
        start
        method
        ([ 1..40 ]
         |> List.filter (fun k -> not (List.contains k readings))
         |> List.map log)
        (List.map log readings)
