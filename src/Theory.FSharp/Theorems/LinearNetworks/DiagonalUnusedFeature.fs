/// # A feature that the ℓ₁ solution does not use grows like (log t)^κ in a diagonal network, κ = |Zᵀλ|
///
/// β = u₊² - u₋² from u± = α: β = 2α² sinh(4Zᵀν), ν the integrated weights of the points, for all t. On the support S of
/// the ℓ₁ solution, with as many tight rows, ν follows from β_S ≈ β*_S Y; off it
/// β_j ≈ α² Π_i (β*_i Y/α²)^{κ_ji}, κ_j· = Z_Sᵀ⁻¹ applied to column j, and Σ_i κ_ji = (Zᵀλ)_j < 1. So the selection of the ℓ₁
/// solution is slow: relative to the rest the feature fades like (log t)^{κ-1}.
module ImplicitBias.Theory.Theorems.LinearNetworks.DiagonalUnusedFeature

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearNetworks

let private alpha, used1, used2, kappa1, kappa2, other =
    symbol "alpha", symbol "b1", symbol "b2", symbol "k1", symbol "k2", symbol "kappa4"

let private exponent = 2Q - 2Q / depth

/// Y, by theorem network-margin-growth.
let private margin =
    logT + exponent * ln logT + ln (depth ** 2Q / (factors * penalty)) + entropy

let private law scale y power1 power2 =
    scale * (used1 * y / scale) ** power1 * (used2 * y / scale) ** power2

/// The third feature.
let private unused = 2

let private from (alpha: float) =
    Case.create
        twoFeatures.Name
        twoFeatures
        (List.replicate 8 alpha)
        (diagonal 2)
        [ 30.0; 1e2; 3e2 ]
        [ 1e3; 3e3; 1e4 ]

let private cases = [ diagonalCases.Head; from 0.1 ]

let theorem: Theorem =
    { Id = "diagonal-unused-feature"
      Title = "β₃(t) = α² (β*₁Y/α²)^{κ₁} (β*₂Y/α²)^{κ₂} for u₊² - u₋², κ₁ + κ₂ = (Zᵀλ)₃ < 1"
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
        { Quantity = "β₃"
          Claim = Asymptotic
          Leading = law (alpha ** 2Q) margin kappa1 kappa2
          Next = 0Q
          Remainder = 0Q
          Transient = logT ** (2Q * (kappa1 + kappa2) - 1Q) }
      Constants =
        fun case ->
            let z = case.Data.SignedInputs()
            let selection = selected case
            let det = z[0, 0] * z[1, 1] - z[0, 1] * z[1, 0]
            // κ solves Σ_i κ_i z_{ni} = z_{n3} for both rows n.
            let first = (z[0, unused] * z[1, 1] - z[0, 1] * z[1, unused]) / det
            let second = (z[0, 0] * z[1, unused] - z[0, unused] * z[1, 0]) / det

            (alpha, case.Start.Head)
            :: (used1, selection.Predictor[0])
            :: (used2, selection.Predictor[1])
            :: (kappa1, first)
            :: (kappa2, second)
            :: (other, selection.DualModuli[3])
            :: constants case
      Derivation =
        [ Derivative(
              "d log u±²/ds = ±4 (Zᵀp): the logarithms of u₊/u₋ stay in the row space",
              used1,
              ln (used1 ** 2Q),
              2Q / used1
          )
          Identity(
              "arcsinh(β/2α²) = log(β/α²) for β far above α², by exponentials",
              exp (kappa1 * ln (used1 / alpha ** 2Q)),
              (used1 / alpha ** 2Q) ** kappa1
          )
          Identity(
              "with Y in place of log t the exponents add up to κ",
              margin ** kappa1 * margin ** kappa2,
              margin ** (kappa1 + kappa2)
          ) ]
      Measure =
        fun case ->
            let weights = predictor case
            Measure.at (fun snapshot -> (weights snapshot)[unused])
      Rivals =
        [ Rival.create "frozen" "κ = 0, the law of depth three" (alpha ** 2Q)
          Rival.create
              "grows with the rest"
              "κ = 1, as in the ℓ₂ solution"
              (alpha ** 2Q * (used1 * margin / alpha ** 2Q))
          Rival.create "start ignored" "α = 1" (law 1Q margin kappa1 kappa2)
          Rival.create "scale of sinh" "2α² for α²" (law (2Q * alpha ** 2Q) margin kappa1 kappa2)
          Rival.create
              "another feature"
              "the exponent of feature four"
              (alpha ** 2Q * (used1 * margin / alpha ** 2Q) ** other) ]
      Controls =
        [ { Breaks = "the depth is two"
            Case = diagonalCases[2]
            PredictedAs = diagonalCases.Head
            Instead = "at depth three the feature freezes" } ]
      Cases = cases
      OnData = fun _ -> [] }
