/// Linear networks on the square loss whose predictor moves like a mirror flow: the potential that each imposes.
module ImplicitBias.Theory.RegressionNetworks

open System
open MathNet.Symbolics
open ImplicitBias.Numerics
open ImplicitBias.Theory.LinearRegression

let private method name (parametrization: int -> IParametrization) : Method =
    let model (data: Dataset) =
        ResidualModel(LinearNetwork(data.Inputs(), parametrization data.Dimension), data.Targets())

    { flow with
        Name = $"flow, {name}"
        Model = fun data -> model data
        Dynamics = fun data -> MirrorFlow(model data, SquareLoss(), Euclidean()) }

/// Gradient flow of w = u₊ᴰ - u₋ᴰ.
let diagonal (depth: int) : Method =
    method $"diagonal network of depth {depth}" (fun d -> DiagonalNetwork.Shared(d, depth))

/// Gradient flow of w = uv - pq, coordinate by coordinate.
let untied: Method =
    method "untied diagonal network" (fun d -> DiagonalNetwork.UntiedDifference(d, 2))

/// Gradient flow of w = u₁∘…∘u_L.
let separate (depth: int) : Method =
    method $"diagonal network of depth {depth} with separate layers" (fun d ->
        DiagonalNetwork.Untied(d, depth))

/// Gradient flow of w = u₊² - u₋² in the parameters log u: the same flow, and no weight of theirs is too small for it.
let logarithmic: Method =
    let model (data: Dataset) =
        ResidualModel(LinearNetwork(data.Inputs(), LogDiagonalNetwork(data.Dimension, 2)), data.Targets())

    { flow with
        Name = "flow, diagonal network of depth 2 in logarithms"
        Model = fun data -> model data
        Dynamics = fun data -> MirrorFlow(model data, SquareLoss(), LogarithmicParameters()) }

/// A shape in every layer but the last, which starts at zero.
let zeroLast (depth: int) (shape: float list) : float list =
    List.concat (List.replicate (depth - 1) shape) @ List.replicate shape.Length 0.0

/// The layers of a start, the last apart from the others.
let private layers (case: Case) =
    match List.rev (List.chunkBySize case.Data.Dimension case.Start) with
    | last :: others -> others, last
    | [] -> [], []

/// A start as zeroLast makes it: one shape.
let layersAlike: Hypothesis =
    { Says = "the layers but the last start alike"
      Holds = layers >> fst >> List.distinct >> (fun shapes -> shapes.Length = 1) }

/// A start as zeroLast makes it: a positive shape, and zero.
let lastAtZero: Hypothesis =
    { Says = "the layers start positive, but the last, which starts at zero"
      Holds =
        fun case ->
            let others, last = layers case

            List.forall (List.forall (fun entry -> entry > 0.0)) others
            && List.forall ((=) 0.0) last }

/// Gradient flow of a fully connected network with one hidden neuron, f(x) = a v·x. Parameters: v, then a.
let neuron: Method =
    method "one hidden neuron" (fun d -> FullyConnectedNetwork(d, 2, 1))

/// A network as a mirror flow: ∇ψ(β) moves by speed · Xᵀλ, where the speed is 1 up to a rescaling of time.
type Mirror =
    {
        Potential: IPotential
        /// β(θ) at the start, length d.
        Origin: float array
        /// The speed of the dual at a predictor.
        Speed: float array -> float
    }

let private parametrization (case: Case) : IParametrization =
    match case.Method.Model case.Data with
    | :? ResidualModel as residuals ->
        match residuals.Model with
        | :? LinearNetwork as network -> network.Parametrization
        | _ -> invalidArg (nameof case) "The case is not about a network."
    | _ -> invalidArg (nameof case) "The case is not about a network."

let private predict (parametrization: IParametrization) (parameters: float seq) : float array =
    let weights: float array = Array.zeroCreate parametrization.Dimension
    parametrization.Predictor(ReadOnlySpan(Seq.toArray parameters), Span weights)
    weights

/// β(θ), length d, of the snapshots of a case.
let predictor (case: Case) : Snapshot -> float array =
    let parametrization = parametrization case
    fun snapshot -> predict parametrization snapshot.Parameters

/// u₊ᴰ - u₋ᴰ from u₊ = u₋ = α. Depth 2: hypentropy of scale 2α², four times as fast. Depth D: the dual z of α^D h(z) moves
/// by α^{D-2} D(D-2) Xᵀλ.
let private ofShared depth alpha : IPotential * float =
    if depth = 2 then
        Hypentropy.OfNetwork alpha, 4.0
    else
        DiagonalNetworkPenalty(depth, alpha), float (depth * (depth - 2)) * Math.Pow(alpha, float (depth - 2))

/// uv - pq: w = Ae^{2G} - Be^{-2G} with 4A = (u + v)² + (p - q)² and 4B = (u - v)² + (p + q)² at the start: hypentropy of
/// scale 2√(AB), twice as fast.
let private ofUntied (start: float array) =
    let d = start.Length / 4
    let square x = x * x

    Hypentropy(
        Array.init d (fun j ->
            let u, v, p, q = start[j], start[d + j], start[2 * d + j], start[3 * d + j]
            let a = (square (u + v) + square (p - q)) / 4.0
            let b = (square (u - v) + square (p + q)) / 4.0
            2.0 * Math.Sqrt(a * b))
    )

/// The mirror flow that a case is.
/// Raises ArgumentException for another architecture, or a start with another shape.
let mirror (case: Case) : Mirror =
    let parametrization = parametrization case
    let start = List.toArray case.Start
    let origin = predict parametrization start

    match parametrization with
    | :? LogDiagonalNetwork as network ->
        // u₊ = u₋ = e^z: the scale 2u².
        { Potential = Hypentropy [| for z in start[.. network.Dimension - 1] -> 2.0 * Math.Exp(2.0 * z) |]
          Origin = origin
          Speed = fun _ -> 4.0 }
    | :? DiagonalNetwork as network when
        network.StoredLayers > 1
        && start.Length = network.StoredLayers * network.Dimension
        ->
        // b' = a^{L-1}g, where all layers but the last start alike: S(b) moves by Xᵀλ.
        { Potential = UntiedNetworkPenalty(network.Depth, start[.. network.Dimension - 1])
          Origin = origin
          Speed = fun _ -> 1.0 }
    | :? DiagonalNetwork as network when start.Length = 4 * network.Dimension ->
        { Potential = ofUntied start; Origin = origin; Speed = fun _ -> 2.0 }
    | :? DiagonalNetwork as network ->
        let potential, speed = ofShared network.Depth start[0]
        { Potential = potential; Origin = origin; Speed = fun _ -> speed }
    | _ ->
        let v, a = start[.. start.Length - 2], Array.last start
        let imbalance = a * a - Measure.dot v v
        let potential = SingleNeuron imbalance

        { Potential = potential
          Origin = origin
          // du/dt = a (aI + zzᵀ/a)(-Xᵀr): the time of the mirror flow runs a times as fast.
          Speed =
            fun point ->
                let dual = dual potential point
                Math.Sqrt(imbalance + Measure.dot dual dual) }

let private tryLimit (case: Case) =
    let mirror = mirror case
    tryProject case.Data mirror.Potential mirror.Origin

/// The projection of the start in the geometry of the network.
/// Raises InvalidOperationException where there is no interpolant.
let limit (case: Case) : float array =
    match tryLimit case with
    | Some weights -> weights
    | None -> invalidOp $"{case.Instance} has no interpolant."

/// The rates of the modes with the metric at a predictor, ascending.
let ratesAt (case: Case) (point: float array) : float array =
    let mirror = mirror case

    flowRates case.Data mirror.Potential point
    |> Array.map (fun rate -> mirror.Speed point * rate)

/// The rates of the modes near the limit, ascending.
let rates (case: Case) : float array = ratesAt case (limit case)

/// The metric is that of the limit, but for what the budget allows.
let settled: Hypothesis =
    settles (fun case snapshot -> (ratesAt case (predictor case snapshot))[0]) (fun case -> (rates case)[0])

/// κ of a network.
let rateConstant (case: Case) : Expression * float = kappa, (rates case)[0]

/// β(θ) at the start of a case, length d.
let origin (case: Case) : float array = (mirror case).Origin

/// ‖P₀(∇ψ(w) - ∇ψ(w(0)))‖₂ at a predictor w, ψ the potential of the network: what its flow never moves.
let drift (case: Case) : float array -> float =
    let mirror = mirror case
    dualDrift case.Data mirror.Potential mirror.Origin >> Measure.norm

/// A case read when its slowest mode would have shrunk by so many e-folds at its last rate; auxiliary ones likewise.
let caseAt: float list -> float list -> Dataset -> float list -> Method -> Case =
    readAtFolds (fun case -> tryLimit case |> Option.map (fun _ -> (rates case)[0]))

/// A case read from its start to its end.
let alongPath: Dataset -> float list -> Method -> Case = caseAt [] pathFolds

/// A case read near its end.
let nearEnd: Dataset -> float list -> Method -> Case = endFolds ||> caseAt

/// Some interpolant exists.
let interpolates: Hypothesis =
    { Says = "Xw = y has a solution"; Holds = tryLimit >> Option.isSome }

/// u₊ = u₋ = α in every coordinate.
let unbiased: Hypothesis =
    { Says = "every parameter starts at the same α > 0"
      Holds = fun case -> case.Start.Head > 0.0 && case.Start |> List.forall ((=) case.Start.Head) }

/// α in every parameter of a diagonal network u₊ᴰ - u₋ᴰ on some data.
let from (alpha: float) (data: Dataset) : float list =
    List.replicate (2 * data.Dimension) alpha

/// u, v, p, q of w = uv - pq for two rows, all apart: w(0) ≠ 0 and shapes differ.
let biasedUntied =
    List.concat
        [ [ 0.5; 0.2; 1.0; 0.3; 0.7 ]
          [ 0.1; 0.6; -0.4; 0.3; 0.0 ]
          [ 0.2; 0.4; 0.3; 0.9; 0.1 ]
          [ 0.3; 0.1; 0.8; -0.2; 0.5 ] ]

/// Gradient flow to where nothing moves any more, from a start of its own.
let private toEnd (method: Method) (data: Dataset) (start: float list) : Case =
    caseAt [] [ 80.0 ] data start method

/// The ends of flows from starts that change with t. A reading is a run of its own, to its end; t is a scale of the start,
/// or one over it, and no time at all.
let private endsFrom
    (startAt: float -> float array -> float list)
    (toEnd: Dataset -> float list -> Case)
    (method: Method)
    : Method =
    let run (data: Dataset) (start: float array) (logTime: float) =
        let case = toEnd data (startAt logTime start)
        let trajectory = case.Run.Value
        trajectory, Seq.tryLast trajectory.Snapshots

    { method with
        Name = $"ends of {method.Name}"
        Dynamics =
            fun data ->
                { new IDynamics with
                    member _.Run(start, logTimes, _, cancellation) =
                        let start, readings = start.ToArray(), logTimes.ToArray()

                        let runs =
                            [ for logTime in readings do
                                  cancellation.ThrowIfCancellationRequested()
                                  logTime, run data start logTime ]

                        let snapshots =
                            [ for logTime, (_, last) in runs do
                                  match last with
                                  | Some last ->
                                      Snapshot(
                                          logTime,
                                          last.LogLoss,
                                          last.Parameters,
                                          last.Outputs,
                                          last.ErrorEstimate
                                      )
                                  | None -> () ]

                        let outcome =
                            runs
                            |> List.map (fun (_, (trajectory, _)) -> trajectory.Outcome)
                            |> List.tryFind ((<>) Outcome.ReachedHorizon)
                            |> Option.defaultValue Outcome.ReachedHorizon

                        Trajectory(
                            Collections.Immutable.ImmutableArray.CreateRange snapshots,
                            runs |> List.sumBy (fun (_, (trajectory, _)) -> trajectory.Steps),
                            outcome
                        ) } }

/// The same from θ(0) = t^power times the start of the case.
let endsOverScales (toEnd: Dataset -> float list -> Case) (power: float) (method: Method) : Method =
    let startAt logTime start =
        let scale = Math.Exp(power * logTime)
        [ for x in start -> scale * x ]

    endsFrom startAt toEnd method

/// The ends of flows of u₊² - u₋² from α = t.
let largeScales: Method =
    let method = diagonal 2
    endsOverScales (toEnd method) 1.0 method

/// Deep networks wait near zero before they move: the dual has to get to its end, at first at the speed Xᵀy and later as much
/// slower as a hundred times.
let private toDistantEnd (method: Method) (data: Dataset) (start: float list) : Case =
    let bare = Case.create data.Name data start method [] []
    let way = Measure.norm (dual (mirror bare).Potential (limit bare))
    let inputs, targets = data.Inputs(), data.Targets()

    let speed =
        Measure.norm [ for j in 0 .. data.Dimension - 1 -> Measure.dot inputs[*, j] targets ]

    Case.readAt [] [ Math.Log(80.0 / (rates bare)[0] + 100.0 * way / speed) ] bare
    |> Case.coarsely

/// The ends of flows of u₁∘…∘u_L from α = 1/t times a shape.
let smallShapes (depth: int) : Method =
    let method = separate depth
    endsOverScales (toDistantEnd method) -1.0 method

/// The ends of flows of u₁∘…∘u_L from α = t times a shape.
let largeShapes (depth: int) : Method =
    let method = separate depth
    endsOverScales (fun data start -> Case.coarsely (toEnd method data start)) 1.0 method

/// The ends of flows of u₊² - u₋² from u± = α times a shape, α = 1/t, in logarithms; a case starts at those of the shape.
/// In u a weight that the dual passes by on its way would be lost before it comes back.
let smallestScales: Method =
    endsFrom (fun logTime start -> [ for z in start -> z - logTime ]) (toDistantEnd logarithmic) logarithmic
