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
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Separable
open ImplicitBias.Theory.LinearClassification

let private e, alpha, x = symbol "e", symbol "alpha", symbol "x"
let private s, e0 = symbol "s", symbol "e0"

/// E(s) from E(0) = e₀ where one point z = 1 is all the data.
let private logisticCurve = e0 * exp s / (1Q + e0 * (exp s - 1Q))

/// KL(1|E) there.
let private divergenceOfOne = -(ln logisticCurve) - 1Q + logisticCurve

/// x - 1 - log x.
let private gap = x - 1Q - ln x

// Two points: their Gram matrix ((a, c), (c, b)), dual and distance from it.
let private a, b, c = symbol "a", symbol "b", symbol "c"

let private alpha1, alpha2, d1, d2 =
    symbol "alpha1", symbol "alpha2", symbol "d1", symbol "d2"

let private startDivergence = symbol "startDivergence"

let private startMass, motionWork, slackWork =
    symbol "startMass", symbol "motionWork", symbol "slackWork"

let private startWeights (case: Case) =
    let model = LinearModel(case.Data.SignedInputs())
    let margins: float array = Array.zeroCreate model.SampleCount
    let start: float array = List.toArray case.Start
    model.Predict(start, margins)
    Array.map (fun margin -> Math.Exp -margin) margins

/// Edges of panels in s: the first panel lasts one to two times as long as the fastest transient of the start, whose rate is
/// at most Σ Eₙ ‖zₙ‖², and the next ones end twice as far each, up to 2⁸.
let private edges (case: Case) =
    let inputs = case.Data.SignedInputs()

    let rate =
        startWeights case
        |> Array.mapi (fun n weight -> weight * Measure.dot inputs[n, *] inputs[n, *])
        |> Array.sum

    let first = Math.Min(0.0, Math.Floor(Math.Log2(2.0 / rate)))
    0.0 :: [ for k in first .. 8.0 -> Math.Pow(2.0, k) ]

/// log t = log(e^s - 1), without cancellation at small s.
let private logTimeOf (s: float) =
    s / 2.0 + Math.Log(2.0 * Math.Sinh(s / 2.0))

/// Every reading is an edge.
let private readAt (case: Case) =
    let nodes = PanelQuadrature.nodes (edges case) |> List.map fst
    Case.readAt (List.map logTimeOf nodes) (List.map logTimeOf [ 1.0; 4.0; 16.0; 64.0; 256.0 ]) case

let private divergence (dual: float array) (weights: float array) =
    Array.map2 (fun a e -> if a = 0.0 then e else a * Math.Log(a / e) - a + e) dual weights
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
    let at = Case.oncePerSnapshot (integrands case)
    let readings = HashSet case.LogTimes
    let weights = PanelQuadrature.nodes (edges case) |> List.map snd |> Array.ofList

    fun snapshots ->
        let mutable motion, slack, node = 0.0, 0.0, 0

        for snapshot in snapshots do
            if not (readings.Contains snapshot.LogTime) then
                let moved, spare = at snapshot
                motion <- motion + weights[node] * moved
                slack <- slack + weights[node] * spare
                node <- node + 1

        motion, slack

/// The quadrature errs by less than the identity is computed to.
let private resolved: Hypothesis =
    { Says = "the nodes of the quadrature resolve every transient of the run"
      Holds =
        fun case ->
            let integrands, readings = integrands case, set case.LogTimes

            let values =
                [ for snapshot in case.Run.Value.Snapshots do
                      if not (readings.Contains snapshot.LogTime) then
                          integrands snapshot ||> (+) ]

            let start = divergence (geometry case.Data).Dual (startWeights case)
            PanelQuadrature.leftOut (edges case) values <= Budget.rounding start }

let private balance (case: Case) : Snapshot list -> float =
    let dual = (geometry case.Data).Dual
    let work = work case

    fun snapshots ->
        let motion, slack = work snapshots
        divergence dual (weightsAt (List.last snapshots)) + motion + slack

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
      Hypotheses = [ separable; resolved ]
      Prediction =
        Prediction.forAllTime "KL(α|E(s)) + ∫ [‖dw/ds - ŵ‖² + Σ Eₙ (⟨zₙ, ŵ⟩ - 1)] ds" startDivergence
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
              "s>=0",
              SolvesOde(
                  "one point z = 1 follows the logistic equation",
                  s,
                  [ e, logisticCurve, e * (1Q - e) ]
              )
          )
          Substitution("from E(0)", logisticCurve, [ s, 0Q ], e0)
          Assuming(
              "s>=0",
              Derivative(
                  "and its divergence falls by ‖dw/ds - ŵ‖² = (E - 1)²",
                  s,
                  divergenceOfOne,
                  -((logisticCurve - 1Q) ** 2Q)
              )
          )
          Limit("to nothing: all of it is spent", s, infinity, divergenceOfOne, 0Q)
          Derivative(
              "KL ≥ 0: with x = e/α it is α (x - 1 - log x), which falls up to x = 1 and then grows",
              x,
              gap,
              1Q - x ** -1Q
          )
          Limit("and zero only at e = α, like α (x - 1)²/2", x, 1Q, gap / (x - 1Q) ** 2Q, 1Q / 2Q)
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
