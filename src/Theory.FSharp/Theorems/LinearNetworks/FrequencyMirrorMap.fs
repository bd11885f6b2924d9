/// # Even signals: a two-layer convolutional network is mirror flow in the frequency domain
///
/// u' = ĝ v̄, v' = ĝ ū for the transforms u, v of the two filters, frequency by frequency; |u|² - |v|² = c² is kept and Fβ = uv.
/// Where the phase of ĝ never turns, as for even signals and filters, whose transforms are real, (Fβ)_k = (c_k²/2) sinh 2G_k with G the
/// time integral of ĝ: F⁻¹ of arcsinh(2Fβ/c²) moves in the row space of X only, for all t. For general signals
/// the metric |u|² + |v|² on each complex plane is no Hessian, and there is no such law.
module ImplicitBias.Theory.Theorems.FrequencyMirrorMap

open System
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.NetworkRegression

/// A complex number; the name is taken by an expression.
type private Z = System.Numerics.Complex

/// The invariant at the start, and what the closest interpolant, a transform without its scale, c and 2c² for c² make of it.
let private startAcross, euclidean, unscaled, unsquared, doubled =
    symbol "startAcross", symbol "euclidean", symbol "unscaled", symbol "unsquared", symbol "doubled"

let private c, angle = symbol "c", symbol "G"
let private u, v, w = symbol "u", symbol "v", symbol "w"
let private cosh x = (exp x + exp (-x)) / 2Q
let private sinh x = (exp x - exp (-x)) / 2Q

/// F⁻¹ of arcsinh(2|Fβ|/c²) with the phase of Fβ, c² from the start of a case, or what is taken for it.
let private dual (case: Case) (taken: float -> float) (weights: float array) =
    let d = case.Data.Dimension
    let start = List.toArray case.Start
    let first, second = Spectrum.ofSignal start[.. d - 1], Spectrum.ofSignal start[d..]

    Array.map3
        (fun (u: Z) (v: Z) (value: Z) ->
            let square = taken (u.Magnitude ** 2.0 - v.Magnitude ** 2.0)
            Z.FromPolarCoordinates(Math.Asinh(2.0 * value.Magnitude / square), value.Phase))
        first
        second
        (Spectrum.ofSignal weights)
    |> Spectrum.toSignal

let private parametrization (case: Case) =
    ConvolutionalNetwork(case.Data.Dimension, 2)

/// The unit vector along the part of the invariant across the rows at the start.
let private direction (case: Case) =
    let start = dual case id (predictor (parametrization case) case.Start)
    Measure.unit (across case.Data start)

let private even a b c = [ a; b; c; b ]

let private signals = sample

let private evenSignals =
    signals "two even signals" [ even 1.0 0.5 -0.3; even 0.2 1.0 0.7 ] [| 1.0; -0.5 |]

let private generalSignals =
    signals "two signals" [ [ 1.0; 0.5; -0.3; 0.2 ]; [ 0.2; 1.0; 0.7; -0.9 ] ] [| 1.0; -0.5 |]

let private oneEvenSignal =
    signals "one even signal" [ even 1.0 -0.5 0.25 ] [| 2.0 |]

let private from (scale: float) (data: Dataset) =
    Case.create
        data.Name
        data
        (List.map ((*) scale) (even 1.0 0.2 0.1 @ even 0.2 -0.1 0.15))
        (flow "convolutional network of depth 2" (fun dimension -> ConvolutionalNetwork(dimension, 2)))
        []
        [ -1.0; 1.0; 2.0; 3.0; 4.0; 5.0 ]

let private cases = [ from 0.5 evenSignals; from 1.0 oneEvenSignal ]

let theorem: Theorem =
    { Id = "frequency-mirror-map"
      Title = "F⁻¹[arcsinh(2Fβ/c²)] stays in its start plus the row space for all t, even signals, depth 2"
      Source =
        Papers.unifyingView "certain convolutional networks in the transformed space; hypotheses found here"
      Hypotheses =
        [ { Says = "signals and filters are even"
            Holds =
              fun case ->
                  let isEven (signal: float array) =
                      let others = Array.tail signal
                      others = Array.rev others

                  Seq.append (Seq.cast<float>(case.Data.Inputs())) case.Start
                  |> Seq.chunkBySize case.Data.Dimension
                  |> Seq.forall isEven } ]
      Prediction = Prediction.forAllTime "the part across the rows of F⁻¹[arcsinh(2Fβ/c²)]" startAcross
      Constants =
        fun case ->
            let direction = direction case
            let start = predictor (parametrization case) case.Start

            let value taken weights =
                Measure.dot direction (dual case taken weights)

            [ startAcross, value id start
              euclidean, value id (closest case.Data start)
              unscaled, value ((*) (float case.Data.Dimension)) start
              unsquared, value Math.Sqrt start
              doubled, value ((*) 2.0) start ]
      Derivation =
        [ Assuming(
              "G real",
              SolvesOde(
                  "u' = v and v' = u in G, for real transforms",
                  angle,
                  [ u, c * cosh angle, v; v, c * sinh angle, u ]
              )
          )
          Identity("u² - v² = c² stays", (c * cosh angle) ** 2Q - (c * sinh angle) ** 2Q, c ** 2Q)
          Assuming(
              "G real",
              Identity(
                  "Fβ = uv = (c²/2) sinh 2G",
                  c * cosh angle * (c * sinh angle),
                  c ** 2Q / 2Q * sinh (2Q * angle)
              )
          )
          Assuming(
              "G real",
              Substitution(
                  "and arcsinh(2Fβ/c²) is 2G, an integral of combinations of the rows",
                  ln ((2Q * w + sqrt (4Q * w ** 2Q + c ** 4Q)) / c ** 2Q),
                  [ w, c ** 2Q / 2Q * sinh (2Q * angle) ],
                  2Q * angle
              )
          ) ]
      Measure =
        fun case ->
            let direction, parametrization = direction case, parametrization case

            Measure.at (fun snapshot ->
                Measure.dot direction (dual case id (predictor parametrization snapshot.Parameters)))
      Rivals =
        [ Rival.create "start forgotten" "the invariant starts at zero" 0Q
          Rival.create "wrong norm" "the interpolant closest to the start in ℓ₂" euclidean
          Rival.create "transform without its scale" "F without D^{-1/2}, so D c² for c²" unscaled
          Rival.create "wrong exponent" "c for c²" unsquared
          Rival.create "factor two" "2c² for c²" doubled ]
      Controls =
        [ { Breaks = "signals are even"
            Case = from 0.5 generalSignals
            PredictedAs = { from 0.5 generalSignals with Instance = "two signals" }
            Instead = "the phase of ĝ turns, and with it the invariant" } ]
      Cases = cases
      OnData = fun _ -> [] }
