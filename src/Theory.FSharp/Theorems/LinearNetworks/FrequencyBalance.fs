/// # Along gradient flow the filters of a convolutional network keep their differences, frequency by frequency
///
/// Fβ = Fw₁∘…∘Fw_L, so each frequency is a product network of its own: (Fw_l)_k' = conj(Π_{m≠l} (Fw_m)_k) ĝ_k. Then
/// d|(Fw_l)_k|²/dt = 2 Re(conj((Fβ)_k) ĝ_k) for every l: |(Fw₁)_k|² - |(Fw₂)_k|² is constant for all t, any loss and data.
module ImplicitBias.Theory.Theorems.FrequencyBalance

open System
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearNetworks

/// |(Fw₁)₁|², |(Fw₂)₁|² and ‖w₁‖² - ‖w₂‖² at the start, and D.
let private first, second, norms, length =
    symbol "first", symbol "second", symbol "norms", symbol "D"

let private u1, u2, v1, v2, g1, g2 =
    symbol "u1", symbol "u2", symbol "v1", symbol "v2", symbol "g1", symbol "g2"

/// |(Fw)₁|² of the first two filters.
let private moduli (case: Case) (parameters: float seq) =
    let dimension = case.Data.Dimension
    let penalty = BridgePenalty(dimension, 1, BridgeDomain.Fourier)
    let all = Seq.toArray parameters

    let modulus layer =
        let filter = Array.sub all (layer * dimension) dimension
        (penalty.Moduli(ReadOnlySpan filter))[1] ** 2.0

    modulus 0, modulus 1

let private cases =
    [ everywhere (case fiveSamples (scattered 0.7 10) (convolutional 2))
      everywhere (case fiveSamples (scattered 0.7 15) (convolutional 3))
      everywhere (case sixSamples (scattered 0.7 12) (convolutional 2)) ]

let theorem: Theorem =
    { Id = "frequency-balance"
      Title = "|(Fw₁)_k|² - |(Fw₂)_k|² is constant for all t"
      Source =
        Papers.unifyingView "linear convolutional networks in the frequency domain; derived here for k = 1"
      Hypotheses =
        [ { Says =
              "the network is convolutional with at least two layers, and frequency 1 starts out of balance"
            Holds =
              fun case ->
                  match (network case).Parametrization, List.chunkBySize case.Data.Dimension case.Start with
                  | :? ConvolutionalNetwork, _ :: _ :: _ ->
                      let one, two = moduli case case.Start
                      Measure.differ [ one ] [ two ]
                  | _ -> false } ]
      Prediction = Prediction.forAllTime "|(Fw₁)₁|² - |(Fw₂)₁|²" (first - second)
      Constants =
        fun case ->
            let one, two = moduli case case.Start

            let sizes =
                case.Start
                |> List.chunkBySize case.Data.Dimension
                |> List.map (fun filter -> Measure.dot filter filter)

            [ first, one
              second, two
              norms, sizes[0] - sizes[1]
              length, float case.Data.Dimension ]
      Derivation =
        [ Assuming(
              "u1 real, u2 real, v1 real, v2 real, g1 real, g2 real",
              Identity(
                  "u' = ĝ v̄ and v' = ĝ ū, real and imaginary parts: (|u|²)' and (|v|²)' are equal",
                  2Q * (u1 * (g1 * v1 + g2 * v2) + u2 * (g2 * v1 - g1 * v2)),
                  2Q * (v1 * (g1 * u1 + g2 * u2) + v2 * (g2 * u1 - g1 * u2))
              )
          )
          Derivative("d/du of u², part by part", u1, u1 ** 2Q, 2Q * u1) ]
      Measure =
        fun case ->
            Measure.at (fun snapshot ->
                let one, two = moduli case snapshot.Parameters
                one - two)
      Rivals =
        [ Rival.create "balanced start" "0, as small initialisation makes it" 0Q
          Rival.create "sum" "the sum for the difference" (first + second)
          |> Rival.where (fun case -> snd (moduli case case.Start) > 0.0)
          Rival.create "transform without its scale" "F without D^{-1/2}" (length * (first - second))
          Rival.create
              "norms alone"
              "‖w₁‖² - ‖w₂‖², the balance of all frequencies, spread evenly"
              (norms / length)
          Rival.create
              "decays"
              "the imbalance shrinks as the filters align"
              ((first - second) / (1Q + abs logT)) ]
      Controls =
        [ { Breaks = "the filters are circular and of full width"
            Case = everywhere (case fiveSamples (scattered 0.7 10) (untied 2))
            PredictedAs = cases.Head
            Instead = "a diagonal network keeps the differences of its features, not of frequencies" } ]
      Cases = cases
      OnData = fun _ -> [] }
