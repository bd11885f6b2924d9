/// Bregman projections where there is none, where weights vanish, and of degenerate or extreme systems.
module ImplicitBias.Tests.Reference.BregmanBoundaryTests

open System
open Expecto
open MathNet.Numerics.LinearAlgebra
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference
open ImplicitBias.Tests
open ImplicitBias.Tests.MarginInstances
open ImplicitBias.Tests.ProjectionInstances
open ImplicitBias.Tests.Seeded
open ImplicitBias.Tests.Within

[<Tests>]
let tests =
    testList
        "Bregman projections of hostile systems"
        [ testCase "rows that contradict each other come with the proof"
          <| fun () ->
              let inputs = decimals [ [ 1.0; 2.0; 0.1 ]; [ 0.0; 1.0; 1.0 ]; [ 1.0; 4.0; 2.1 ] ]
              let targets = vector [ 1.0; 2.0; 5.1 ]

              match BregmanProjection.Solve(inputs, targets, Euclidean(), Array.zeroCreate 3) with
              | :? BregmanProjectionResult.Inconsistent as answer ->
                  Expect.isTrue (answer.Certificate.Proves(inputs, targets)) "the proof"
                  Expect.equal answer.Certificate.Support [| 0; 1; 2 |] "the rows"
                  targets[2] <- targets[0] + targets[1] + targets[1]
                  Expect.isFalse (answer.Certificate.Proves(inputs, targets)) "not of the consistent rows"
              | _ -> failtest "not inconsistent?"
          testCase "rows that follow from others change nothing"
          <| fun () ->
              let repeated =
                  Array2D.init 4 5 (fun i j ->
                      if i < 2 then inputs[i, j]
                      elif i = 2 then inputs[0, j] + inputs[1, j]
                      else whole 3 * inputs[0, j])

              let sums =
                  [| targets[0]; targets[1]; targets[0] + targets[1]; whole 3 * targets[0] |]

              let potential = Hypentropy.OfNetwork 0.1
              let plain = solved (BregmanProjection.Solve(inputs, targets, potential, origin))
              let solution = solved (BregmanProjection.Solve(repeated, sums, potential, origin))
              Expect.equal solution.Weights plain.Weights "the same weights"
              Expect.equal solution.Dual[2..] [| 0.0; 0.0 |] "no dual for the rest"
          testCase "more rows than unknowns, if they agree"
          <| fun () ->
              let inputs = decimals [ [ 1.0 ]; [ 2.0 ]; [ 0.5 ] ]

              let solution =
                  solved (BregmanProjection.Solve(inputs, vector [ 2.0; 4.0; 1.0 ], PNorm 1.5, [| 0.0 |]))

              within (ulps 2.0 2.0) 2.0 solution.Weights[0] "w"
          testCase
              "no solution in the domain, with the proof: none at all, or for Burg's entropy on the boundary only"
          <| fun () ->
              for inputs, targets, potentials in
                  [ decimals [ [ 1.0; 1.0; 0.0 ]; [ 1.0; 2.0; 1.0 ] ],
                    vector [ 1.0; -1.0 ],
                    [ NegativeEntropy() :> IPotential; Burg() ]
                    // Non-negative only if the second and third weight vanish, which leaves the first at 1 and at 2.
                    decimals [ [ 1.0; 0.0; 0.0 ]; [ 0.0; 1.0; 1.0 ]; [ 1.0; 1.0; 0.0 ] ],
                    vector [ 1.0; 0.0; 2.0 ],
                    [ NegativeEntropy(); Burg() ]
                    decimals [ [ 1.0; 1.0; 0.0 ]; [ 1.0; 2.0; 1.0 ] ], vector [ 1.0; 1.0 ], [ Burg() ]
                    decimals [ [ 1.0; 0.0; 0.0 ]; [ 0.0; 1.0; 1.0 ] ], vector [ 0.0; 1.0 ], [ Burg() ] ] do
                  for potential in potentials do
                      match BregmanProjection.Solve(inputs, targets, potential, [| 1.0; 1.0; 1.0 |]) with
                      | :? BregmanProjectionResult.OutsideDomain as answer ->
                          let combined column =
                              Array.map2 (*) answer.Multipliers column |> Array.fold (+) Rational.Zero

                          let coefficients = [ for j in 0..2 -> combined inputs[*, j] ]
                          let reward = combined targets
                          Expect.all coefficients (fun value -> value.Sign <= 0) "no positive coefficient"
                          Expect.isTrue (reward.Sign >= 0) "no negative target"

                          Expect.isTrue
                              (reward.Sign > 0 || coefficients |> List.exists (fun value -> value.Sign < 0))
                              "not all zero"
                      | _ -> failtest "inside the domain?"
          testCase "the entropy reaches the boundary, with the proof of what has to be zero"
          <| fun () ->
              let check rows targets start expected =
                  let inputs, targets = decimals rows, vector targets

                  let solution =
                      solved (BregmanProjection.Solve(inputs, targets, NegativeEntropy(), List.toArray start))

                  for w, exact in List.zip (List.ofArray solution.Weights) expected do
                      within (ulps 1.0 exact) exact w "w"

                  match solution.Boundary with
                  | null -> failtest "nothing has to be zero?"
                  | proof ->
                      let combined column =
                          Array.map2 (*) proof column |> Array.fold (+) Rational.Zero

                      Expect.equal (combined targets).Sign 0 "target"

                      for j, exact in List.indexed expected do
                          Expect.equal
                              (combined inputs[*, j]).Sign
                              (if exact = 0.0 then -1 else 0)
                              "negative exactly where the weight is zero"

              // One face: w₁ = 0 and w₂ + w₃ = 1.
              check
                  [ [ 1.0; 0.0; 0.0 ]; [ 0.0; 1.0; 1.0 ] ]
                  [ 0.0; 1.0 ]
                  [ 1.0; 1.0; 3.0 ]
                  [ 0.0; 0.25; 0.75 ]
              // A face of a face: w₁ = 0, then w₂ + w₃ = 0, and w₄ = w₅ stays.
              check
                  [ [ 1.0; 0.0; 0.0; 0.0; 0.0 ]
                    [ -1.0; 1.0; 1.0; 0.0; 0.0 ]
                    [ 0.0; -1.0; 0.0; 1.0; -1.0 ] ]
                  [ 0.0; 0.0; 0.0 ]
                  [ 1.0; 1.0; 1.0; 4.0; 9.0 ]
                  [ 0.0; 0.0; 0.0; 6.0; 6.0 ]
              // The origin.
              check [ [ 1.0; 2.0 ] ] [ 0.0 ] [ 1.0; 3.0 ] [ 0.0; 0.0 ]
          testCase "one row under a power, with columns of very different sizes: w ∝ |x|^{1/(p-1)}"
          <| fun () ->
              let row, target = [ 0.0006205644; -0.322; -18.54225; 0.001029923 ], -0.0185

              for exponent in [ 1.25; 1.5; 2.5; 3.0; 4.0; 6.0 ] do
                  let solution =
                      solved (
                          BregmanProjection.Solve(
                              decimals [ row ],
                              vector [ target ],
                              PNorm exponent,
                              Array.zeroCreate 4
                          )
                      )

                  let conjugate = exponent / (exponent - 1.0)
                  let total = row |> List.sumBy (fun x -> abs x ** conjugate)

                  for x, w in List.zip row (List.ofArray solution.Weights) do
                      let exact = target * float (sign x) * abs x ** (conjugate - 1.0) / total
                      // Two powers, of which the second multiplies the rounding of its logarithm, and a sum.
                      within (ulps 8.0 exact) exact w $"p = {exponent}"
          testCase "weights below the smallest double are zero, and the rest is exact"
          <| fun () ->
              // w = (e^λ, e^{-1100λ}) with w₁ - 1100 w₂ = 2: λ = log 2 to rounding.
              let solution =
                  solved (
                      BregmanProjection.Solve(
                          decimals [ [ 1.0; -1100.0 ] ],
                          vector [ 2.0 ],
                          NegativeEntropy(),
                          [| 1.0; 1.0 |]
                      )
                  )

              within (ulps 4.0 2.0) 2.0 solution.Weights[0] "w₁"
              Expect.equal solution.Weights[1] 0.0 "2⁻¹¹⁰⁰ underflows"
              within (roundings 1.0 1.0) 0.0 solution.KktResidual "residual"
              Expect.isNull solution.Boundary "nothing has to be zero"
          testCase "on the simplex every weight comes to rounding, small ones too"
          <| fun () ->
              // Twenty digits by Newton's method on the dual at 60 digits (mpmath).
              for rows, targets, start, weights in
                  [ [ [ -0.942672476145752; -0.7093839429828264; -0.9977360563342161 ] ],
                    [ -0.9977356137619222 ],
                    [| 0.5697525247872873; 0.4220844852831195; 0.008162989929593197 |],
                    [ 8.0374776287535863036e-6; 2.3850687632310215605e-35; 0.99999196252237124641 ]
                    [ [ -0.9662704197532825
                        -0.24024535587068896
                        -0.9505727775164753
                        -0.3149835156812256 ]
                      [ -0.36447808675676496
                        -0.43845465287494223
                        -0.0800708183460267
                        -0.9927398394759465 ] ],
                    [ -0.24026432179348114; -0.43845115171332044 ],
                    [| 0.9996331042434546
                       0.00010106236704000593
                       0.00015152375407041508
                       0.00011430963543502923 |],
                    [ 0.000020495341347803399897
                      0.99997363715183273938
                      5.7383987387668369953e-6
                      1.2910808069038738861e-7 ] ] do
                  let inputs = array2D rows |> Array2D.map Rational.FromBinary
                  let targets = targets |> List.map Rational.FromBinary |> Array.ofList

                  let solution =
                      solved (BregmanProjection.Solve(inputs, targets, SimplexEntropy(), start))

                  for exact, w in List.zip weights (List.ofArray solution.Weights) do
                      within (ulps 1.0 exact) exact w "w"
          testCase "on the simplex rows are read together with the sum"
          <| fun () ->
              let start = [| 0.1; 0.2; 0.4; 0.1; 0.2 |]
              let row = [ 1.0; 2.0; 0.0; -1.0; 1.0 ]

              let solve rows targets =
                  BregmanProjection.Solve(decimals rows, vector targets, SimplexEntropy(), start)

              let plain = solved (solve [ row ] [ 0.7 ])
              within (ulps 8.0 1.0) 1.0 (Array.sum plain.Weights) "sum"
              let repeated = solved (solve [ row; List.replicate 5 2.0 ] [ 0.7; 2.0 ])
              Expect.equal repeated.Weights plain.Weights "a row that repeats the sum changes nothing"

              match solve [ row; List.replicate 5 2.0 ] [ 0.7; 1.0 ] with
              | :? BregmanProjectionResult.Inconsistent as answer ->
                  Expect.hasLength answer.Certificate.Multipliers 3 "the sum has the last multiplier"
              | _ -> failtest "not inconsistent?"

              let vertex = solved (solve [ row ] [ 2.0 ])
              Expect.equal vertex.Weights [| 0.0; 1.0; 0.0; 0.0; 0.0 |] "a vertex of the simplex"
              within (ulps 4.0 (log 5.0)) (log 5.0) vertex.Objective "-log of its weight in the start"
              let edge = solved (solve [ List.replicate 3 2.0 @ [ 1.0; 0.0 ] ] [ 2.0 ])

              for w, exact in
                  List.zip (List.ofArray edge.Weights) [ 1.0 / 7.0; 2.0 / 7.0; 4.0 / 7.0; 0.0; 0.0 ] do
                  within (ulps 1.0 exact) exact w "the start, conditioned on a face"

              match solve [ row ] [ 3.0 ] with
              | :? BregmanProjectionResult.OutsideDomain as answer ->
                  Expect.hasLength answer.Multipliers 2 "the sum has the last multiplier"
              | _ -> failtest "a mean above the largest entry?"

              let asked = solved (solve [ List.replicate 5 1.0 ] [ 1.0 ])
              Expect.equal asked.Weights start "a row that says nothing leaves the start"
          testCase "the spectral entropy, also with constraints that do not commute"
          <| fun () ->
              let first = [ 1.0; 0.5; 0.0; 0.5; 0.0; 1.0; 0.0; 1.0; -1.0 ]
              let second = [ 0.0; 1.0; 1.0; 1.0; 2.0; 0.0; 1.0; 0.0; 0.5 ]
              let start = [| 0.5; 0.1; 0.0; 0.1; 0.4; 0.05; 0.0; 0.05; 0.3 |]

              let solution =
                  solved (
                      BregmanProjection.Solve(
                          decimals [ first; second ],
                          vector [ 1.0; 1.5 ],
                          SpectralEntropy(),
                          start
                      )
                  )

              certified 2 9 solution "the certificate"
              Expect.isTrue (SpectralEntropy().Contains(ReadOnlySpan solution.Weights)) "positive definite"
          testCase "a scale of 10⁻¹⁶ needs no warm start"
          <| fun () ->
              let solution =
                  solved (BregmanProjection.Solve(inputs, targets, Hypentropy.OfNetwork 1e-16, origin))

              // Off the support w ~ sgn(ν) α^{2(1-|ν|)} e^{sgn(ν) x·μ}, ν = 1/3, μ = (-log 2/3)(1, 1) here.
              let predicted = 1e-16 ** (4.0 / 3.0) * exp (-(log 2.0) / 3.0)
              // The exponent, 49, carries its own rounding into w.
              within (roundings 98.0 predicted) predicted solution.Weights[0] "off the support"
          testCase "a start outside the domain, or of another length, is refused"
          <| fun () ->
              let refused start =
                  Expect.throwsT<ArgumentException>
                      (fun () -> BregmanProjection.Solve(inputs, targets, NegativeEntropy(), start) |> ignore)
                      "refused"

              refused [| 1.0; 1.0; 0.0; 1.0; 1.0 |]
              refused [| 1.0; 1.0; nan; 1.0; 1.0 |]
              refused [| 1.0 |] ]
