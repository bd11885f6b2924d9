/// Gradient flow of diagonal networks in the logarithms of their parameters.
module ImplicitBias.Tests.Dynamics.LogarithmicFlowTests

open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Tests
open ImplicitBias.Tests.Within

/// Gradient flow of a diagonal network in the logarithms of its parameters, which all start at one scale.
let private inLogarithms rows depth (loss: ILoss) (scale: float) times =
    let model = LinearNetwork(rows, LogDiagonalNetwork(2, depth))
    Runs.run (GradientFlow(model, loss, LogarithmicParameters())) (List.replicate 4 (log scale)) times

[<Tests>]
let tests =
    testList
        "gradient flow in logarithms"
        [ testCase "a diagonal network moves alike in its parameters and in their logarithms"
          <| fun () ->
              Runs.losses
              |> List.iter (fun (name, loss) ->
                  for depth, scale in [ 2, 0.3; 3, 0.5 ] do
                      let times = [ -3.0; 0.0; 3.0; 100.0; 1e3 ]

                      let network parametrization =
                          LinearNetwork(Runs.fivePoints, parametrization)

                      let plain =
                          Runs.run
                              (GradientFlow(network (DiagonalNetwork.Shared(2, depth)), loss))
                              (List.replicate 4 scale)
                              times

                      let logs = inLogarithms Runs.fivePoints depth loss scale times

                      for plain, logs in List.zip plain logs do
                          Seq.iteri2
                              (fun j u z ->
                                  // δu = u δz, to first order and a half.
                                  let moved = 1.5 * exp z * logs.ErrorEstimate

                                  within
                                      (part "in u" plain.ErrorEstimate + part "in log u" moved)
                                      u
                                      (exp z)
                                      $"{name}, depth {depth}, log t = {plain.LogTime}, u[{j}]")
                              plain.Parameters
                              logs.Parameters)
          testCase "from a start of 10⁻⁵⁰ a diagonal network keeps uv at depth two, 1/u + 1/v at depth three"
          <| fun () ->
              for depth in [ 2; 3 ] do
                  let start = log 1e-50
                  let times = [ 0.0; 50.0; 100.0; 120.0; 200.0; 1e3 ]

                  let snapshots = inLogarithms Runs.fivePoints depth (ExponentialLoss()) 1e-50 times

                  for snapshot in snapshots do
                      for j in 0..1 do
                          let plus, minus = snapshot.Parameters[j], snapshot.Parameters[j + 2]

                          let kept =
                              if depth = 2 then
                                  (plus + minus) / 2.0 - start
                              else
                                  log ((exp (start - plus) + exp (start - minus)) / 2.0)

                          within
                              (part "estimate" snapshot.ErrorEstimate + ulps 4.0 start)
                              0.0
                              kept
                              $"depth {depth}, log t = {snapshot.LogTime}, coordinate {j}"

                  // It has left the start long ago: the smallest margin is log t, but for a multiple of log log t.
                  Expect.isGreaterThan (Seq.min (List.last snapshots).Outputs) 1e3 "it separates" ]
