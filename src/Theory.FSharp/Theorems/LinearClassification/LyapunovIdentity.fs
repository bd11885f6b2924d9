/// # An exact balance along the flow, for all t, with no genericity assumption
///
/// Let Eₙ = (1 + t) e^{-mₙ} and s = log(1 + t). Then dEₙ/ds = Eₙ (1 - ⟨zₙ, Σ Eₖ zₖ⟩) and, for any optimal dual α,
/// KL(α|E(s)) + ∫₀ˢ [‖dw/ds - ŵ‖² + Σ Eₙ (⟨zₙ, ŵ⟩ - 1)] ds = KL(α|E(0)), KL(a|e) = Σ aₙ log(aₙ/eₙ) - aₙ + eₙ.
/// Both terms of the integrand are nonnegative: a Lyapunov function that decreases by exactly what is spent.
module ImplicitBias.Theory.Theorems.LyapunovIdentity

open System
open System.Collections.Generic
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open MathNet.Numerics.Integration
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Separable
open ImplicitBias.Theory.LinearClassification

let private e, alpha, x = symbol "e", symbol "alpha", symbol "x"
let private s, e0 = symbol "s", symbol "e0"

/// E(s) from E(0) = e₀ where one point z = 1 is all the data.
let private logisticCurve = e0 * exp s / (1Q + e0 * (exp s - 1Q))

// Two points: their Gram matrix ((a, c), (c, b)), dual and distance from it.
let private a, b, c = symbol "a", symbol "b", symbol "c"

let private alpha1, alpha2, d1, d2 =
    symbol "alpha1", symbol "alpha2", symbol "d1", symbol "d2"

let private startDivergence = symbol "startDivergence"

let private startMass, motionWork, slackWork =
    symbol "startMass", symbol "motionWork", symbol "slackWork"

/// Panels in s: [0, 2⁻¹⁶], then fourfold up to 2⁸, where every transient of the built-in data is over.
let private edges = 0.0 :: [ for k in -16.0 .. 2.0..8.0 -> Math.Pow(2.0, k) ]

/// Gauss–Legendre nodes in s, ascending, with their weights.
let private quadrature =
    let rule = GaussLegendreRule(0.0, 1.0, 16)

    [ for left, right in List.pairwise edges do
          for x, weight in Seq.zip rule.Abscissas rule.Weights |> Seq.sortBy fst do
              left + x * (right - left), weight * (right - left) ]

/// log t = log(e^s - 1), without cancellation at small s.
let private logTimeOf (s: float) =
    s / 2.0 + Math.Log(2.0 * Math.Sinh(s / 2.0))

/// Every reading is an edge.
let private readAt =
    Case.readAt (List.map (fst >> logTimeOf) quadrature) (List.map logTimeOf [ 1.0; 4.0; 16.0; 64.0; 256.0 ])

let private divergence (dual: float array) (weights: float array) =
    Array.map2 (fun a e -> (if a = 0.0 then 0.0 else a * Math.Log(a / e)) - a + e) dual weights
    |> Array.sum

/// Eₙ = (1 + t) e^{-mₙ}.
let private weightsAt (snapshot: Snapshot) : float array =
    let s = LogDomain.Softplus snapshot.LogTime
    snapshot.Outputs |> Seq.map (fun margin -> Math.Exp(s - margin)) |> Array.ofSeq

/// ‖dw/ds - ŵ‖² and Σ Eₙ (⟨zₙ, ŵ⟩ - 1) at a snapshot.
let private integrands (case: Case) : Snapshot -> float * float =
    let model = case.Data.Margins
    let direction = maxMarginVector case.Data
    let active = (geometry case.Data).Solution.Active
    let slacks: float array = Array.zeroCreate model.SampleCount
    model.Predict(direction, slacks)

    for n in 0 .. slacks.Length - 1 do
        slacks[n] <- if Array.contains n active then 0.0 else slacks[n] - 1.0

    fun snapshot ->
        let weights = weightsAt snapshot
        let velocity: float array = Array.zeroCreate model.ParameterCount
        model.Pullback(direction, weights, velocity)
        let change = Measure.minus velocity direction
        Measure.dot change change, Measure.dot weights slacks

/// The two integrals up to the last of the snapshots, an edge. Each integrand is computed once: the error estimate asks
/// for the sums again and again with one snapshot changed.
let private work (case: Case) : Snapshot list -> float * float =
    let integrands = integrands case
    let known = Dictionary<Snapshot, float * float>(HashIdentity.Reference)
    let readings = set case.LogTimes

    let at snapshot =
        match known.TryGetValue snapshot with
        | true, values -> values
        | _ ->
            let values = integrands snapshot
            known[snapshot] <- values
            values

    fun snapshots ->
        let nodes =
            snapshots
            |> List.filter (fun snapshot -> not (readings.Contains snapshot.LogTime))

        Seq.zip quadrature nodes
        |> Seq.fold
            (fun (motion, slack) ((_, weight), node) ->
                let moved, spare = at node
                motion + weight * moved, slack + weight * spare)
            (0.0, 0.0)

let private balance (case: Case) : Snapshot list -> float =
    let dual = (geometry case.Data).Dual
    let work = work case

    fun snapshots ->
        let motion, slack = work snapshots
        divergence dual (weightsAt (List.last snapshots)) + motion + slack

let private startWeights (case: Case) =
    let model = case.Data.Margins
    let margins: float array = Array.zeroCreate model.SampleCount
    let start: float array = List.toArray case.Start
    model.Predict(start, margins)
    Array.map (fun margin -> Math.Exp -margin) margins

let private instances =
    [ fivePoints, [ 0.5; -0.5 ]
      nearlyActive, [ 0.0; 0.0 ]
      zeroDual, [ 0.0; 0.0 ]
      iris, [ 0.0; 0.0; 0.0; 0.0 ]
      penguins, [ 0.0; 0.0 ] ]

let theorem: Theorem =
    { Id = "lyapunov-identity"
      Title = "KL(α|E(s)) + ∫ [‖dw/ds - ŵ‖² + Σ Eₙ (⟨zₙ, ŵ⟩ - 1)] ds = KL(α|E(0)) for all t"
      Source = Soudry.paper "derived here; any optimal dual, zero or not unique"
      Hypotheses = [ separable ]
      Prediction =
        { Quantity = "KL(α|E(s)) + ∫ [‖dw/ds - ŵ‖² + Σ Eₙ (⟨zₙ, ŵ⟩ - 1)] ds"
          Claim = ForAllTime
          Leading = startDivergence
          Next = 0Q
          Remainder = 0Q
          Transient = 0Q }
      Constants =
        fun case ->
            let dual, weights = (geometry case.Data).Dual, startWeights case
            let motion, slack = work case (List.ofSeq case.Run.Value.Snapshots)

            [ startDivergence, divergence dual weights
              startMass, Array.sum weights - Array.sum dual
              motionWork, motion
              slackWork, slack ]
      Derivation =
        [ Derivative(
              "∂KL/∂e = 1 - α/e, so dKL/ds = Σ (Eₙ - αₙ)(1 - ⟨zₙ, dw/ds⟩)",
              e,
              alpha * ln (alpha / e) - alpha + e,
              1Q - alpha / e
          )
          Assuming(
              "c real",
              Identity(
                  "two points: with dᵢ = Eᵢ - αᵢ this is -‖Σ dᵢ zᵢ‖² + Σ dᵢ (1 - ⟨zᵢ, ŵ⟩)",
                  d1 * (1Q - a * (alpha1 + d1) - c * (alpha2 + d2))
                  + d2 * (1Q - c * (alpha1 + d1) - b * (alpha2 + d2)),
                  -(a * d1 ** 2Q + 2Q * c * d1 * d2 + b * d2 ** 2Q)
                  + d1 * (1Q - a * alpha1 - c * alpha2)
                  + d2 * (1Q - c * alpha1 - b * alpha2)
              )
          )
          Assuming(
              "s real",
              SolvesOde(
                  "one point z = 1 follows the logistic equation",
                  s,
                  [ e, logisticCurve, e * (1Q - e) ]
              )
          )
          Assuming(
              "s real",
              Derivative(
                  "and its divergence falls by ‖dw/ds - ŵ‖² = (E - 1)²",
                  s,
                  -(ln logisticCurve) - 1Q + logisticCurve,
                  -((logisticCurve - 1Q) ** 2Q)
              )
          )
          Inequality("KL ≥ 0: with x = e/α it is α (x - 1 - log x)", ln x, x - 1Q)
          Cited "Σ αₙ zₙ = ŵ and αₙ (⟨zₙ, ŵ⟩ - 1) = 0, the optimality of ŵ" ]
      Measure = balance
      Rivals =
        [ Rival.create "half a square" "½‖dw/ds - ŵ‖² in the integrand" (startDivergence + motionWork / 2Q)
          Rival.create
              "masses left out"
              "Σ α log(α/E) without -α + E at the start"
              (startDivergence - startMass)
          Rival.create
              "divergence conserved"
              "the integral forgotten"
              (startDivergence + motionWork + slackWork)
          Rival.create "support only" "the points off the support forgotten" (startDivergence + slackWork)
          |> Rival.where (fun case -> (geometry case.Data).Solution.Active.Length < case.Data.SampleCount) ]
      Controls =
        [ { Breaks = "the loss is exponential"
            Case = readAt (case fivePoints [ 0.5; -0.5 ] flowLogistic)
            PredictedAs = readAt (case fivePoints [ 0.5; -0.5 ] flowExponential)
            Instead = "the balance is off by the correction of the logistic tail" } ]
      Cases = [ for data, start in instances -> readAt (case data start flowExponential) ]
      OnData = onData [ flowExponential ] >> List.map readAt }
