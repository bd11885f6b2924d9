/// # Momentum moves the limit by what its first velocity has orthogonal to the data
///
/// The heavy ball w ← w - η∇L + μ(w - w₋₁) sees no gradient orthogonal to the rows, so there P₀wₖ = P₀w₀ + P₀v μ(1 - μᵏ)/(1 - μ),
/// v = w₀ - w₋₁, for every η: the limit is the interpolant closest to w₀ + P₀v μ/(1 - μ), not to w₀.
module ImplicitBias.Theory.Theorems.MomentumShift

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearRegression

/// ⟨u, w₀⟩ and ⟨u, v⟩ for the unit vector u along P₀v.
let private startAlong, velocityAlong = symbol "startAlong", symbol "velocityAlong"

/// μ.
let private momentum = symbol "mu"

/// k = e^{log t} iterations.
let private iterations = exp logT

let private k, a, b = symbol "k", symbol "a", symbol "b"

let private method (momentum: float) (velocity: float array) : Method =
    { descent with
        Name = "heavy ball, square loss"
        Dynamics =
            fun data ->
                MirrorDescent(
                    ResidualModel.Linear data,
                    SquareLoss(),
                    Euclidean(),
                    stableStep data,
                    Momentum = momentum,
                    Velocity = velocity
                ) }

let private heavyBall (case: Case) =
    match case.Method.Dynamics case.Data with
    | :? MirrorDescent as descent -> descent
    | _ -> invalidArg (nameof case) "The case is not about the heavy ball."

let private velocity (case: Case) : float array =
    match (heavyBall case).Velocity with
    | null -> Array.zeroCreate case.Data.Dimension
    | velocity -> velocity

let private direction (case: Case) =
    directionAcross case.Data (velocity case)

/// Where mistakes lead, and ⟨u, w⟩ there.
let private detours =
    /// P₀v μ/(1 - μ), up to a part in the row space.
    let shift (case: Case) =
        let momentum = (heavyBall case).Momentum
        Measure.scale (momentum / (1.0 - momentum)) (velocity case)

    let shifted (case: Case) =
        Array.map2 (+) (List.toArray case.Start) (shift case)

    let limit (case: Case) =
        match Interpolants.closestTo shifted case with
        | Some weights -> weights
        | None -> shifted case

    let along (case: Case) (point: float array) =
        [| Measure.dot (direction case) point |]

    let detour symbol name mistake (other: Case -> float array option) =
        Detour.from
            (fun case -> along case (limit case))
            (fun _ part -> part[0])
            symbol
            name
            mistake
            (fun case -> other case |> Option.map (along case))

    [ detour "toOther" "wrong norm" "closest in other units" (Interpolants.closestInUnits shifted)
      detour "toShift" "start forgotten" "closest to the shift alone" (Interpolants.closestTo shift) ]

let private readings = [ 1.0; 2.0; 5.0; 20.0; 1000.0 ] |> List.map System.Math.Log

let private case (data: Dataset) start momentum velocity =
    Case.create data.Name data start (method momentum velocity) [] readings

let private push = [| 0.3; -0.2; 0.1; 0.4; -0.1 |]

let theorem: Theorem =
    { Id = "momentum-shift"
      Title = "⟨u, wₖ⟩ = ⟨u, w₀⟩ + ⟨u, v⟩ μ(1 - μᵏ)/(1 - μ) for all k, u orthogonal to the data"
      Source =
        Papers.optimizationGeometry
            "momentum stays in the span; the shift by a first velocity is derived here"
      Hypotheses =
        [ underdetermined
          { Says = "the first velocity has a part orthogonal to the rows"
            Holds =
              fun case ->
                  let velocity = velocity case
                  Measure.differ velocity (Measure.minus velocity (across case.Data velocity)) } ]
      Prediction =
        Prediction.forAllTime
            "⟨u, wₖ⟩"
            (startAlong
             + velocityAlong * momentum * (1Q - momentum ** iterations) / (1Q - momentum))
      Constants =
        fun case ->
            let direction = direction case

            [ startAlong, Measure.dot direction case.Start
              velocityAlong, Measure.dot direction (velocity case)
              momentum, (heavyBall case).Momentum ]
            @ Detour.constants detours case
      Derivation =
        [ Identity(
              "⟨u, a - ηg + μ(a - b)⟩ with ⟨u, g⟩ = 0",
              a + momentum * (a - b),
              (1Q + momentum) * a - momentum * b
          )
          Assuming(
              "mu in (0,1)",
              Identity(
                  "the geometric sum: the shift grows by μᵏ⁺¹ from k to k + 1",
                  momentum * (1Q - momentum ** (k + 1Q)) / (1Q - momentum)
                  - momentum * (1Q - momentum ** k) / (1Q - momentum),
                  momentum ** (k + 1Q)
              )
          )
          Assuming(
              "mu in (0,1)",
              Limit(
                  "and ends at μ/(1 - μ)",
                  k,
                  infinity,
                  momentum * (1Q - momentum ** k) / (1Q - momentum),
                  momentum / (1Q - momentum)
              )
          ) ]
      Measure =
        fun case ->
            let direction = direction case
            Measure.at (fun snapshot -> Measure.dot direction snapshot.Parameters)
      Rivals =
        [ Rival.create "closest to the start" "the velocity forgotten" startAlong
          Rival.create
              "wrong exponent"
              "μᵏ⁺¹ for μᵏ"
              (startAlong
               + velocityAlong * momentum * (1Q - momentum ** (iterations + 1Q))
                 / (1Q - momentum))
          Rival.create
              "one push"
              "the velocity counted once, not summed"
              (startAlong + velocityAlong * momentum)
          Rival.create
              "sum from one"
              "v/(1 - μ), the sum with the first term"
              (startAlong + velocityAlong * (1Q - momentum ** iterations) / (1Q - momentum)) ]
        @ Detour.rivals detours
      Controls =
        [ { Breaks = "u is orthogonal to every row"
            Case = case nearlyParallel [ 0.5; -0.25; 1.0; 0.0 ] 0.5 [| 0.25; 0.5; -0.5; 0.25 |]
            PredictedAs =
              case
                  (Dataset.ForRegression("first row", array2D [ [ 1.0; 2.0; 0.5; 1.0 ] ], [| 1.0 |]))
                  [ 0.5; -0.25; 1.0; 0.0 ]
                  0.5
                  [| 0.25; 0.5; -0.5; 0.25 |]
            Instead = "the second row pulls along u" } ]
      Cases =
        [ case oneRow [ 1.0; 0.0 ] 0.5 [| 0.5; 0.5 |]
          case twoRows signedStart 0.6 push
          case nearlyParallel [ 0.5; -0.25; 1.0; 0.0 ] 0.9 [| 0.25; 0.5; -0.5; 0.25 |]
          case threeIrises [ 0.0; 0.0; 0.0; 0.0 ] 0.75 [| 0.1; 0.1; 0.0; 0.0 |] ]
      OnData =
        fun data ->
            let start = generic data.Dimension
            [ case data start 0.5 (List.toArray start) ] }
