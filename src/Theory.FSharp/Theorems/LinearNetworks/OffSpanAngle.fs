/// # Across the data a fully connected network turns to the ℓ₂ max-margin vector only like (log t)^{-1/L}
///
/// β P = (W_L⋯W₂) W₁(0)P, P the projection across the data, since W₁P never moves. The layers align: W_L⋯W₂ is ‖β‖/σ₁(W₁) times uᵀ, u the
/// left singular vector of W₁, and σ₁(W₁) = (Y/γ)^{1/L} for margins Y ~ log t, both up to O(Y^{-2/L}). So ‖βP‖/‖β‖ =
/// ‖uᵀW₁(0)P‖ (γ/Y)^{1/L}: slower than the 1/log t within the span for every L ≥ 2. Where u ends up depends on the whole run
/// and is read off it.
module ImplicitBias.Theory.Theorems.OffSpanAngle

open MathNet.Numerics.LinearAlgebra
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearNetworks

let private gamma = Separable.gamma
let private a, b, d, y = symbol "a", symbol "b", symbol "d", symbol "Y"

/// The part across the data.
let private off (case: Case) (vector: float array) =
    Measure.minus vector ((Separable.geometry case.Data).ProjectOnData vector)

/// uᵀW₁(0)P, u the left singular vector of the largest singular value of W₁(t).
let private kept (case: Case) (parameters: float seq) =
    let first = Matrix<float>.Build.DenseOfArray((layers case parameters).Head)
    let start = (layers case case.Start).Head
    let left = (first.Svd()).U.Column(0).ToArray()

    Array.init case.Data.Dimension (fun j -> Measure.dot left start[*, j])
    |> off case

/// The three points in a space of four dimensions: P has rank two.
let private threeInFour =
    Dataset.FromSignedInputs(
        "three points in a plane of four dimensions",
        array2D [ [ 2.0; 1.0; 0.0; 0.0 ]; [ 1.0; -1.0; 0.0; 0.0 ]; [ 3.0; 0.5; 0.0; 0.0 ] ]
    )

let private cases =
    List.truncate 3 fullyConnectedCases
    @ [ case threeInFour (scattered 0.7 10) (fullyConnected 2 2) ]

/// Two of the three points, and one off their plane.
let private offPlane =
    Dataset.FromSignedInputs(
        "three points that span space",
        array2D [ [ 2.0; 1.0; 0.0 ]; [ 1.0; -1.0; 0.0 ]; [ 1.0; 0.0; -1.0 ] ]
    )

let theorem: Theorem =
    { Id = "off-span-angle"
      Title = "‖βP‖/‖β‖ = ‖uᵀW₁(0)P‖ (γ/Y)^{1/L} (1 + O(Y^{-2/L})) for the margins Y ~ log t"
      Source =
        Papers.alignedLayers "layers of deep linear networks align; the rate across the data is derived here"
      Hypotheses = [ separable; exponentialTail; startsAcross ]
      Prediction =
        { Prediction.asymptotic "(Y/γ)^{1/L} ‖βP‖/(‖β‖ ‖uᵀW₁(0)P‖)" 1Q with
            Transient = logT ** (-2Q / depth) }
      Constants = fun case -> (gamma, (Separable.geometry case.Data).Solution.Margin) :: constants case
      Derivation =
        [ Substitution(
              "aligned layers of one size a have ‖β‖ = a^L = Y/γ, and W_L⋯W₂ has the size ‖β‖/a: the ratio is (γ/Y)^{1/L} times what W₁(0) has across the data",
              1Q / a,
              [ a, (y / gamma) ** (1Q / depth) ],
              (gamma / y) ** (1Q / depth)
          )
          Expansion(
              "depth two, aσ = b and a² - σ² = d: 1/σ = b^{-1/2} (1 + d/(4b) + d²/(32b²) + O(b⁻³))",
              b,
              infinity,
              sqrt (2Q / (sqrt (d ** 2Q + 4Q * b ** 2Q) - d)),
              b ** (-1Q / 2Q) + d / 4Q * b ** (-3Q / 2Q) + d ** 2Q / 32Q * b ** (-5Q / 2Q),
              b ** (-7Q / 2Q)
          )
          Cited "layers align, up to the conserved differences of neighbouring layers, of relative size a⁻²" ]
      Measure =
        fun case ->
            let weights, selection = predictor case, selected case

            let margin, layers =
                (Separable.geometry case.Data).Solution.Margin, float (depthOf case)

            Measure.at (fun snapshot ->
                let weights = weights snapshot
                let margins = Measure.dot selection.Dual snapshot.Outputs

                (margins / margin) ** (1.0 / layers) * Measure.norm (off case weights)
                / (Measure.norm weights * Measure.norm (kept case snapshot.Parameters)))
      Rivals =
        [ Rival.create "1/log t" "the rate within the span" ((logT / gamma) ** (1Q / depth - 1Q))
          Rival.create
              "one layer more"
              "the power 1/(L + 1)"
              ((logT / gamma) ** (1Q / depth - 1Q / (depth + 1Q)))
          Rival.create "in the span" "the first layer's start forgotten" 0Q
          Rival.create
              "frozen"
              "an angle that stays, as towards an ℓ₁ solution off the span"
              ((logT / gamma) ** (1Q / depth))
          Rival.create "margin forgotten" "Y in place of Y/γ" (gamma ** (-1Q / depth)) ]
      Controls =
        [ { Breaks = "P is across every point"
            Case = case offPlane (scattered 0.7 8) (fullyConnected 2 2)
            PredictedAs = cases.Head
            Instead = "the third point gives the solution a part along P, which stays" } ]
      Cases = cases
      OnData = fun _ -> [] }
