/// # The layers of a fully connected network tend to rank one, like (log t)^{-1/L}
///
/// D = W_LᵀW_L - W_{L-1}W_{L-1}ᵀ is constant, and W_L has a single row. So W_{L-1}W_{L-1}ᵀ = W_LᵀW_L - D has one eigenvalue that grows, like
/// (Y/γ)^{2/L} for margins Y ~ log t, and the others tend to those of -D across W_L: σ₂/σ₁ = √λ_max(-QDQ) (γ/Y)^{1/L} up to a factor
/// 1 + O(Y^{-2/L}), Q the projection across W_L(t), which turns ever less and is read off the run. The second singular value does not
/// fade: the first outgrows it.
module ImplicitBias.Theory.Theorems.LayerRank

open MathNet.Numerics.LinearAlgebra
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearNetworks

let private gamma = Separable.gamma

let private d, s, c, q, b =
    symbol "d", symbol "s", symbol "c", symbol "q", symbol "b"

let private u, v, p, m, g, t =
    symbol "u", symbol "v", symbol "p", symbol "m", symbol "g", symbol "t"

let private lastTwo (case: Case) (parameters: float seq) =
    match List.rev (layers case parameters) with
    | last :: before :: _ -> Matrix<float>.Build.DenseOfArray last, Matrix<float>.Build.DenseOfArray before
    | _ -> invalidArg (nameof case) "The network has two layers or more."

/// D.
let private difference (case: Case) =
    let last, before = lastTwo case case.Start
    last.TransposeThisAndMultiply last - before.TransposeAndMultiply before

/// The largest eigenvalue of -D across the row of W_L(t).
let private left (case: Case) (parameters: float seq) =
    let row = (fst (lastTwo case parameters)).Row(0)
    let square = row * row

    let across =
        if square > 0.0 then
            Matrix<float>.Build.DenseIdentity(row.Count) - row.OuterProduct row / square
        else
            Matrix<float>.Build.DenseIdentity(row.Count)

    (-across * difference case * across).Evd(Symmetricity.Symmetric).EigenValues
    |> Seq.map _.Real
    |> Seq.max

/// σ₂/σ₁ of W_{L-1}.
let private ratio (case: Case) (parameters: float seq) =
    let values = (snd (lastTwo case parameters)).Svd(false).S
    values[1] / values[0]

let private cases =
    List.truncate 3 fullyConnectedCases
    @ [ case threePoints (scattered 0.6 12) (fullyConnected 2 3) ]

let theorem: Theorem =
    { Id = "layer-rank"
      Title = "σ₂/σ₁ of W_{L-1} = √λ_max(-QDQ) (γ/Y)^{1/L} (1 + O(Y^{-2/L})), D = W_LᵀW_L - W_{L-1}W_{L-1}ᵀ"
      Source =
        Papers.alignedLayers "layers of deep linear networks tend to rank one; the rate is derived here"
      Hypotheses =
        [ separable
          exponentialTail
          { Says = "W_{L-1} starts with more across W_L than balance leaves it: λ_max(-QDQ) > 0"
            Holds = fun case -> left case case.Start > Budget.rounding ((difference case).FrobeniusNorm()) } ]
      Prediction =
        { Prediction.asymptotic "(Y/γ)^{1/L} σ₂/(σ₁ √λ_max(-QDQ))" 1Q with
            Transient = logT ** (-2Q / depth) }
      Constants = fun case -> (gamma, (Separable.geometry case.Data).Solution.Margin) :: constants case
      Derivation =
        [ Identity(
              "the eigenvalues of s²eeᵀ - D for width two, D = ((d, c), (c, -s₂²)): their product and sum",
              (s ** 2Q - d) * q - c ** 2Q,
              s ** 2Q * q - d * q - c ** 2Q
          )
          Expansion(
              "product over sum is what -D has across e, up to s⁻²",
              s,
              infinity,
              ((s ** 2Q - d) * q - c ** 2Q) / (s ** 2Q - d + q),
              q - (q ** 2Q + c ** 2Q) / s ** 2Q,
              s ** -4Q
          )
          SolvesOde(
              "two layers of one entry each, here under a constant pull g",
              t,
              [ u, p * exp (g * t) + m * exp (-g * t), g * v
                v, p * exp (g * t) - m * exp (-g * t), g * u ]
          )
          Identity(
              "have u² - v² = 4pm for all t: D is constant",
              (p * exp (g * t) + m * exp (-g * t)) ** 2Q
              - (p * exp (g * t) - m * exp (-g * t)) ** 2Q,
              4Q * p * m
          )
          Expansion(
              "with uv = b and u² - v² = d: u = √b (1 + d/(4b) + d²/(32b²) + O(b⁻³)), as σ₁ is (Y/γ)^{1/L} (1 + O(Y^{-2/L}))",
              b,
              infinity,
              sqrt ((d + sqrt (d ** 2Q + 4Q * b ** 2Q)) / 2Q),
              b ** (1Q / 2Q) + d / (4Q * b ** (1Q / 2Q)) + d ** 2Q / (32Q * b ** (3Q / 2Q)),
              b ** (-5Q / 2Q)
          )
          Cited "at any depth the layers align up to D, which is of relative size s⁻²" ]
      Measure =
        fun case ->
            let selection = selected case

            let margin, layers =
                (Separable.geometry case.Data).Solution.Margin, float (depthOf case)

            Measure.at (fun snapshot ->
                let margins = Measure.dot selection.Dual snapshot.Outputs

                (margins / margin) ** (1.0 / layers) * ratio case snapshot.Parameters
                / System.Math.Sqrt(left case snapshot.Parameters))
      Rivals =
        [ Rival.create "1/log t" "the rate of the predictor" ((logT / gamma) ** (1Q / depth - 1Q))
          Rival.create
              "one layer more"
              "the power 1/(L + 1)"
              ((logT / gamma) ** (1Q / depth - 1Q / (depth + 1Q)))
          Rival.create "rank one at last" "σ₂ itself fades" 0Q
          Rival.create "margin forgotten" "Y in place of Y/γ" (gamma ** (-1Q / depth)) ]
      Controls =
        [ { Breaks = "D is that of the start"
            Case = case threePoints (scattered 0.35 8) (fullyConnected 2 2)
            PredictedAs = cases.Head
            Instead = "half the start leaves half the second singular value" } ]
      Cases = cases
      OnData = fun _ -> [] }
