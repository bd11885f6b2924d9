/// # The margins of a deep linear network grow like log t + (2 - 2/L) log log t, with a constant that tells the penalty
///
/// With ℓ = -log loss, Σ pₙfₙ = ℓ + Ent(p) up to a relative entropy, which is of second order. The parameters become those of
/// least norm, ‖θ‖² = m R Y^{2/L} for margins Y, and L-homogeneity gives ‖∇ log loss‖ = L Y/‖θ‖, so
/// dℓ/dt = (loss) (L²/(m R)) Y^{2-2/L}. Integrated, log t = ℓ - a log Y - log(L²/(m R)) + a/Y with a = 2 - 2/L, and
/// ℓ = Y - Ent(p). R is the least penalty with margins 1, so the architecture's bias can be read off a clock.
module ImplicitBias.Theory.Theorems.NetworkMarginGrowth

open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearNetworks
open ImplicitBias.Theory.NetworkAsymptotics

let private exponent = 2Q - 2Q / depth
let private constant = ln (depth ** 2Q / (factors * penalty)) + entropy
let private y = symbol "Y"
let private a, c, s = symbol "a", symbol "c", symbol "s"

/// ‖ŵ‖₂^{2/L}, and the penalty of the same architecture one layer deeper.
let private euclidean, deeper = symbol "R2", symbol "Rdeeper"

let private law constant = logT + constant - exponent / logT

let private isDeep (case: Case) = depthOf case > 1

let theorem: Theorem =
    { Id = "network-margin-growth"
      Title =
        "Y - (2 - 2/L) log Y = log t + log(L²/(m R)) + Ent(p) - (2 - 2/L)/log t + … for the margins Y = Σ pₙfₙ"
      Source =
        { Authors = "Lyu, Li"
          Year = 2019
          ArXiv = "1906.05890"
          Place = "rates of loss and norm of homogeneous networks; the constants are derived here" }
      Hypotheses = asymptotics
      Prediction =
        { Prediction.asymptotic "Y - (2 - 2/L) log Y, Y = Σ pₙfₙ" logT with
            Next = constant - exponent / logT
            Transient = logT ** (-1Q * decay) }
      Constants =
        fun case ->
            (euclidean, euclideanPenalty case)
            :: (deeper, (selectedAt (depthOf case + 1) case).Penalty)
            :: constants case
      Derivation =
        [ Cited "Σ pₙfₙ = ℓ + Ent(p) + KL(p, softmax(-f)), and the parameters become those of least norm"
          Identity(
              "‖∇ log loss‖² = (L Y/‖θ‖)² with ‖θ‖² = m R Y^{2/L}",
              (depth * y / ((factors * penalty) ** (1Q / 2Q) * y ** (1Q / depth))) ** 2Q,
              depth ** 2Q / (factors * penalty) * y ** exponent
          )
          Derivative(
              "dt/dY ∝ e^Y Y^{-a} is integrated by e^Y Y^{-a}(1 + a/Y), up to the order Y⁻² relative to it",
              y,
              exp y * y ** (-a) * (1Q + a / y),
              exp y * y ** (-a) * (1Q - a * (a + 1Q) / y ** 2Q)
          )
          Expansion("whose logarithm adds a/Y", y, infinity, ln (1Q + a / y), a / y, 1Q / y ** 2Q)
          Assuming(
              "c real",
              Expansion(
                  "and that is a/log t, as Y = log t + a log log t + c",
                  s,
                  infinity,
                  a / (s + a * ln s + c),
                  a / s,
                  ln s / s ** 2Q
              )
          ) ]
      Measure =
        fun case ->
            let dual = (selected case).Dual
            let power = 2.0 - 2.0 / float (depthOf case)

            Measure.at (fun snapshot ->
                let margin = Measure.dot dual snapshot.Outputs
                margin - power * System.Math.Log margin)
      Rivals =
        [ Rival.create
              "depth forgotten"
              "the law of the linear model, Y = log t + …"
              (law constant - exponent * ln logT)
          |> Rival.where isDeep
          Rival.create
              "Euclidean penalty"
              "‖ŵ‖₂ for every architecture"
              (law (ln (depth ** 2Q / (factors * euclidean)) + entropy))
          |> Rival.where hasOtherPenalty
          Rival.create
              "wrong exponent"
              "the penalty of one layer more, 2/(L + 1)"
              (law (ln (depth ** 2Q / (factors * deeper)) + entropy))
          |> Rival.where isDeep
          Rival.create
              "factor of the order"
              "L for L²: the derivative of the output, not of its square"
              (law (ln (depth / (factors * penalty)) + entropy))
          |> Rival.where isDeep
          Rival.create
              "entropy forgotten"
              "the smallest margin for the weighted one"
              (law (constant - entropy))
          |> Rival.where (fun case -> Measure.differ [ Seq.max (selected case).Dual ] [ 1.0 ])
          Rival.create "mean loss" "averaging divides time by n" (law (constant - ln count)) ]
      Controls =
        [ { Breaks = "the loss has an exponential tail"
            Case = fullyConnectedPolynomial
            PredictedAs = fullyConnectedCases.Head
            Instead = "margins grow like a power of t" }
          { Breaks = "the network is fully connected, for R = ‖ŵ‖₂^{2/L}"
            Case = diagonalCases[1]
            PredictedAs = case twoFeatures (scattered 0.7 10) (fullyConnected 2 2)
            Instead = "separate layers of a diagonal network keep the clock of the ℓ₁ norm" } ]
      Cases = fullyConnectedCases @ diagonalCases @ fiveSampleCases
      OnData = fun data -> onFullyConnected data @ onDiagonal data }
