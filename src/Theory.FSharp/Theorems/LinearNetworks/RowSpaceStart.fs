/// # A fully connected network whose first layer starts in the row space chooses the least-norm interpolant, at any scale
///
/// W₁' is a combination of the rows of X, so W₁P = 0 is kept, P the projection across them, and βP = (W_L⋯W₂)W₁P = 0: whatever
/// interpolant the flow ends at lies in the row space, and there is only one. No small start is needed, at no depth; the mean of the loss,
/// or the loss without its half, only changes the speed.
module ImplicitBias.Theory.Theorems.RowSpaceStart

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference
open ImplicitBias.Theory
open ImplicitBias.Theory.NetworkRegression

let private least, sparse, power, kernel, average =
    symbol "least", symbol "sparse", symbol "power", symbol "kernel", symbol "average"

let private x, u, g = symbol "x", symbol "u", symbol "g"
let private v1, v2, x1, x2 = symbol "v1", symbol "v2", symbol "x1", symbol "x2"
let private width = 3

let private depthOf (case: Case) =
    // d h + (L - 2) h² + h parameters.
    (case.Start.Length - width * (case.Data.Dimension + 1)) / (width * width) + 2

/// Parameters without symmetry, the rows of the first layer inside the row space or not.
let private start depth inside =
    let d = twoEquations.Dimension
    let count = width * d + (depth - 2) * width * width + width
    let entries = [| for k in 1..count -> 0.7 * System.Math.Cos(float (k * k)) |]

    let row i =
        let row = Array.sub entries (i * d) d

        if inside then
            Measure.minus row (across twoEquations row)
        else
            row

    List.concat [ for i in 0 .. width - 1 -> List.ofArray (row i) ]
    @ List.ofArray (Array.sub entries (width * d) (count - width * d))

let private from depth inside =
    Case.create
        twoEquations.Name
        twoEquations
        (start depth inside)
        (flow $"fully connected network of depth {depth}" (fun dimension ->
            FullyConnectedNetwork(dimension, depth, width)))
        []
        [ 4.0; 5.0 ]

let private cases = [ from 2 true; from 3 true ]

let theorem: Theorem =
    { Id = "row-space-start"
      Title = "β(∞) is the least-norm interpolant if W₁(0)P = 0, at any scale and depth"
      Source = Papers.initializationShape "fully connected linear networks; the identity is derived here"
      Hypotheses =
        [ { Says = "the rows of the first layer start in the row space of the data, to rounding"
            Holds =
              fun case ->
                  let d = case.Data.Dimension

                  List.init width (fun i ->
                      case.Start |> List.skip (i * d) |> List.truncate d |> List.toArray)
                  |> List.forall (fun row ->
                      not (Measure.differ row (Measure.minus row (across case.Data row)))) } ]
      Prediction = Prediction.asymptotic "‖β(t)‖₂" least
      Constants =
        fun case ->
            let d = case.Data.Dimension
            let start = predictor (FullyConnectedNetwork(d, depthOf case, width)) case.Start
            let zero: float array = Array.zeroCreate d

            let scales = Array.create d (System.Math.Sqrt 0.5)

            [ least, Measure.norm (closest case.Data zero)
              sparse, Measure.norm (sparsest case.Data)
              power, Measure.norm (project case.Data (case.Data.ExactTargets()) (PNorm 1.5) zero)
              kernel,
              Measure.norm (
                  project case.Data (case.Data.ExactTargets()) (UntiedNetworkPenalty(2, scales)) zero
              )
              average, Measure.norm (Measure.minus (closest case.Data zero) start) ]
      Derivation =
        [ Assuming(
              "g real, v1 real, v2 real",
              Identity(
                  "a row v of W₁ moves by gx, which is nothing along u = (x₂, -x₁), across the data in a plane",
                  (v1 + g * x1) * x2 - (v2 + g * x2) * x1,
                  v1 * x2 - v2 * x1
              )
          )
          Identity(
              "‖w‖² = ‖β‖² + ‖w - β‖² for interpolants w, whose difference from β in the row space is orthogonal to it",
              (x + u) ** 2Q - 2Q * x * u,
              x ** 2Q + u ** 2Q
          ) ]
      Measure =
        fun case ->
            let parametrization =
                FullyConnectedNetwork(case.Data.Dimension, depthOf case, width)

            Measure.at (fun snapshot -> Measure.norm (predictor parametrization snapshot.Parameters))
      Rivals =
        [ Rival.create "wrong norm" "the ℓ₁ interpolant" sparse
          Rival.create "wrong exponent" "least Σ|w|^{3/2}" power
          Rival.create
              "wrong architecture"
              "the penalty of a diagonal network of the same depth and scale"
              kernel
          Rival.create "start added" "the change of β for β" average ]
      Controls =
        [ { Breaks = "the rows of the first layer start in the row space"
            Case = from 2 false
            PredictedAs = cases.Head
            Instead = "βP = (W_L⋯W₂)W₁(0)P is left" } ]
      Cases = cases
      OnData = fun _ -> [] }
