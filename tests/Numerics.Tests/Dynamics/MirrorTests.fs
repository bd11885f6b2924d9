/// Mirror flow and mirror descent on the square loss against closed forms, against each other and against the reference.
module ImplicitBias.Tests.Dynamics.MirrorTests

open System
open Expecto
open MathNet.Numerics.LinearAlgebra
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference
open ImplicitBias.Tests
open ImplicitBias.Tests.Within

let private data =
    Dataset.ForRegression(
        "two rows",
        array2D [ [ 1.0; 2.0; 0.0; -1.0; 1.0 ]; [ 0.0; 1.0; 3.0; 1.0; -2.0 ] ],
        [| 1.0; 2.0 |]
    )

let private residuals = ResidualModel.Linear data
let private accuracy = Accuracy(1e-14, 1e-11)
let private origin: float[] = Array.zeroCreate 5
let private positive = [| 0.2; 0.1; 0.5; 0.3; 0.4 |]

let private run (dynamics: IDynamics) (start: float[]) (logTimes: float[]) =
    let trajectory = dynamics.Run(ReadOnlySpan start, ReadOnlySpan logTimes, accuracy)
    Expect.equal trajectory.Outcome Outcome.ReachedHorizon "outcome"
    List.ofSeq trajectory.Snapshots

let private flow potential =
    MirrorFlow(residuals, SquareLoss(), potential)

let private projection potential start =
    match BregmanProjection.Solve(data.ExactInputs(), data.ExactTargets(), potential, start) with
    | :? BregmanProjectionResult.Solved as solved -> solved.Weights
    | _ -> failtest "no projection"

let private near (budget: Budget) (expected: float seq) (measured: float seq) message =
    for j, (a, b) in Seq.indexed (Seq.zip expected measured) do
        within budget a b $"{message}, coordinate {j}"

/// w₀ + V diag(factor(s)/s) Uᵀ(y - Xw₀).
let private spectral (start: float[]) (factor: float -> float) =
    let x = Matrix<float>.Build.DenseOfArray(data.Inputs())
    let svd = x.Svd()
    let start = Vector<float>.Build.Dense start

    let residual =
        svd.U.TransposeThisAndMultiply(Vector<float>.Build.Dense(data.Targets()) - x * start)

    let coefficients =
        Vector<float>.Build.Dense(2, fun k -> factor svd.S[k] / svd.S[k] * residual[k])

    start + svd.VT.SubMatrix(0, 2, 0, 5).TransposeThisAndMultiply coefficients

/// P₀ x, the part orthogonal to the rows.
let private across (vector: float[]) =
    let x = Matrix<float>.Build.DenseOfArray(data.Inputs())
    let v = Vector<float>.Build.Dense vector
    (v - x.TransposeThisAndMultiply((x * x.Transpose()).Solve(x * v))).ToArray()

let private potentials: (IPotential * float[]) list =
    [ Euclidean(), positive
      NegativeEntropy(), positive
      Burg(), positive
      Hypentropy 0.02, origin
      Hypentropy 200.0, positive
      PNorm 1.5, origin
      PNorm 3.0, positive ]

[<Tests>]
let flows =
    testList
        "mirror flow"
        [ testCase "gradient flow is its spectral closed form at every time"
          <| fun () ->
              let times = [| -4.0; -2.0; 0.0; 1.0; 6.0 |]

              for snapshot in run (flow (Euclidean())) positive times do
                  let t = exp snapshot.LogTime
                  let expected = spectral positive (fun s -> 1.0 - exp (-s * s * t))

                  near
                      (part "the run's own estimate" snapshot.ErrorEstimate)
                      expected
                      snapshot.Parameters
                      $"log t = {snapshot.LogTime}"
          testCase "early in a run as late, the estimate is above the error"
          <| fun () ->
              // One row x: w(t) = x y (1 - e^{-‖x‖²t})/‖x‖², where extrapolation amplifies rounding more than steps shrink.
              let random = Seeded.random 5

              for trial in 0..99 do
                  let x = Array.init (1 + trial % 4) (fun _ -> Seeded.uniform random -2.0 2.0)
                  let y = Seeded.uniform random -2.0 2.0
                  let square = Array.sumBy (fun v -> v * v) x
                  let row = LinearModel(Array2D.init 1 x.Length (fun _ j -> x[j]))
                  let times = [| -3.0; -1.5; -0.2; 0.6; 2.0 |] |> Array.map (fun e -> e - log square)
                  let still: float[] = Array.zeroCreate x.Length

                  for snapshot in
                      run (MirrorFlow(ResidualModel(row, [| y |]), SquareLoss(), Euclidean())) still times do
                      let passed = 1.0 - exp (-square * exp snapshot.LogTime)
                      let expected = x |> Array.map (fun v -> v * y * passed / square)

                      near
                          (part "the run's own estimate" snapshot.ErrorEstimate)
                          expected
                          snapshot.Parameters
                          $"trial {trial}, log t = {snapshot.LogTime}"
          testCase "where modes are far apart, the slow one loses what the estimate says"
          <| fun () ->
              // X = U diag(h g, h g r) Vᵀ with rotations of Pythagorean triples: whole numbers, and w(t) in closed form, mode by
              // mode. What elimination rounds in hJ is most of it: the run lost up to a hundred estimates before that was counted.
              let triples = [ 3.0, 4.0, 5.0; 5.0, 12.0, 13.0; 8.0, 15.0, 17.0; 12.0, 35.0, 37.0 ]
              let mutable readings, below = 0, 0

              for ratio in [ 1e3; 1e4 ] do
                  for a, b, h in triples do
                      for p, q, g in triples do
                          for y in [ [| 1.0; 0.0 |]; [| 0.0; 1.0 |]; [| 1.0; 2.0 |]; [| -3.0; 1.0 |] ] do
                              let inputs =
                                  array2D
                                      [ [ a * p + b * q * ratio; a * q - b * p * ratio ]
                                        [ b * p - a * q * ratio; b * q + a * p * ratio ] ]

                              let fall size across logTime =
                                  -across / (h * size) * LogDomain.Expm1(-(size * size) * exp logTime)

                              let times = [| for k in -2.0 .. 4.0 -> k - 2.0 * log (h * g) |]
                              let model = ResidualModel(LinearModel(inputs), y)

                              for snapshot in
                                  run (MirrorFlow(model, SquareLoss(), Euclidean())) [| 0.0; 0.0 |] times do
                                  let slow = fall (h * g) (a * y[0] + b * y[1]) snapshot.LogTime
                                  let fast = fall (h * g * ratio) (a * y[1] - b * y[0]) snapshot.LogTime
                                  let exact = [| (p * slow - q * fast) / g; (q * slow + p * fast) / g |]

                                  let error =
                                      Seq.map2 (fun w e -> abs (w - e)) snapshot.Parameters exact |> Seq.max

                                  readings <- readings + 1

                                  if error > snapshot.ErrorEstimate then
                                      below <- below + 1

                                  Expect.isLessThan
                                      error
                                      (2.0 * snapshot.ErrorEstimate)
                                      $"ratio {ratio}, {(a, b)}, {(p, q)}, {y}, log t = {snapshot.LogTime}"

              // Three and a half standard deviations, if roundings were unrelated; they are nearly.
              Expect.isLessThan below (readings / 100) $"of {readings} readings"

          for potential, start in potentials do
              testCase
                  $"{potential.Name}: to the projection of its start, the dual moving in the row space only"
              <| fun () ->
                  // log t of e-folds under the metric at hand: the large scale is fast, Burg slow.
                  let times = [| -6.0; -3.0; 0.0; 5.0 |]
                  let snapshots = run (flow potential) start times

                  let dual (point: float seq) =
                      let image: float[] = Array.zeroCreate 5
                      potential.MirrorMap(ReadOnlySpan(Seq.toArray point), Span image)
                      image

                  for snapshot in snapshots do
                      Expect.isLessThan snapshot.ErrorEstimate accuracy.Absolute "estimated error"
                      let hessian: float[] = Array.zeroCreate 25
                      potential.Hessian(ReadOnlySpan(Seq.toArray snapshot.Parameters), Span hessian)
                      let bend = Seq.max (Seq.map (Array.sumBy abs) (Array.chunkBySize 5 hessian))

                      near
                          (part "the run's own estimate, through ∇²ψ" (bend * snapshot.ErrorEstimate))
                          (across (dual start))
                          (across (dual snapshot.Parameters))
                          "P₀∇ψ"

                  let last = List.last snapshots

                  near
                      (part "the run's own estimate" last.ErrorEstimate)
                      (projection potential start)
                      last.Parameters
                      "the end"
          testCase "u₊² - u₋² is hypentropy flow four times as fast, at every time"
          <| fun () ->
              for alpha, times in [ 0.1, [| -3.0; -1.0; 0.0; 1.0 |]; 1.0, [| -5.0; -3.0; 0.0 |] ] do
                  let network =
                      ResidualModel(
                          LinearNetwork(data.Inputs(), DiagonalNetwork.Shared(5, 2)),
                          data.Targets()
                      )

                  let wide = MirrorFlow(network, SquareLoss(), Euclidean())
                  let parameters = run wide (Array.create 10 alpha) times
                  let later = times |> Array.map (fun logTime -> logTime + log 4.0)
                  let mirrored = run (flow (Hypentropy.OfNetwork alpha)) origin later

                  for wide, mirrored in List.zip parameters mirrored do
                      let u = Seq.toArray wide.Parameters
                      let predictor = Array.init 5 (fun j -> u[j] * u[j] - u[5 + j] * u[5 + j])

                      // ∂(u²)/∂u = 2u, for both halves.
                      let own = 4.0 * (Array.max (Array.map abs u)) * wide.ErrorEstimate

                      near
                          (part "the network's run" own + part "the mirrored run" mirrored.ErrorEstimate)
                          predictor
                          mirrored.Parameters
                          $"log t = {wide.LogTime}"
          testCase "a diagonal network moves alike in its parameters and in their logarithms"
          <| fun () ->
              for depth, scale in [ 2, 0.3; 3, 0.5; 4, 0.7 ] do
                  let times = [| -3.0; -1.0; 0.0; 1.0 |]

                  let run (parametrization: IParametrization) potential start =
                      let model =
                          ResidualModel(LinearNetwork(data.Inputs(), parametrization), data.Targets())

                      run (MirrorFlow(model, SquareLoss(), potential)) (Array.create 10 start) times

                  let plain = run (DiagonalNetwork.Shared(5, depth)) (Euclidean()) scale

                  let logs =
                      run (LogDiagonalNetwork(5, depth)) (LogarithmicParameters()) (Math.Log scale)

                  for plain, logs in List.zip plain logs do
                      let image = Seq.map Math.Exp logs.Parameters

                      near
                          (part "the plain run" plain.ErrorEstimate
                           + part "the run in logarithms" (Seq.max image * logs.ErrorEstimate))
                          plain.Parameters
                          image
                          $"depth {depth}, log t = {plain.LogTime}"
          testCase "a start outside the domain is refused"
          <| fun () ->
              Expect.throwsT<ArgumentException>
                  (fun () -> run (flow (NegativeEntropy())) origin [| 0.0 |] |> ignore)
                  "zero is on the boundary" ]

let private descent potential step =
    MirrorDescent(residuals, SquareLoss(), potential, step)

let private at iterations =
    iterations |> Array.map (fun (k: int) -> Math.Log(float k))

[<Tests>]
let descents =
    testList
        "mirror descent"
        [ testCase "gradient descent is its spectral closed form at every iteration"
          <| fun () ->
              let step = 0.1

              for snapshot in run (descent (Euclidean()) step) positive (at [| 1; 2; 7; 50; 2000 |]) do
                  let k = Math.Round(Math.Exp snapshot.LogTime)
                  let expected = spectral positive (fun s -> 1.0 - Math.Pow(1.0 - step * s * s, k))
                  // The transform and its inverse have five terms a sum.
                  near
                      (part "the run's own estimate" snapshot.ErrorEstimate
                       + roundings 20.0 (Seq.max expected))
                      expected
                      snapshot.Parameters
                      $"iteration {k}"
          testCase "momentum with a velocity across the data shifts the limit"
          <| fun () ->
              let velocity = [| 0.3; -0.2; 0.1; 0.4; -0.1 |]

              let heavyBall =
                  MirrorDescent(
                      residuals,
                      SquareLoss(),
                      Euclidean(),
                      0.05,
                      Momentum = 0.6,
                      Velocity = velocity
                  )

              for snapshot in run heavyBall positive (at [| 1; 3; 10; 1000 |]) do
                  let k = Math.Round(Math.Exp snapshot.LogTime)
                  // P₀w₀ + P₀v β(1 - βᵏ)/(1 - β).
                  let factor = 0.6 * (1.0 - Math.Pow(0.6, k)) / 0.4

                  let expected =
                      Array.map2 (fun w v -> w + factor * v) (across positive) (across velocity)

                  near
                      (part "the run's own estimate" snapshot.ErrorEstimate
                       + roundings 20.0 (Seq.max expected))
                      expected
                      (across (Seq.toArray snapshot.Parameters))
                      $"iteration {k}"
          testCase "a stochastic run is its seed, and stays in the same dual space"
          <| fun () ->
              let stochastic seed =
                  MirrorDescent(residuals, SquareLoss(), NegativeEntropy(), 0.1, Seed = Nullable seed)

              let readings = at [| 10; 100; 20000 |]
              let first = run (stochastic 1UL) positive readings
              let again = run (stochastic 1UL) positive readings
              let other = run (stochastic 2UL) positive readings

              Expect.equal
                  (first |> List.map (fun snapshot -> List.ofSeq snapshot.Parameters))
                  (again |> List.map (fun snapshot -> List.ofSeq snapshot.Parameters))
                  "the same bits"

              Expect.notEqual
                  (List.ofSeq first.Head.Parameters)
                  (List.ofSeq other.Head.Parameters)
                  "another path"

              for last in [ List.last first; List.last other ] do
                  near
                      (part "the run's own estimate" last.ErrorEstimate)
                      (projection (NegativeEntropy()) positive)
                      last.Parameters
                      "the same end"
          testCase "the order of samples is uniform and a function of the iteration"
          <| fun () ->
              let order = SampleOrder(7UL, 5)
              let counts = Array.zeroCreate<int> 5

              for k in 0L .. 49_999L do
                  counts[order[k]] <- counts[order[k]] + 1

              // Standard deviation √(50000 · 0.2 · 0.8) = 89.
              for count in counts do
                  within (part "five standard deviations" 450.0) 10_000.0 (float count) "draws of a sample"

              let again = SampleOrder(7UL, 5)
              Expect.equal again[12_345L] order[12_345L] "replayed"
          testCase "a divergent step ends in non-finite weights, not in an exception"
          <| fun () ->
              let trajectory =
                  (descent (Euclidean()) 1.0)
                      .Run(ReadOnlySpan positive, ReadOnlySpan(at [| 10; 100_000 |]), accuracy)

              Expect.equal trajectory.Outcome Outcome.NonFinite "outcome"
          testCase "a step that is not positive is refused"
          <| fun () ->
              for step in [ 0.0; -1.0; nan; infinity ] do
                  Expect.throwsT<ArgumentOutOfRangeException>
                      (fun () -> descent (Euclidean()) step |> ignore)
                      "refused" ]
