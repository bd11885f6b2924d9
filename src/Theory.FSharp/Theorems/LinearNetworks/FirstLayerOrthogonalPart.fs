/// # The first layer never moves across the data
///
/// ∂ loss/∂W₁ = (W_L⋯W₂)ᵀ (Σ ℓ'(fₙ) zₙ)ᵀ: its rows are combinations of the data. So W₁P is constant for P the projection across
/// the data, for all t, any loss and any depth, and the predictor has the part β P = (W_L⋯W₂) W₁(0) P across the data.
module ImplicitBias.Theory.Theorems.FirstLayerOrthogonalPart

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearNetworks

/// ‖W₁(0)P‖_F and ‖β(0)P‖.
let private startAcross, predictorAcross =
    symbol "startAcross", symbol "predictorAcross"

let private layer, gradient1, gradient2, data, orthogonal =
    symbol "v", symbol "g1", symbol "g2", symbol "z", symbol "u"

/// The entries of W₁P in a row.
let private across (case: Case) (parameters: float seq) : float array =
    let geometry = Separable.geometry case.Data

    (layers case parameters).Head
    |> Seq.cast<float>
    |> Seq.chunkBySize case.Data.Dimension
    |> Seq.collect (fun row -> Measure.minus row (geometry.ProjectOnData row))
    |> Array.ofSeq

let private cases = fullyConnectedEverywhere

/// The three points and one more off their plane.
let private offPlane =
    Dataset.FromSignedInputs(
        "three points and one off their plane",
        array2D [ [ 2.0; 1.0; 0.0 ]; [ 1.0; -1.0; 0.0 ]; [ 3.0; 0.5; 0.0 ]; [ 1.0; 0.0; -1.0 ] ]
    )

let theorem: Theorem =
    { Id = "first-layer-orthogonal-part"
      Title = "W₁(t)P = W₁(0)P for all t, P the projection across the data"
      Source = Papers.initializationShape "fully connected linear networks; the identity is derived here"
      Hypotheses = [ separable; startsAcross ]
      Prediction = Prediction.forAllTime "⟨W₁P, W₁(0)P⟩_F/‖W₁(0)P‖_F" startAcross
      Constants =
        fun case ->
            let start =
                (layers case case.Start |> List.reduce (fun inner outer -> times outer inner))[0, *]

            [ startAcross, Measure.norm (across case case.Start)
              predictorAcross,
              Measure.norm (Measure.minus start ((Separable.geometry case.Data).ProjectOnData start)) ]
      Derivation =
        [ Identity(
              "⟨v (Σ gₙzₙ)ᵀ, u⟩ = Σ gₙ v ⟨zₙ, u⟩, which vanishes with every ⟨zₙ, u⟩",
              layer * (gradient1 * data + gradient2 * data) * orthogonal,
              (gradient1 + gradient2) * layer * (data * orthogonal)
          ) ]
      Measure =
        fun case ->
            let start = across case case.Start
            let norm = Measure.norm start
            Measure.at (fun snapshot -> Measure.dot (across case snapshot.Parameters) start / norm)
      Rivals =
        [ Rival.create "start forgotten" "convergence to the solution of minimal norm" 0Q
          Rival.create "decays" "the part across shrinks as the rest grows" (startAcross / (1Q + abs logT))
          Rival.create "predictor" "the part of β in place of that of W₁" predictorAcross ]
      Controls =
        [ { Breaks = "P is orthogonal to every point"
            Case = everywhere (case offPlane (scattered 0.7 8) (fullyConnected 2 2))
            PredictedAs = cases.Head
            Instead = "the fourth point moves the part across the plane of the others" } ]
      Cases = cases
      OnData = fun _ -> [] }
