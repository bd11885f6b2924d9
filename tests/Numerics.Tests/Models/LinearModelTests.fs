module ImplicitBias.Tests.Models.LinearModelTests

open System
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Tests
open ImplicitBias.Tests.Within

let private predict (model: LinearModel) (parameters: float[]) =
    let outputs: float[] = Array.zeroCreate model.SampleCount
    model.Predict(ReadOnlySpan parameters, Span outputs)
    outputs

let private pullback (model: LinearModel) (weights: float[]) =
    let gradient: float[] = Array.zeroCreate model.ParameterCount

    model.Pullback(
        ReadOnlySpan(Array.zeroCreate<float> model.ParameterCount),
        ReadOnlySpan weights,
        Span gradient
    )

    gradient

/// Σ aⱼbⱼ exactly, and the budget n ulp of Σ |aⱼbⱼ| that any order of summation obeys.
let private exactDot (a: float[]) (b: float[]) =
    let sum =
        Array.fold2 (fun s x y -> s + Rational.FromBinary x * Rational.FromBinary y) Rational.Zero a b

    let size = Array.fold2 (fun s x y -> s + abs (x * y)) 0.0 a b
    sum.ToDouble(), part "rounding" (float a.Length * 2.3e-16 * size)

[<Tests>]
let tests =
    testList
        "linear model"
        [ testCase "margins and gradient by hand"
          <| fun () ->
              let model = LinearModel(array2D [ [ 1.0; 2.0; 3.0 ]; [ -1.0; 0.5; 4.0 ] ])
              Expect.equal (predict model [| 2.0; -1.0; 0.25 |]) [| 0.75; -1.5 |] "Zw"
              Expect.equal (pullback model [| 3.0; 2.0 |]) [| 1.0; 7.0; 17.0 |] "Zᵀv"
              Expect.equal (model.SignedInput(1).ToArray()) [| -1.0; 0.5; 4.0 |] "row 2"
              Expect.equal (model.SignedInputs.ToArray()) [| 1.0; 2.0; 3.0; -1.0; 0.5; 4.0 |] "row by row"
          testCase "against exact arithmetic, every remainder of the lanes"
          <| fun () ->
              let random = Seeded.random 31

              for features in 1..17 do
                  let z = Array2D.init 6 features (fun _ _ -> Seeded.uniform random -9.0 9.0)
                  let model = LinearModel z
                  let w = Array.init features (fun _ -> Seeded.uniform random -9.0 9.0)
                  let v = Array.init 6 (fun _ -> Seeded.uniform random -9.0 9.0)
                  let outputs, gradient = predict model w, pullback model v

                  for i in 0..5 do
                      let predicted, budget = exactDot z[i, *] w
                      within budget predicted outputs[i] $"output {i} of {features} features"

                  for j in 0 .. features - 1 do
                      let predicted, budget = exactDot z[*, j] v
                      within budget predicted gradient[j] $"gradient {j} of {features}"
          testCase "the inputs are copied"
          <| fun () ->
              let z = array2D [ [ 1.0; 2.0 ] ]
              let model = LinearModel z
              z[0, 0] <- 100.0
              Expect.equal (predict model [| 1.0; 1.0 |]) [| 3.0 |] "old value"
          testCase "no rows, no columns, NaN or infinity are refused"
          <| fun () ->
              for z in
                  [ Array2D.zeroCreate 0 3
                    Array2D.zeroCreate 3 0
                    array2D [ [ 1.0; nan ] ]
                    array2D [ [ infinity ] ] ] do
                  Expect.throwsT<ArgumentException> (fun () -> LinearModel z |> ignore) "refused"
          testCase "a row that is not there is refused"
          <| fun () ->
              let model = LinearModel(array2D [ [ 1.0; 2.0 ] ])

              for row in [ -1; 1; Int32.MaxValue ] do
                  let reads () = model.SignedInput(row).Length |> ignore
                  Expect.throws reads $"row {row}" ]
