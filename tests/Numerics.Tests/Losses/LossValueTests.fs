/// Values of single losses that can be checked by hand.
module ImplicitBias.Tests.Losses.LossValueTests

open System
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Tests
open ImplicitBias.Tests.Within
open ImplicitBias.Tests.LossInstances

let private exponential: ILoss = ExponentialLoss()
let private logistic: ILoss = LogisticLoss()
let private polynomial: ILoss = PolynomialTailLoss 2.0

let private equal (predicted: float) (measured: float) name =
    testCase name (fun () -> Expect.equal measured predicted name)

[<Tests>]
let tests =
    testList
        "loss values"
        [ equal -1e6 (logValue logistic [| 1e6 |]) "logistic: log log(1 + e^-1e6) is -1e6"
          equal -740.0 (logValue logistic [| 740.0 |]) "logistic where the loss is subnormal"
          equal -760.0 (logValue logistic [| 760.0 |]) "logistic where the loss underflows"
          equal -1e6 (logValue exponential [| 1e6 |]) "exponential: log e^-1e6 is -1e6"
          equal 1e6 (logValue exponential [| -1e6 |]) "exponential at -1e6"
          equal (log 1e6) (logValue logistic [| -1e6 |]) "logistic at -1e6: log(1e6 + e^-1e6)"
          testCase "logistic at 0: log log 2"
          <| fun () -> within (ulps 1.0 1.0) -0.36651292058166435 (logValue logistic [| 0.0 |]) "log log 2"
          equal -0.5 (gradient logistic 0.0 [| 0.0 |] |> Array.head) "logistic: ℓ'(0) = -1/2"
          equal 0.25 (curvature logistic 0.0 [| 0.0 |] |> Array.head) "logistic: ℓ''(0) = 1/4"
          equal 0.0 (thirdDerivative logistic 0.0 [| 0.0 |] |> Array.head) "logistic: ℓ'''(0) = 0"
          equal -1.0 (gradient logistic 0.0 [| -1e300 |] |> Array.head) "logistic: slope -1 far left"
          equal -1.0 (gradient logistic -1e6 [| 1e6 |] |> Array.head) "logistic: ℓ'/ℓ → -1 far right"
          equal 1.0 (curvature logistic -1e6 [| 1e6 |] |> Array.head) "logistic: ℓ''/ℓ → 1 far right"
          equal -1.0 (thirdDerivative logistic -1e6 [| 1e6 |] |> Array.head) "logistic: ℓ'''/ℓ → -1 far right"
          testCase "softmax weights of two margins 1e6 apart from 0"
          <| fun () ->
              let sample = [| 1e6; 1e6 + 1.0 |]
              let logScale = logValue exponential sample
              // LogValue is near -1e6, so it holds the weights to half an ulp of 1e6.
              let budget = part "rounding of logScale" (ulp 1e6)
              let weights = gradient exponential logScale sample
              within budget -0.7310585786300049 weights[0] "1/(1 + 1/e)"
              within budget -0.2689414213699951 weights[1] "1/(1 + e)"
          testCase "logistic meets exponential far right, not near 0"
          <| fun () ->
              let sample = [| 40.0; 41.5; 60.0 |]
              Expect.equal (logValue logistic sample) (logValue exponential sample) "same tail"

              Expect.notEqual
                  (logValue logistic [| 5.0 |])
                  (logValue exponential [| 5.0 |])
                  "not the same loss"
          testCase "the log-value crosses from softplus to tail without a step"
          <| fun () ->
              let edge = 37.0
              let below, above = Math.BitDecrement edge, Math.BitIncrement edge
              within (ulps 3.0 edge) (logValue logistic [| below |]) (logValue logistic [| above |]) "at 37"
          testCase "polynomial tail of degree 2 by hand"
          <| fun () ->
              within (ulps 2.0 1.0) (-2.0 * log 3.0) (logValue polynomial [| 2.0 |]) "ℓ(2) = 1/9"

              within
                  (ulps 4.0 1.0)
                  (-2.0 / 27.0)
                  (gradient polynomial 0.0 [| 2.0 |] |> Array.head)
                  "ℓ'(2) = -2/27"

              within
                  (ulps 4.0 1.0)
                  (6.0 / 81.0)
                  (curvature polynomial 0.0 [| 2.0 |] |> Array.head)
                  "ℓ''(2) = 6/81"
              // u = 2: 1 + 2u + 3u² + 4u³ = 49
              within (ulps 2.0 4.0) (log 49.0) (logValue polynomial [| -2.0 |]) "ℓ(-2) = 49"

              within
                  (ulps 8.0 62.0)
                  -62.0
                  (gradient polynomial 0.0 [| -2.0 |] |> Array.head)
                  "ℓ'(-2) = -(2 + 6u + 12u²)"

              within
                  (ulps 8.0 54.0)
                  54.0
                  (curvature polynomial 0.0 [| -2.0 |] |> Array.head)
                  "ℓ''(-2) = 6 + 24u"

              within
                  (ulps 8.0 24.0)
                  -24.0
                  (thirdDerivative polynomial 0.0 [| -2.0 |] |> Array.head)
                  "ℓ'''(-2) = -24"
          testCase "the pieces of a polynomial tail meet three times differentiably"
          <| fun () ->
              for degree in [ 0.5; 1.0; 2.0; 4.0 ] do
                  let loss: ILoss = PolynomialTailLoss degree
                  let tiny = 1e-18

                  for name, f in
                      [ "ℓ'", gradient loss 0.0
                        "ℓ''", curvature loss 0.0
                        "ℓ'''", thirdDerivative loss 0.0 ] do
                      let right = (f [| tiny |] |> Array.head)

                      within
                          (ulps 4.0 right)
                          right
                          (f [| -tiny |] |> Array.head)
                          $"{name} at 0, degree {degree}"

                  Expect.equal (logValue loss [| 0.0 |]) 0.0 "ℓ(0) = 1"
                  within (ulps 1.0 1.0) 0.0 (logValue loss [| -tiny |]) "ℓ(0-) = 1"
          testCase "a polynomial degree must be positive and finite"
          <| fun () ->
              for degree in [ 0.0; -1.0; nan; infinity ] do
                  Expect.throwsT<ArgumentOutOfRangeException>
                      (fun () -> PolynomialTailLoss degree |> ignore)
                      $"degree {degree}" ]
