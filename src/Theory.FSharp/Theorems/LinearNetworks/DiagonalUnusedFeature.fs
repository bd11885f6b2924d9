/// # A feature that the ℓ₁ solution does not use grows like (log t)^κ in a diagonal network, κ = |Zᵀλ|
///
/// β = u₊² - u₋² from u± = α: β = 2α² sinh(4Zᵀν), ν the integrated weights of the points, for all t. On the support S of
/// the ℓ₁ solution, with as many tight rows, ν follows from β_S ≈ β*_S Y; off it
/// β_j ≈ α² Π_i (β*_i Y/α²)^{κ_ji} with column j = Σ_i κ_ji column i of Z, and Σ_i κ_ji = (Zᵀλ)_j < 1; Y are the margins. So the selection of the ℓ₁
/// solution is slow: relative to the rest the feature fades like (log t)^{κ-1}.
module ImplicitBias.Theory.Theorems.DiagonalUnusedFeature

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearNetworks

let private alpha, used1, used2, kappa1, kappa2, other =
    symbol "alpha", symbol "b1", symbol "b2", symbol "k1", symbol "k2", symbol "kappa4"

let private kappa = kappa1 + kappa2
let private y = symbol "Y"
let private u, v, g, s = symbol "u", symbol "v", symbol "g", symbol "s"

let private amplitude scale =
    scale * (used1 / scale) ** kappa1 * (used2 / scale) ** kappa2

/// The third feature.
let private unused = 2

/// κ₁ and κ₂, which solve Σ_i κ_i z_{ni} = z_{n3} for both points n.
let private exponents (data: Dataset) =
    let z = data.SignedInputs()
    let det = z[0, 0] * z[1, 1] - z[0, 1] * z[1, 0]

    (z[0, unused] * z[1, 1] - z[0, 1] * z[1, unused]) / det,
    (z[0, 0] * z[1, unused] - z[0, unused] * z[1, 0]) / det

let private cases =
    [ diagonalCases.Head; late twoFeatures (List.replicate 8 0.1) (diagonal 2) ]

let theorem: Theorem =
    { Id = "diagonal-unused-feature"
      Title = "β₃ = α² (β*₁/α²)^{κ₁} (β*₂/α²)^{κ₂} Y^κ for u₊² - u₋², κ = κ₁ + κ₂ = (Zᵀλ)₃ < 1, Y ~ log t"
      Source =
        { Authors = "Moroshko, Gunasekar, Woodworth, Lee, Srebro, Soudry"
          Year = 2020
          ArXiv = "2007.06738"
          Place = "diagonal networks in classification; exponent and constant derived here" }
      Hypotheses =
        [ { Says = "the data are the two points whose ℓ₁ solution uses the first two features"
            Holds = fun case -> obj.ReferenceEquals(case.Data, twoFeatures) }
          { Says = "every parameter starts at the same α"
            Holds = fun case -> case.Start |> List.forall ((=) case.Start.Head) } ]
      Prediction =
        { Prediction.asymptotic "β₃/Y^κ" (amplitude (alpha ** 2Q)) with
            Transient = logT ** (kappa - 1Q) }
      Constants =
        fun case ->
            let selection = selected case
            let first, second = exponents case.Data

            (alpha, case.Start.Head)
            :: (used1, selection.Predictor[0])
            :: (used2, selection.Predictor[1])
            :: (kappa1, first)
            :: (kappa2, second)
            :: (other, selection.DualModuli[3])
            :: constants case
      Derivation =
        [ SolvesOde(
              "u₊' = 2u₊g and u₋' = -2u₋g, here under a constant pull: log u± moves in the row space",
              s,
              [ u, alpha * exp (2Q * g * s), 2Q * g * u
                v, alpha * exp (-2Q * g * s), -2Q * g * v ]
          )
          Expansion(
              "on the support 4Zᵀν = asinh(β/2α²) = log(β/α²) + α⁴/β² + O(β⁻⁴)",
              used1,
              infinity,
              ln ((used1 + sqrt (used1 ** 2Q + 4Q * alpha ** 4Q)) / (2Q * alpha ** 2Q)),
              ln (used1 / alpha ** 2Q) + alpha ** 4Q / used1 ** 2Q,
              used1 ** -4Q
          )
          Identity(
              "so off it e^{Σκᵢ log(βᵢ/α²)} is a product of powers",
              exp (kappa1 * ln (used1 / alpha ** 2Q) + kappa2 * ln (used2 / alpha ** 2Q)),
              (used1 / alpha ** 2Q) ** kappa1 * (used2 / alpha ** 2Q) ** kappa2
          )
          Identity(
              "with β*_i Y in place of β_i the powers of Y add up to κ",
              (used1 * y) ** kappa1 * (used2 * y) ** kappa2,
              used1 ** kappa1 * used2 ** kappa2 * y ** kappa
          ) ]
      Measure =
        fun case ->
            let weights, dual = predictor case, (selected case).Dual
            let first, second = exponents case.Data

            Measure.at (fun snapshot ->
                (weights snapshot)[unused]
                / Measure.dot dual snapshot.Outputs ** (first + second))
      Rivals =
        [ Rival.create "frozen" "κ = 0, the law of depth three" (alpha ** 2Q * logT ** (-1Q * kappa))
          Rival.create "grows with the rest" "κ = 1, as in the ℓ₂ solution" (used1 * logT ** (1Q - kappa))
          Rival.create "start ignored" "α = 1" (amplitude 1Q)
          Rival.create "scale of sinh" "2α² for α²" (amplitude (2Q * alpha ** 2Q))
          Rival.create
              "another feature"
              "the exponent of feature four"
              (alpha ** 2Q * (used1 / alpha ** 2Q) ** other * logT ** (other - kappa)) ]
      Controls =
        [ { Breaks = "the depth is two"
            Case = diagonalCases[2]
            PredictedAs = diagonalCases.Head
            Instead = "at depth three the feature freezes" } ]
      Cases = cases
      OnData = fun _ -> [] }
