module ImplicitBias.Tests.Reference.BridgePenaltyTests

open System
open System.Numerics
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference
open ImplicitBias.Tests
open ImplicitBias.Tests.UnitaryTransform
open ImplicitBias.Tests.Within

/// Two signals of length six on which depths 1, 2 and 3 choose different predictors.
let private sixSamples =
    array2D [ [ -0.2; -0.6; -1.4; 0.0; 1.5; 1.0 ]; [ -0.9; -0.9; -0.5; 0.3; -0.2; 0.2 ] ]

let private fiveSamples =
    array2D [ [ 0.5; -0.1; -0.4; -0.3; -1.3 ]; [ -1.4; 0.8; -0.2; 0.2; 1.0 ] ]

let private fourFeatures =
    array2D [ [ 1.0; 0.3; 0.3; -0.2 ]; [ 0.2; 1.0; 0.4; 0.4 ] ]

let private minimise depth domain (signedInputs: float[,]) =
    let penalty = BridgePenalty(Array2D.length2 signedInputs, depth, domain)

    match penalty.Minimise signedInputs with
    | :? BridgePenaltyResult.Solved as solved -> penalty, solved
    | other -> failtestf "%A" other

let private times (signedInputs: float[,]) (weights: float[]) =
    [| for i in 0 .. Array2D.length1 signedInputs - 1 ->
           Array.fold2 (fun s a b -> s + a * b) 0.0 signedInputs[i, *] weights |]

let private uniform random count =
    Array.init count (fun _ -> Seeded.uniform random -2.0 2.0)

/// Rows on the positive side of a random direction.
let private separable random samples features =
    let normal = uniform random features

    array2D
        [ for _ in 1..samples ->
              let row = uniform random features
              let side = Array.fold2 (fun s a b -> s + a * b) 0.0 row normal
              Array.map (fun value -> float (sign side) * value) row ]

/// What double precision leaves of the conditions of optimality: sums over features and over samples, of at most four operations a
/// term, in the coordinates of either domain.
let private certified (inputs: float[,]) (solution: BridgePenaltyResult.Solved) =
    let n, d = Array2D.length1 inputs, Array2D.length2 inputs

    let sizes =
        [ for i in 0 .. n - 1 -> Array.fold2 (fun s a b -> s + abs (a * b)) 0.0 inputs[i, *] solution.Weights ]

    roundings (4.0 * float (n + d)) (List.max sizes)

[<Tests>]
let known =
    testList
        "bridge penalty, known answers"
        [ // An independent cone solver and golden section on the dual give 1.3530678849540634; α of the cone solver to 8 digits.
          testCase "six samples, depth 2: two frequencies" (fun () ->
              let penalty, solved = minimise 2 BridgeDomain.Fourier sixSamples
              within (ulps 8.0 1.3530678849540634) 1.3530678849540634 solved.Objective "objective"
              Expect.equal solved.Support [| 0; 1 |] "frequencies"
              Expect.isTrue solved.GlobalMinimum "convex"
              within (part "eight digits" 5e-9) 0.11158523 solved.Dual[0] "dual 1"
              within (part "eight digits" 5e-9) 1.24148266 solved.Dual[1] "dual 2"
              let moduli = penalty.Moduli(ReadOnlySpan solved.Weights)
              within (part "five digits" 5e-6) 0.51746 moduli[0] "frequency 0"
              within (part "five digits" 5e-6) 0.41780 moduli[1] "frequency 1")
          testCase "six samples, depth 1: the max-margin vector in either domain" (fun () ->
              for domain in [ BridgeDomain.Coordinates; BridgeDomain.Fourier ] do
                  let _, solved = minimise 1 domain sixSamples
                  let squared = 0.71860168 ** 2.0

                  within
                      (part "eight digits of ‖ŵ‖" (2.0 * 0.71860168 * 5e-9))
                      squared
                      solved.Objective
                      "‖ŵ‖²"

                  within
                      (ulps 4.0 solved.Objective)
                      solved.Objective
                      (Array.sum solved.Dual / 2.0)
                      "Σλ = 2‖ŵ‖²")
          testCase "six samples, depth 3: one frequency" (fun () ->
              let _, solved = minimise 3 BridgeDomain.Fourier sixSamples
              within (part "twelve digits" 5e-13) 1.603600140714 solved.Objective "objective"
              Expect.equal solved.Support [| 1 |] "frequencies"
              Expect.isFalse solved.GlobalMinimum "a search is no proof"
              Expect.isFalse solved.DualityGap.HasValue "no gap without convexity")
          testCase "five samples, depth 3: the better of the two points that networks reach" (fun () ->
              let _, solved = minimise 3 BridgeDomain.Fourier fiveSamples
              within (part "twelve digits" 5e-13) 2.971438618837 solved.Objective "not 2.976222522976"
              let _, convex = minimise 2 BridgeDomain.Fourier fiveSamples
              within (ulps 8.0 3.085570425795237) 3.085570425795237 convex.Objective "depth 2")
          testCase "four features, depth 2: a linear program by hand" (fun () ->
              let _, solved = minimise 2 BridgeDomain.Coordinates fourFeatures
              let predicted = 1.5 / 0.94
              within (ulps 2.0 predicted) predicted solved.Objective "objective"
              within (ulps 2.0 (0.8 / 0.94)) (0.8 / 0.94) solved.Dual[0] "dual 1"
              within (ulps 2.0 (0.7 / 0.94)) (0.7 / 0.94) solved.Dual[1] "dual 2"
              Expect.equal solved.Support [| 0; 1 |] "features")
          testCase "one row: everything in the best feature or frequency" (fun () ->
              let random = Seeded.random 4

              for dimension in 1..8 do
                  let row = uniform random dimension
                  let inputs = array2D [ row ]
                  let spectrum = transform row |> Array.map Complex.Abs

                  for depth in 2..4 do
                      let q = 2.0 / float depth
                      let coordinates = row |> Array.map (fun entry -> abs entry ** -q) |> Array.min

                      let frequencies =
                          Seq.min
                              [ for k in 0 .. dimension / 2 ->
                                    let size = if k = 0 || 2 * k = dimension then 1.0 else 2.0
                                    size * (size * spectrum[k]) ** -q ]

                      let _, one = minimise depth BridgeDomain.Coordinates inputs
                      let _, other = minimise depth BridgeDomain.Fourier inputs

                      within
                          (ulps 4.0 coordinates)
                          coordinates
                          one.Objective
                          $"features, {dimension}, {depth}"

                      within
                          (roundings (transformOperations dimension) frequencies)
                          frequencies
                          other.Objective
                          $"frequencies, {dimension}, {depth}") ]

[<Tests>]
let properties =
    testList
        "bridge penalty, properties"
        [ testCase "convex programs: no gap, no residual, no competitor below" (fun () ->
              let random = Seeded.random 5

              for samples, features in [ 2, 3; 3, 6; 4, 5; 8, 4; 12, 7; 5, 12; 30, 6 ] do
                  let inputs = separable random samples features

                  for domain in [ BridgeDomain.Coordinates; BridgeDomain.Fourier ] do
                      for depth in 1..2 do
                          let penalty, solved = minimise depth domain inputs
                          let what = $"{samples}×{features}, {domain}, depth {depth}"
                          within (certified inputs solved) 0.0 solved.KktResidual what
                          within (certified inputs solved) 0.0 solved.DualityGap.Value what
                          within (certified inputs solved) 1.0 (Array.min (times inputs solved.Weights)) what
                          // Any feasible point costs at least as much.
                          for _ in 1..50 do
                              let other =
                                  Array.map
                                      (fun w -> w + 0.3 * Seeded.uniform random -1.0 1.0)
                                      solved.Weights

                              let margin = Array.min (times inputs other)

                              if margin > 0.0 then
                                  let scaled = Array.map (fun w -> w / margin) other
                                  let cost = penalty.Value(ReadOnlySpan scaled)

                                  Expect.isGreaterThanOrEqual
                                      cost
                                      (solved.Objective * (1.0 - solved.DualityGap.Value))
                                      what)
          testCase "a shift of all signals changes nothing but the shift of the answer" (fun () ->
              let inputs = separable (Seeded.random 6) 3 7
              let shifted = Array2D.init 3 7 (fun i j -> inputs[i, (j + 2) % 7])
              let _, one = minimise 2 BridgeDomain.Fourier inputs
              let _, other = minimise 2 BridgeDomain.Fourier shifted
              let size = one.Weights |> Array.map abs |> Array.max
              within (ulps 4.0 one.Objective) one.Objective other.Objective "objective"

              for j in 0..6 do
                  within
                      (roundings (transformOperations 7) size)
                      one.Weights[(j + 2) % 7]
                      other.Weights[j]
                      $"weight {j}")
          testCase "units: ten million times the data, a ten-millionth of the weights" (fun () ->
              let scaled = sixSamples |> Array2D.map (fun entry -> 1e7 * entry)

              for depth in 1..4 do
                  let _, one = minimise depth BridgeDomain.Fourier sixSamples
                  let _, other = minimise depth BridgeDomain.Fourier scaled
                  let predicted = one.Objective * 1e7 ** (-2.0 / float depth)
                  within (ulps 8.0 predicted) predicted other.Objective $"depth {depth}"
                  within (certified scaled other) 0.0 other.KktResidual $"depth {depth}")
          testCase "depth 3 and 4: stationary, and below a thousand random feasible points" (fun () ->
              let random = Seeded.random 7

              for samples, features in [ 2, 3; 3, 5; 6, 4 ] do
                  let inputs = separable random samples features

                  for domain in [ BridgeDomain.Coordinates; BridgeDomain.Fourier ] do
                      for depth in 3..4 do
                          let penalty, solved = minimise depth domain inputs
                          let what = $"{samples}×{features}, {domain}, depth {depth}"
                          within (certified inputs solved) 0.0 solved.KktResidual what

                          for _ in 1..1000 do
                              let other = uniform random features
                              let margin = Array.min (times inputs other)

                              if margin > 0.0 then
                                  let scaled = Array.map (fun w -> w / margin) other
                                  let cost = penalty.Value(ReadOnlySpan scaled)

                                  Expect.isGreaterThanOrEqual
                                      cost
                                      (solved.Objective * (1.0 - solved.KktResidual))
                                      what)
          testCase "depth 3 in coordinates: six of the nine feasible vertices are stationary" (fun () ->
              // The count is known from an independent enumeration; a vertex (S, A) solves Z_{A,S} β_S = 1.
              let penalty = BridgePenalty(4, 3, BridgeDomain.Coordinates)
              let z = fourFeatures

              let point entries =
                  Array.init 4 (fun j ->
                      entries
                      |> List.tryFind (fst >> (=) j)
                      |> Option.map snd
                      |> Option.defaultValue 0.0)

              let slope b =
                  2.0 / 3.0 * float (sign b) * abs b ** (-1.0 / 3.0)

              let vertices =
                  [ for j in 0..3 do
                        for i in 0..1 do
                            let b = 1.0 / z[i, j]
                            let dual = Array.init 2 (fun k -> if k = i then slope b / z[i, j] else 0.0)
                            point [ j, b ], dual
                    for j in 0..3 do
                        for k in 0 .. j - 1 do
                            let det = z[0, j] * z[1, k] - z[0, k] * z[1, j]
                            let b, c = (z[1, k] - z[0, k]) / det, (z[0, j] - z[1, j]) / det
                            let g, h = slope b, slope c

                            point [ j, b; k, c ],
                            [| (g * z[1, k] - h * z[1, j]) / det; (h * z[0, j] - g * z[0, k]) / det |] ]

              let feasible =
                  vertices
                  |> List.filter (fun (b, _) -> Array.min (times z b) > 1.0 - 8.0 * ulp 1.0)

              let stationary =
                  feasible
                  |> List.filter (fun (b, dual) -> penalty.KktResidual(z, b, dual) < 8.0 * ulp 1.0)

              Expect.hasLength feasible 9 "feasible"
              Expect.hasLength stationary 6 "stationary"
              let values = stationary |> List.map (fun (b, _) -> penalty.Value(ReadOnlySpan b))
              let _, solved = minimise 3 BridgeDomain.Coordinates z
              within (ulps 4.0 solved.Objective) (List.min values) solved.Objective "the least"
              Expect.isTrue solved.GlobalMinimum "all vertices were compared")
          testCase "the residual sees what is wrong" (fun () ->
              let penalty, solved = minimise 2 BridgeDomain.Fourier sixSamples

              let residual weights dual =
                  penalty.KktResidual(sixSamples, weights, dual)

              let scaled factor = Array.map (fun value -> factor * value)
              Expect.isGreaterThan (residual (scaled 0.999 solved.Weights) solved.Dual) 9e-4 "infeasible"
              Expect.isGreaterThan (residual (scaled 1.001 solved.Weights) solved.Dual) 9e-5 "slack"
              Expect.isGreaterThan (residual solved.Weights (scaled 1.001 solved.Dual)) 9e-4 "multipliers"

              Expect.isGreaterThan
                  (residual solved.Weights [| -solved.Dual[0]; solved.Dual[1] |])
                  1e-2
                  "sign"

              Expect.equal (residual solved.Weights [| nan; 1.0 |]) infinity "NaN") ]

[<Tests>]
let refusals =
    testList
        "bridge penalty, refusals"
        [ testCase "what cannot be separated comes with the proof" (fun () ->
              let inputs = array2D [ [ 1.0; 2.0 ]; [ -2.0; -4.0 ]; [ 3.0; 1.0 ] ]

              for domain in [ BridgeDomain.Coordinates; BridgeDomain.Fourier ] do
                  for depth in 1..3 do
                      match BridgePenalty(2, depth, domain).Minimise inputs with
                      | :? BridgePenaltyResult.NotSeparable as refusal ->
                          let exact = Array2D.map HighPrecision.exact inputs
                          Expect.isTrue (refusal.Certificate.Proves exact) "the certificate"
                      | other -> failtestf "%A" other)
          testCase "rows of another length, no rows, NaN, depth zero" (fun () ->
              let penalty = BridgePenalty(2, 2, BridgeDomain.Fourier)

              let refused (inputs: float[,]) =
                  Expect.throwsT<ArgumentException> (fun () -> penalty.Minimise inputs |> ignore) "refused"

              refused (array2D [ [ 1.0; 2.0; 3.0 ] ])
              refused (Array2D.zeroCreate 0 2)
              refused (array2D [ [ nan; 1.0 ] ])

              for dimension, depth in [ 0, 1; 2, 0 ] do
                  Expect.throwsT<ArgumentOutOfRangeException>
                      (fun () -> BridgePenalty(dimension, depth, BridgeDomain.Fourier) |> ignore)
                      "refused") ]
