/// The transform of bridge penalties and of convolutional networks: one convention, unitary and without conjugates.
module ImplicitBias.Tests.Reference.DiscreteFourierTests

open System
open System.Numerics
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference
open ImplicitBias.Tests
open ImplicitBias.Tests.UnitaryTransform
open ImplicitBias.Tests.Within

let private uniform random count =
    Array.init count (fun _ -> Seeded.uniform random -2.0 2.0)

[<Tests>]
let tests =
    testList
        "the discrete Fourier transform"
        [ testCase "moduli and value are those of the unitary transform" (fun () ->
              let random = Seeded.random 1

              for dimension in 1..16 do
                  let signal = uniform random dimension
                  let expected = transform signal |> Array.map Complex.Abs
                  let budget = roundings (transformOperations dimension) (bound signal)

                  for depth in 1..4 do
                      let penalty = BridgePenalty(dimension, depth, BridgeDomain.Fourier)

                      for k, modulus in Seq.indexed (penalty.Moduli(ReadOnlySpan signal)) do
                          within budget expected[k] modulus $"frequency {k} of {dimension}"

                      let power = 2.0 / float depth
                      let sum = expected |> Array.sumBy (fun modulus -> modulus ** power)
                      // The error of a modulus m arrives in m^q times q m^(q-1).
                      let slope =
                          expected |> Array.sumBy (fun modulus -> power * modulus ** (power - 1.0))

                      within
                          (roundings (transformOperations dimension * slope) (bound signal)
                           + roundings (float dimension + 4.0) sum)
                          sum
                          (penalty.Value(ReadOnlySpan signal))
                          "value")
          testCase "a unit impulse has all moduli 1/√D" (fun () ->
              let penalty = BridgePenalty(5, 2, BridgeDomain.Fourier)
              let moduli = penalty.Moduli(ReadOnlySpan [| 1.0; 0.0; 0.0; 0.0; 0.0 |])

              for modulus in moduli do
                  within (ulps 4.0 (sqrt 0.2)) (sqrt 0.2) modulus "modulus")
          testCase
              "the transform of the network's predictor is the product of its filters', without conjugates"
              (fun () ->
                  let random = Seeded.random 2

                  for dimension in 2..7 do
                      for depth in 1..4 do
                          let network = ConvolutionalNetwork(dimension, depth)
                          let parameters = uniform random network.ParameterCount
                          let predictor: float[] = Array.zeroCreate dimension
                          network.Predictor(ReadOnlySpan parameters, Span predictor)

                          let filters =
                              [ for l in 0 .. depth - 1 ->
                                    parameters[l * dimension .. (l + 1) * dimension - 1] ]

                          let product =
                              filters |> List.map transform |> List.reduce (Array.map2 (fun a b -> a * b))

                          let budget =
                              roundings
                                  (float depth * transformOperations dimension)
                                  (filters |> List.map bound |> List.reduce (*))

                          for k, value in Seq.indexed (transform predictor) do
                              let distance = Complex.Abs(value - product[k])
                              within budget 0.0 distance $"frequency {k}")
          testCase "the predictor is what the layers, applied to the signals e_j, make of them" (fun () ->
              let random = Seeded.random 3
              let dimension, depth = 5, 3
              let network = ConvolutionalNetwork(dimension, depth)
              let parameters = uniform random network.ParameterCount

              let filter l =
                  parameters[l * dimension .. (l + 1) * dimension - 1]

              let correlate (weights: float[]) (signal: float[]) =
                  Array.init dimension (fun i ->
                      Seq.sum (Seq.init dimension (fun k -> weights[k] * signal[(i + k) % dimension]))
                      / sqrt (float dimension))

              let predictor: float[] = Array.zeroCreate dimension
              network.Predictor(ReadOnlySpan parameters, Span predictor)

              for j in 0 .. dimension - 1 do
                  let impulse = Array.init dimension (fun i -> if i = j then 1.0 else 0.0)
                  let hidden = impulse |> correlate (filter 0) |> correlate (filter 1)
                  let output = Array.fold2 (fun s a b -> s + a * b) 0.0 (filter 2) hidden
                  // Every layer multiplies sizes by the bound of its filter, the last by √D times that.
                  let size = bound (filter 0) * bound (filter 1) * Array.sumBy abs (filter 2)

                  within (roundings (2.0 * float (depth * dimension)) size) output predictor[j] $"input {j}") ]
