/// # Along gradient flow neighbouring layers of a fully connected network keep their difference
///
/// With β = (W_L⋯W₁)ᵀ and g = -∇_β loss, W_l' = (W_L⋯W_{l+1})ᵀ gᵀ (W_{l-1}⋯W₁)ᵀ. So (W_{l+1}ᵀW_{l+1})' and (W_lW_lᵀ)' are the
/// same matrix, and D = W₂ᵀW₂ - W₁W₁ᵀ is constant for all t, whatever the loss: the layers align because what grows is common.
module ImplicitBias.Theory.Theorems.LayerBalance

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearNetworks

/// ‖D(0)‖_F, and ⟨W₂ᵀW₂ + W₁W₁ᵀ, D⟩/‖D‖, ⟨W₂ᵀW₂, D⟩/‖D‖ and |tr D| at the start.
let private difference, total, second, trace =
    symbol "D", symbol "sum", symbol "second", symbol "trace"

let private a1, a2, b1, b2 = symbol "a1", symbol "a2", symbol "b1", symbol "b2"
let private p1, p2, m1, m2 = symbol "p1", symbol "p2", symbol "m1", symbol "m2"
let private clock = symbol "G"
let private grown p m = p * exp clock + m * exp (-clock)

let private dot (p: float[,]) (q: float[,]) =
    Measure.dot (Seq.cast<float> p) (Seq.cast<float> q)

/// W₂ᵀW₂ and W₁W₁ᵀ.
let private squares (case: Case) (parameters: float seq) =
    match layers case parameters with
    | first :: second :: _ -> times (transpose second) second, times first (transpose first)
    | _ -> invalidArg (nameof case) "Two layers are needed."

let private minus (p: float[,]) (q: float[,]) =
    Array2D.mapi (fun i j x -> x - q[i, j]) p

let private cases = fullyConnectedEverywhere

/// Gradient descent with step 0.05, read after e² and e⁴ iterations.
let private descent =
    let flow = cases.Head

    let method =
        { flow.Method with
            Name = "descent on a fully connected network of depth 2, exponential loss"
            Dynamics =
                fun data ->
                    MirrorDescent(network { flow with Data = data }, ExponentialLoss(), Euclidean(), 0.05)
            StepSize = fun _ -> 0.05
            IsDescent = true }

    Case.create flow.Instance flow.Data flow.Start method [] [ 2.0; 4.0 ]

let theorem: Theorem =
    { Id = "layer-balance"
      Title = "W₂ᵀW₂ - W₁W₁ᵀ is constant for all t"
      Source =
        { Authors = "Arora, Cohen, Hazan"
          Year = 2018
          ArXiv = "1802.06509"
          Place = "conservation of balancedness in deep linear networks" }
      Hypotheses =
        [ { Says = "the network is fully connected with at least two layers, and starts out of balance"
            Holds =
              fun case ->
                  match (network case).Parametrization with
                  | :? FullyConnectedNetwork ->
                      match layers case case.Start with
                      | _ :: _ :: _ ->
                          let outer, inner = squares case case.Start
                          Measure.differ (Seq.cast<float> outer) (Seq.cast<float> inner)
                      | _ -> false
                  | _ -> false } ]
      Prediction = Prediction.forAllTime "⟨W₂ᵀW₂ - W₁W₁ᵀ, D⟩_F/‖D‖_F, D its start" difference
      Constants =
        fun case ->
            let outer, inner = squares case case.Start
            let start = minus outer inner
            let norm = Measure.norm (Seq.cast<float> start)

            [ difference, norm
              total, (dot outer start + dot inner start) / norm
              second, dot outer start / norm
              trace, System.Math.Abs(Seq.sum (Seq.init (Array2D.length1 start) (fun i -> start[i, i]))) ]
      Derivation =
        [ Assuming(
              "G real, p1 real, p2 real, m1 real, m2 real",
              SolvesOde(
                  "two units, f = Σ bᵢaᵢx: a' = b and b' = a in the clock dG = gx dt",
                  clock,
                  [ a1, grown p1 m1, b1
                    a2, grown p2 m2, b2
                    b1, grown p1 (-m1), a1
                    b2, grown p2 (-m2), a2 ]
              )
          )
          Assuming(
              "G real, p1 real, p2 real, m1 real, m2 real",
              Identity(
                  "which keep every entry of W₂ᵀW₂ - W₁W₁ᵀ, here the one off the diagonal",
                  grown p1 (-m1) * grown p2 (-m2) - grown p1 m1 * grown p2 m2,
                  -2Q * (p1 * m2 + p2 * m1)
              )
          ) ]
      Measure =
        fun case ->
            let outer, inner = squares case case.Start
            let start = minus outer inner
            let norm = Measure.norm (Seq.cast<float> start)

            Measure.at (fun snapshot ->
                let outer, inner = squares case snapshot.Parameters
                dot (minus outer inner) start / norm)
      Rivals =
        [ Rival.create "balanced start" "D = 0, as small initialisation makes it" 0Q
          Rival.create "sum" "the sum of the two for their difference" total
          Rival.create "one layer" "W₂ᵀW₂ alone" second
          Rival.create "trace" "|‖W₂‖² - ‖W₁‖²|, the balance of the norms" trace
          Rival.create "decays" "the imbalance shrinks as the layers align" (difference / (1Q + abs logT)) ]
      Controls =
        [ { Breaks = "time is continuous"
            Case = descent
            PredictedAs = cases.Head
            Instead =
              "each step of descent changes the difference by η² times a difference of squared gradients" } ]
      Cases = cases
      OnData = onFullyConnected >> List.map everywhere }
