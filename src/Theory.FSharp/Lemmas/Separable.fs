/// The constants of separable data: every symbol that the theorems of linear classification share, and its value on a
/// case, computed from the exact max-margin solution and never from the dynamics.
module ImplicitBias.Theory.Separable

open System.Runtime.CompilerServices
open MathNet.Symbolics
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference

/// γ = 1/‖ŵ‖, the max margin of the data in their own units.
let gamma: Expression = Operators.symbol "gamma"

/// η: the step size on the summed loss; 1 for gradient flow.
let eta: Expression = Operators.symbol "eta"

/// ⟨ŵ, w̃⟩ = Σ αₙ log(η/αₙ).
let offset: Expression = Operators.symbol "offset"

/// ‖lim (w(t) - ŵ log t)‖: the residual w̃ and, where the support does not span, what the start and the past left.
let residualNorm: Expression = Operators.symbol "residualNorm"

/// γ ‖lim (w(t) - ŵ log t) - γ²⟨ŵ, w̃⟩ŵ‖.
let angleConstant: Expression = Operators.symbol "angleConstant"

/// Ent(p) = -Σ pₙ log pₙ of p = α/Σα, in nats.
let entropy: Expression = Operators.symbol "entropy"

/// Ent_∞(p) = -log max p.
let minEntropy: Expression = Operators.symbol "minEntropy"

/// λ, the smallest non-zero eigenvalue of H = Σ αₙ zₙ zₙᵀ.
let lambda: Expression = Operators.symbol "lambda"

/// θ - 1, the smallest slack of a point outside the support; 10⁶ where there is none, which no rate feels.
let slack: Expression = Operators.symbol "slack"

/// min(λ, θ - 1, 1): w(t) - ŵ log t approaches its limit like t^(-rate), up to a factor log t.
let rate: Expression = Operators.symbol "rate"

/// min(2λ, θ - 1, 1): t L approaches its limit like t^(-lossExponent), up to a factor log t; the slowest mode on the
/// support is orthogonal to ŵ, so it enters the loss squared.
let lossExponent: Expression = Operators.symbol "lossExponent"

/// Σ αₙ² / Σ αₙ.
let dualConcentration: Expression = Operators.symbol "dualConcentration"

/// n, the number of points.
let count: Expression = Operators.symbol "n"

/// R = maxₙ ‖zₙ‖.
let radius: Expression = Operators.symbol "R"

/// log L at the start.
let startLogLoss: Expression = Operators.symbol "logL0"

/// 1 for descent, 0 for flow.
let descent: Expression = Operators.symbol "descent"

/// 1 for the logistic loss, 0 for the exponential.
let logistic: Expression = Operators.symbol "logistic"

// A pure function of immutable data, kept as long as the data are: an exact solution costs up to a second.
let private solutions =
    ConditionalWeakTable<Dataset, Lazy<MaxMarginResult * SupportGeometry option>>()

let private solve (data: Dataset) =
    let solution =
        solutions.GetValue(
            data,
            fun data ->
                lazy
                    (let inputs = data.ExactSignedInputs()

                     match MaxMargin.Solve inputs with
                     | :? MaxMarginResult.Solved as solved ->
                         solved :> MaxMarginResult, Some(SupportGeometry.Of(inputs, solved))
                     | other -> other, None)
        )

    solution.Value

/// The exact max-margin answer, solved once per data set.
let maxMargin (data: Dataset) : MaxMarginResult = fst (solve data)

/// The geometry of the support.
/// Raises InvalidOperationException on data that are not separable.
let geometry (data: Dataset) : SupportGeometry =
    match solve data with
    | _, Some geometry -> geometry
    | _ -> invalidOp $"{data.Name} is not linearly separable."

/// ŵ, length d.
let maxMarginVector (data: Dataset) : float array = (geometry data).Solution.WeightsDouble

/// w̃ in span(S), for the step size of a method.
let residual (case: Case) : float array =
    (geometry case.Data).ResidualFor(case.Method.StepSize case.Data)

/// θ - 1, exact and then rounded; 10⁶ where every point is on the margin.
let slackOf (solution: MaxMarginResult.Solved) : float =
    match Option.ofNullable solution.SmallestInactiveMargin with
    | Some margin -> (margin - Exact.Rational.One).ToDouble()
    | None -> 1e6

/// min(λ, θ - 1, 1) of the data.
/// Raises InvalidOperationException on data that are not separable.
let rateOf (data: Dataset) : float =
    let geometry = geometry data
    min (min geometry.SmallestEigenvalue (slackOf geometry.Solution)) 1.0

/// The limit of w(t) - ŵ log t. On span(S) it is the residual w̃. Across it, nothing moves where the support spans the
/// data. Elsewhere the past decides and the theory has no closed form: the part is read off the run, at the first
/// snapshot where what still moves it, t^(-(θ-1)), is below the rounding 2⁻⁵³, or else at the last.
let limit (case: Case) : float array =
    let geometry = geometry case.Data
    let start = List.toArray case.Start

    let acrossSupport =
        if geometry.SupportRank = geometry.DataRank then
            Measure.minus start (geometry.ProjectOnData start)
        else
            let settled = 53.0 * log 2.0 / slackOf geometry.Solution
            let snapshots = case.Run.Value.Snapshots

            let chosen =
                snapshots
                |> Seq.tryFind (fun snapshot -> snapshot.LogTime >= settled)
                |> Option.defaultValue (Seq.last snapshots)

            let parameters = Seq.toArray chosen.Parameters
            Measure.minus parameters (geometry.ProjectOnSupport parameters)

    Array.map2 (+) (residual case) acrossSupport

/// The run's own dual variables, Eₙ = η t (-ℓ'(mₙ)), which tend to α: length n. Their combination Σ Eₙ zₙ is dw/d log t.
let dynamicDuals (case: Case) (snapshot: Snapshot) : float array =
    let outputs: float array = Seq.toArray snapshot.Outputs
    let duals: float array = Array.zeroCreate outputs.Length
    let logEta = log (case.Method.StepSize case.Data)
    case.Method.Loss.Gradient(outputs, -snapshot.LogTime - logEta, duals)
    Array.map (~-) duals

/// w - ŵ log t, length d.
let excess (case: Case) (snapshot: Snapshot) : float array =
    Measure.minus snapshot.Parameters (Measure.scale snapshot.LogTime (maxMarginVector case.Data))

/// The distance δ of w - ŵ log t from its limit w̃ on the span of the support, length d.
let lag (case: Case) (snapshot: Snapshot) : float array =
    Measure.minus ((geometry case.Data).ProjectOnSupport(excess case snapshot)) (residual case)

/// Whether a case is a descent; where forgetting η is a mistake.
let isDescent (case: Case) : bool = case.Method.IsDescent

/// The value of every symbol above on a case.
/// Raises InvalidOperationException on data that are not separable.
let constants (case: Case) : (Expression * float) list =
    let geometry = geometry case.Data
    let margin = geometry.Solution.Margin
    let along = Measure.dot geometry.Solution.WeightsDouble (residual case)
    let limit = limit case

    let across =
        Measure.minus limit (Measure.scale (along * margin * margin) geometry.Solution.WeightsDouble)

    let slackValue = slackOf geometry.Solution
    let model = case.Data.Margins
    let outputs: float array = Array.zeroCreate model.SampleCount
    let start: float array = List.toArray case.Start
    model.Predict(start, outputs)

    [ gamma, margin
      eta, case.Method.StepSize case.Data
      offset, along
      residualNorm, Measure.norm limit
      angleConstant, margin * Measure.norm across
      entropy, geometry.Entropy
      minEntropy, geometry.MinEntropy
      lambda, geometry.SmallestEigenvalue
      slack, slackValue
      rate, rateOf case.Data
      lossExponent, min (min (2.0 * geometry.SmallestEigenvalue) slackValue) 1.0
      dualConcentration, geometry.SumOfSquaredDuals * margin * margin
      count, float case.Data.SampleCount
      radius, sqrt model.SquaredRadius
      startLogLoss, case.Method.Loss.LogValue outputs
      descent, (if case.Method.IsDescent then 1.0 else 0.0)
      logistic, (if case.Method.Loss :? LogisticLoss then 1.0 else 0.0) ]

/// Some w has zₙ·w > 0 for all n. Decided exactly.
let separable: Hypothesis =
    { Says = "the data are linearly separable"
      Holds = fun case -> maxMargin case.Data :? MaxMarginResult.Solved }

/// No point has margin 1 and dual variable 0. Decided exactly.
let positiveDuals: Hypothesis =
    { Says = "every point on the margin has a positive dual variable"
      Holds = fun case -> (geometry case.Data).IsGeneric }

/// From the last auxiliary snapshot on the slowest mode decays as it says, but for the factor 2 of the budget. With
/// δ = w - ŵ log t - lim the weights on the margin are e^{-⟨zₙ, δ⟩} times their limits: δ' = -λ(1 - e^{-δ}) is linear but for a factor
/// (e^δ - 1)/δ, 1/log 2 at δ = log 2. That leaves 2 log 2 for the weights t^(-(θₙ-1)) next to it, of points whose own are
/// at least the square of the slowest mode.
let weightsNearLimit: Hypothesis =
    { Says =
        "at the last auxiliary snapshot |⟨zₙ, w - ŵ log t - w̃⟩| ≤ log 2 on the margin, and ≤ log(2 log 2) next to it"
      Holds =
        fun case ->
            let data = case.Data
            let geometry, inputs = geometry data, data.SignedInputs()
            let next = 1.0 + 2.0 * rateOf data

            let allowed n =
                if Array.contains n geometry.Solution.Active then
                    log Budget.safety
                elif Measure.dot inputs[n, *] geometry.Solution.WeightsDouble <= next then
                    log (Budget.safety * log 2.0)
                else
                    infinity

            // A run that ended before says so in its own verdict.
            match Seq.tryItem (case.Auxiliary.Length - 1) case.Run.Value.Snapshots with
            | None -> true
            | Some last ->
                let distance = Measure.minus (excess case last) (limit case)

                Seq.forall
                    (fun n -> abs (Measure.dot inputs[n, *] distance) <= allowed n)
                    (seq { 0 .. data.SampleCount - 1 }) }
