/// # The parameter norm of a deep linear network grows like (log t)^{1/L}
///
/// Among the parameters with margins Y those of least norm have every product balanced: by the inequality of the means
/// |u₁|² + … + |u_L|² ≥ L |u₁⋯u_L|^{2/L}, so ‖θ‖² = m R Y^{2/L}, R the architecture's penalty at margin 1 and m the number of
/// factors it stores. Differences of squares between layers are conserved, so ‖θ‖² is off by a constant only.
module ImplicitBias.Theory.Theorems.NetworkParameterGrowth

open ImplicitBias.Numerics.Reference
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearNetworks
open ImplicitBias.Theory.NetworkAsymptotics

let private unit m r = (m * r) ** (1Q / 2Q)

/// The smaller of δ and 2/L.
let private slowest = symbol "slowest"

let private euclidean = symbol "R2"
let private a, b, c, y = symbol "a", symbol "b", symbol "c", symbol "Y"

let theorem: Theorem =
    { Id = "network-parameter-growth"
      Title = "‖θ(t)‖ = (m R Y^{2/L})^{1/2} (1 + O((log t)^{-2/L})) for the margins Y = Σ pₙfₙ ~ log t"
      Source =
        Papers.convolutionalNetworks
            "penalties of linear networks; growth as in Lyu and Li (1906.05890); constants derived here"
      Hypotheses = asymptotics
      Prediction =
        { Prediction.asymptotic "‖θ(t)‖₂/Y^{1/L}" (unit factors penalty) with
            Transient = logT ** (-1Q * slowest) }
      Constants =
        fun case ->
            let l = float (depthOf case)

            (slowest, min (selected case).Decay (2.0 / l))
            :: (euclidean, euclideanPenalty case)
            :: constants case
      Derivation =
        [ Cited "the parameters become those of least norm; Y by theorem network-margin-growth"
          Identity(
              "two factors: a² + b² - 2ab is a square, so the sum is least where they are equal",
              a ** 2Q + b ** 2Q - 2Q * a * b,
              (a - b) ** 2Q
          )
          Identity(
              "three factors, from cubes: a³ + b³ + c³ - 3abc is a sum of squares times a sum",
              a ** 3Q + b ** 3Q + c ** 3Q - 3Q * a * b * c,
              (a + b + c) * ((a - b) ** 2Q + (b - c) ** 2Q + (c - a) ** 2Q) / 2Q
          )
          Assuming(
              "L > 1, c real",
              Expansion(
                  "what the layers keep from the start, c, is O(Y^{-2/L}) of the norm",
                  y,
                  infinity,
                  sqrt (factors * penalty * y ** (2Q / depth) + c) / y ** (1Q / depth),
                  sqrt (factors * penalty),
                  y ** (-2Q / depth)
              )
          ) ]
      Measure =
        fun case ->
            let dual, root = (selected case).Dual, 1.0 / float (depthOf case)

            Measure.at (fun snapshot ->
                Measure.norm snapshot.Parameters / Measure.dot dual snapshot.Outputs ** root)
      Rivals =
        [ Rival.create "one layer" "‖θ‖² counts a single factor" (unit 1Q penalty)
          |> Rival.where (fun case -> factorsOf case > 1)
          Rival.create
              "wrong exponent"
              "1/(L + 1)"
              (unit factors penalty * logT ** (1Q / (depth + 1Q) - 1Q / depth))
          Rival.create "linear" "log t for every depth" (unit factors penalty * logT ** (1Q - 1Q / depth))
          |> Rival.where (fun case -> depthOf case > 1)
          Rival.create "Euclidean penalty" "‖ŵ‖₂ for every architecture" (unit factors euclidean)
          |> Rival.where hasOtherPenalty ]
      Controls =
        [ { Breaks = "the loss has an exponential tail"
            Case = fullyConnectedPolynomial
            PredictedAs = fullyConnectedCases.Head
            Instead = "the norm grows like a power of t" } ]
      Cases = fullyConnectedCases @ diagonalCases @ fiveSampleCases
      OnData = fun data -> onFullyConnected data @ onDiagonal data }
