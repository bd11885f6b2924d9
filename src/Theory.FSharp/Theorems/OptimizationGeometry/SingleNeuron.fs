/// # One hidden neuron chooses by a radial potential
///
/// f(x) = a v·x from δ = a² - ‖v‖² ≥ 0: the flow of u = a v has the metric (a²I + uuᵀ/a²)⁻¹, which is no Hessian, but after a
/// rescaling of time is that of q(‖u‖) with q'(r) = √(√(r² + δ²/4) - δ/2) = ‖v‖. Hence P₀(∇q(‖u(t)‖) - ∇q(‖u(0)‖)) = 0 for all t,
/// and u(∞) minimises the divergence from u(0).
module ImplicitBias.Theory.Theorems.SingleNeuron

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.LinearRegression
open ImplicitBias.Theory.Interpolants
open ImplicitBias.Theory.RegressionNetworks

let private delta, a, v, c, clock =
    symbol "delta", symbol "a", symbol "v", symbol "c", symbol "G"

let private r, y, g1, g2 = symbol "r", symbol "y", symbol "g1", symbol "g2"

/// a and v along one input in the clock G, from a = c and v = 0.
let private outer, inner =
    c * (exp clock + exp (-clock)) / 2Q, c * (exp clock - exp (-clock)) / 2Q

let private readAt = alongPath

let private imbalance (case: Case) =
    match List.rev case.Start with
    | a :: v -> a * a - Measure.dot v v
    | [] -> nan

/// Where mistakes lead, and how far the dual is from its start there.
let private detours =
    let detourFrom origin symbol name mistake (potential: float -> IPotential) =
        projectionOf origin (fun case -> potential (imbalance case))
        |> Detour.from limit drift symbol name mistake

    let detour = detourFrom origin

    [ detour "ofClosest" "closest in ℓ₂" "the interpolant nearest to u(0)" (fun _ -> Euclidean())
      detourFrom zero "ofZero" "start forgotten" "u(0) = 0 with the same δ" (fun imbalance ->
          ImplicitBias.Numerics.SingleNeuron imbalance)
      detour "ofBalanced" "balanced" "δ forgotten, and with it the exponent: q(r) = (2/3) r^{3/2}" (fun _ ->
          ImplicitBias.Numerics.SingleNeuron 0.0)
      detour "ofDouble" "half forgotten" "δ for δ/2" (fun imbalance ->
          ImplicitBias.Numerics.SingleNeuron(2.0 * imbalance)) ]

let theorem: Theorem =
    { Id = "single-neuron"
      Title = "P₀(∇q(‖u(t)‖) - ∇q(‖u(0)‖)) = 0 for all t, q'(r) = √(√(r² + δ²/4) - δ/2)"
      Source = Papers.initializationShape "two-layer network with one hidden neuron, by time warping"
      Hypotheses =
        [ { Says = "δ = a² - ‖v‖² ≥ 0 at the start, and a > 0"
            Holds = fun case -> List.last case.Start > 0.0 && imbalance case >= 0.0 }
          RegressionNetworks.interpolates
          underdetermined ]
      Prediction = Prediction.forAllTime "‖P₀(∇q(‖u(t)‖) - ∇q(‖u(0)‖))‖₂" 0Q
      Constants = fun case -> Detour.constants detours case
      Derivation =
        [ Assuming(
              "G real",
              SolvesOde(
                  "a' = v and v' = a in the clock dG = -g dt, one input",
                  clock,
                  [ a, outer, v; v, inner, a ]
              )
          )
          Assuming("G real", Identity("which keep δ = a² - v²", outer ** 2Q - inner ** 2Q, c ** 2Q))
          Substitution(
              "q' at r = av, a² = v² + δ, is v",
              sqrt (sqrt (r ** 2Q + delta ** 2Q / 4Q) - delta / 2Q),
              [ r, v * sqrt (v ** 2Q + delta) ],
              v
          )
          Derivative(
              "along v the inverse Hessian is 1/q'' = dr/dv = (a² + v²)/a",
              v,
              v * sqrt (v ** 2Q + delta),
              (2Q * v ** 2Q + delta) / sqrt (v ** 2Q + delta)
          )
          Identity(
              "across v it is r/q' = a; times a these are the metric of u' = a'v + av', one entry of two",
              -1Q * (v * g1 + y * g2) * v - a ** 2Q * g1,
              -1Q * (a ** 2Q * g1 + a * v / a ** 2Q * (a * v * g1 + a * y * g2))
          ) ]
      Measure = fun case -> Measure.at (predictor case >> drift case)
      Rivals = Detour.rivals detours
      Controls =
        [ { Breaks = "δ is that of the start"
            Case =
              (let predicted = readAt twoRows [ 0.1; -0.2; 0.3; 0.2; 0.1; 1.0 ] neuron
               Case.readAt [] predicted.LogTimes (readAt twoRows [ 0.2; -0.4; 0.6; 0.4; 0.2; 1.0 ] neuron))
            PredictedAs = readAt twoRows [ 0.1; -0.2; 0.3; 0.2; 0.1; 1.0 ] neuron
            Instead = "another split of the start between the layers has another potential" } ]
      Cases =
        [ readAt twoRows [ 0.1; -0.2; 0.3; 0.2; 0.1; 1.0 ] neuron
          readAt twoRows [ 0.4; 0.3; -0.4; 0.2; 0.3; 0.8 ] neuron
          readAt oneRow [ 0.5; -0.25; 1.0 ] neuron
          readAt threeIrises [ 0.1; 0.1; 0.2; 0.3; 0.5 ] neuron
          readAt nearlyParallel [ 0.25; 0.125; 0.5; -0.25; 0.75 ] neuron ]
      OnData =
        fun data ->
            let start = generic data.Dimension
            let norm = Measure.norm start
            [ readAt data (List.map (fun x -> x / (2.0 * norm)) start @ [ 1.0 ]) neuron ] }
