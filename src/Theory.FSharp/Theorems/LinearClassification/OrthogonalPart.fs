/// # The part of the weights orthogonal to the data never moves
///
/// Every gradient is a combination of the zₙ, so ⟨u, w(t)⟩ = ⟨u, w(0)⟩ for u orthogonal to all of them: exactly, for all
/// t, any loss, flow and descent alike. The limit remembers its start there, and nowhere else.
module ImplicitBias.Theory.Theorems.OrthogonalPart

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.Separable
open ImplicitBias.Theory.LinearClassification

/// ⟨u, w(0)⟩ for the unit vector u along the orthogonal part of the start, and along what is orthogonal to the support alone.
let private startAcross, acrossSupport =
    symbol "startAcross", symbol "acrossSupport"

/// u. Projected again once it has length 1, it is orthogonal to the data to rounding however small the part is.
let private direction (case: Case) =
    let unitAcross x =
        Measure.unit (Measure.minus x ((geometry case.Data).ProjectOnData x))

    case.Start |> List.toArray |> unitAcross |> unitAcross

let private gradient1, gradient2, k = symbol "g1", symbol "g2", symbol "k"
let private x, y, z = symbol "x", symbol "y", symbol "z"

/// The five points with the sum of the two features as a third: rank two in three dimensions.
let private redundantPoints =
    let inputs = fivePoints.SignedInputs()

    Dataset.FromSignedInputs(
        "five points with a redundant feature",
        Array2D.init 5 3 (fun i j -> if j < 2 then inputs[i, j] else inputs[i, 0] + inputs[i, 1])
    )

/// The same with one more point off their plane.
let private offPlane =
    let inputs = redundantPoints.SignedInputs()

    Dataset.FromSignedInputs(
        "five points and one off their plane",
        Array2D.init 6 3 (fun i j -> if i < 5 then inputs[i, j] else [| 1.0; 1.0; -3.0 |][j])
    )

/// Iris with the sepal length in mm as a fifth feature, which says nothing new.
let private redundantIris =
    let inputs = iris.Inputs()

    Dataset(
        "iris setosa/versicolor with a redundant feature",
        Seq.append iris.Features [ "sepal_length_mm" ] |> Seq.toArray,
        Array2D.init iris.SampleCount 5 (fun i j -> if j < 4 then inputs[i, j] else 10.0 * inputs[i, 0]),
        iris.Labels()
    )

let private everywhere =
    Case.readAt [] [ 0.0; 2.0; 5.0; 10.0; 1e2; 1e3; 1e4; 1e5; 1e6 ]

let theorem: Theorem =
    { Id = "orthogonal-part"
      Title = "⟨u, w(t)⟩ = ⟨u, w(0)⟩ for all t, u orthogonal to the data"
      Source = Soudry.paper "the iterates stay in the start plus the span of the data"
      Hypotheses =
        [ separable
          { Says = "the start has a part orthogonal to the data"
            Holds =
              fun case ->
                  let start, geometry = List.toArray case.Start, geometry case.Data

                  geometry.DataRank < case.Data.Dimension
                  && Measure.differ start (geometry.ProjectOnData start) } ]
      Prediction = Prediction.forAllTime "⟨u, w(t)⟩" startAcross
      Constants =
        fun case ->
            let start = List.toArray case.Start

            [ startAcross, Measure.dot (direction case) start
              acrossSupport, Measure.norm (Measure.minus start ((geometry case.Data).ProjectOnSupport start)) ]
      Derivation =
        [ Assuming(
              "g1 real, g2 real, k real, x real, y real",
              Identity(
                  "data (x, y) and k (x, y), u = (-y, x) orthogonal to both: ⟨u, g₁z₁ + g₂z₂⟩ = 0",
                  -y * (gradient1 * x + gradient2 * k * x)
                  + x * (gradient1 * y + gradient2 * k * y),
                  0Q
              )
          )
          Assuming(
              "g1 real, g2 real, x real, y real, z real",
              Identity(
                  "in three dimensions, u = z₁ × z₂ is orthogonal to every combination of z₁ = (x, y, z) and z₂ = (y, z, x)",
                  (y * x - z ** 2Q) * (gradient1 * x + gradient2 * y)
                  + (z * y - x ** 2Q) * (gradient1 * y + gradient2 * z)
                  + (x * z - y ** 2Q) * (gradient1 * z + gradient2 * x),
                  0Q
              )
          )
          Cited "a flow or descent moves along -∇L = Σ gₙ zₙ, gₙ = -ℓ'(mₙ), whatever the loss" ]
      Measure =
        fun case ->
            let direction = direction case
            Measure.at (fun snapshot -> Measure.dot direction snapshot.Parameters)
      Rivals =
        [ Rival.create "start forgotten" "convergence to the solution of minimal norm" 0Q
          Rival.create "decays" "the orthogonal part shrinks like 1/log t" (startAcross / (1Q + abs logT))
          Rival.create "support alone" "u orthogonal to the support vectors alone" acrossSupport
          |> Rival.where (fun case ->
              let geometry = geometry case.Data
              geometry.SupportRank < geometry.DataRank) ]
      Controls =
        [ { Breaks = "u is orthogonal to every point"
            Case = everywhere (case offPlane [ 1.0; 1.0; 0.5 ] flowExponential)
            PredictedAs = case redundantPoints [ 1.0; 1.0; 0.5 ] flowExponential
            Instead = "the sixth point moves the part along u" } ]
      Cases =
        [ for method in methods do
              everywhere (case redundantPoints [ 1.0; 1.0; 0.5 ] method)
              everywhere (case redundantIris [ 0.05; 0.0; 0.0; 0.0; 0.0 ] method) ]
      OnData =
        fun data ->
            // From zero there is nothing to conserve; from here margins are at most 1/2, where the step is still stable.
            let start =
                0.5
                / System.Math.Sqrt(float data.Dimension * LinearModel(data.SignedInputs()).SquaredRadius)

            methods
            |> List.map (fun method -> everywhere (case data (List.replicate data.Dimension start) method)) }
