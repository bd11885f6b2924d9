/// The square loss of residuals, and the model that makes them.
module ImplicitBias.Tests.Losses.SquareLossTests

open System
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Tests.Within

[<Tests>]
let tests =
    testList
        "square loss"
        [ testCase "value and derivatives of residuals"
          <| fun () ->
              let loss = SquareLoss()
              let residuals = [| 3.0; -4.0 |]
              within (ulps 2.0 (log 12.5)) (log 12.5) (loss.LogValue(ReadOnlySpan residuals)) "log 25/2"
              let weights: float[] = Array.zeroCreate 2
              loss.Gradient(ReadOnlySpan residuals, log 12.5, Span weights)

              for expected, weight in Seq.zip [ 0.24; -0.32 ] weights do
                  within (ulps 2.0 expected) expected weight "r/L"

              loss.Curvature(ReadOnlySpan residuals, 0.0, Span weights)
              Expect.equal weights [| 1.0; 1.0 |] "ℓ''"
              loss.ThirdDerivative(ReadOnlySpan residuals, 0.0, Span weights)
              Expect.equal weights [| 0.0; 0.0 |] "ℓ'''"
          testCase "residuals whose squares overflow or vanish"
          <| fun () ->
              let loss = SquareLoss()

              for size in [ 1e300; 1e-300 ] do
                  let expected = 2.0 * log size
                  within (ulps 2.0 expected) expected (loss.LogValue(ReadOnlySpan [| size; -size |])) "log"

              Expect.equal (loss.LogValue(ReadOnlySpan [| 0.0; 0.0 |])) -infinity "zero residuals"
          testCase "residuals of a model fold the targets in"
          <| fun () ->
              let outputs: float[] = Array.zeroCreate 2
              let rows = LinearModel(array2D [ [ 1.0; 2.0; -1.0 ]; [ 0.0; 1.0; 2.0 ] ])
              ResidualModel(rows, [| 1.0; 2.0 |]).Predict(ReadOnlySpan [| 1.0; 1.0; 1.0 |], Span outputs)
              Expect.equal outputs [| 1.0; 1.0 |] "Xw - y"

              Expect.throwsT<ArgumentException>
                  (fun () -> ResidualModel(LinearModel(array2D [ [ 1.0 ] ]), [| 1.0; 2.0 |]) |> ignore)
                  "another number of targets" ]
