module ImplicitBias.Tests.Reference.BregmanProjectionTests

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

/// Twenty digits by Newton's method on the dual at 50 digits (mpmath), which shares nothing with this library.
let private known: (IPotential * float[] * float list) list =
    [ NegativeEntropy(),
      start,
      [ 0.29511886975940459561
        0.253868178472204297
        0.7924883841180295796
        0.237043784233919415
        0.4341885575301062254 ]
      Burg(),
      start,
      [ 0.28933734468026014394
        0.15168471137924996122
        0.9607744631620814049
        0.21942163574301430868
        0.6267148683042542373 ]
      PNorm 1.2,
      origin,
      [ 0.0020603639623530317143
        0.49999166731647673565
        0.49864031183097008587
        -7.2501518734118959e-19
        -0.0020436985953065037374 ]
      PNorm 1.5,
      origin,
      [ 0.056555245542865791868
        0.49565641035599452541
        0.46950629232116705568
        -0.000088580170794622180997
        -0.047956646425649464867 ]
      PNorm 3.0,
      origin,
      [ 0.25568960042791703141
        0.43229040199644424359
        0.4103193200092032
        -0.096210829134335199646
        -0.21648123355514073 ]
      PNorm 4.0,
      origin,
      [ 0.29096890393309514833
        0.41369899954052923316
        0.4012548600111922528
        -0.14580261439758677775
        -0.2641695174117404 ]
      Hypentropy.OfNetwork 10.0,
      origin,
      [ 0.16346141541316653856
        0.47115389238880480653
        0.43269232405196834899
        -0.01923073507373784323
        -0.12499993526451399486 ]
      Hypentropy.OfNetwork 1.0,
      origin,
      [ 0.16225672687750369055
        0.47160476112363425949
        0.43285496019249741488
        -0.018897860049329076812
        -0.12436410917410128634 ]
      Hypentropy.OfNetwork 0.1,
      origin,
      [ 0.034379056870421434252
        0.49897987943966235883
        0.47864222784801646377
        -0.00041580551679594602451
        -0.032754621266542097945 ]
      Hypentropy.OfNetwork 1e-3,
      origin,
      [ 0.000079358852887222857666
        0.49999999574811497255
        0.49994710114928529894
        -1.05794794679384467e-10
        -0.000079350454911962645877 ] ]

let private agreesWith (expected: float list) (solution: BregmanProjectionResult.Solved) =
    // Two rows of five terms in the largest weights say what the small ones are.
    let largest = expected |> List.map abs |> List.max

    for j, (value, found) in List.indexed (List.zip expected (List.ofArray solution.Weights)) do
        within (roundings 7.0 largest) value found $"weight {j}"

    certified 2 5 solution "the certificate"

[<Tests>]
let values =
    testList
        "Bregman projections known to twenty digits"
        [ for potential, start, expected in known do
              testCase potential.Name (fun () ->
                  agreesWith expected (solved (BregmanProjection.Solve(inputs, targets, potential, start))))

              testCase $"{potential.Name}, by the second method" (fun () ->
                  agreesWith
                      expected
                      (solved (BregmanProjection.SolveOtherwise(inputs, targets, potential, start)))) ]

/// Rows and targets, of which some positive weights are a solution, and a positive start.
let private draw (random: Random) n d =
    let inputs =
        Array2D.init n d (fun _ _ -> Rational.FromDecimal(Math.Round(uniform random -1.0 1.0, 3)))

    // A positive solution exists, so that every potential has an answer.
    let solution =
        Array.init d (fun _ -> Rational.FromDecimal(Math.Round(uniform random 0.05 1.0, 2)))

    let targets =
        Array.init n (fun i ->
            Seq.fold (fun sum j -> sum + inputs[i, j] * solution[j]) Rational.Zero [ 0 .. d - 1 ])

    inputs, targets, Array.init d (fun _ -> uniform random 0.05 1.0)

[<Tests>]
let properties =
    testList
        "Bregman projections of random systems"
        [ property 71UL "both methods agree, and the certificate holds"
          <| fun (seed: int) ->
              let random = Random seed
              let n = random.Next(1, 7)
              let d = n + random.Next(0, 9)
              let inputs, targets, start = draw random n d
              let origin = Array.zeroCreate<float> d

              let condition = Matrix<float>.Build.DenseOfArray(toDoubles inputs).ConditionNumber()

              for potential, start in
                  [ Euclidean() :> IPotential, start
                    NegativeEntropy(), start
                    Burg(), start
                    PNorm 1.5, start
                    PNorm 3.0, start
                    PNorm 3.0, origin
                    Hypentropy.OfNetwork 10.0, origin
                    Hypentropy.OfNetwork 0.1, start
                    Hypentropy.OfNetwork 1e-3, origin ] do
                  let solution = solved (BregmanProjection.Solve(inputs, targets, potential, start))
                  certified n d solution potential.Name

                  match BregmanProjection.SolveOtherwise(inputs, targets, potential, start) with
                  | :? BregmanProjectionResult.Solved as other ->
                      let size = solution.Weights |> Seq.map abs |> Seq.max

                      for j in 0 .. d - 1 do
                          within
                              // Rows and weights in a certificate, a system of this condition behind it.
                              (roundings (8.0 * float (n + d) * condition) size)
                              solution.Weights[j]
                              other.Weights[j]
                              potential.Name
                  // The second method is allowed to give up, never to disagree.
                  | :? BregmanProjectionResult.Undecided -> ()
                  | _ -> failtest "the methods disagree on whether there is a solution"
          property 72UL "no feasible neighbour is nearer to the start"
          <| fun (seed: int) ->
              let random = Random seed
              let inputs, targets, start = draw random 2 5

              for potential in [ NegativeEntropy() :> IPotential; Burg(); Hypentropy 0.1; PNorm 3.0 ] do
                  let solution = solved (BregmanProjection.Solve(inputs, targets, potential, start))
                  // Differences of interpolants are null vectors.
                  let other =
                      solved (
                          BregmanProjection.Solve(
                              inputs,
                              targets,
                              Euclidean(),
                              Array.init 5 (fun _ -> uniform random -1.0 1.0)
                          )
                      )

                  let size = solution.Weights |> Seq.map abs |> Seq.min

                  for step in [ 1e-2; -1e-2 ] do
                      let neighbour =
                          Array.map2 (fun w v -> w + step * size * (v - w)) solution.Weights other.Weights

                      if potential.Contains(ReadOnlySpan neighbour) then
                          let distance = potential.Divergence(ReadOnlySpan neighbour, ReadOnlySpan start)

                          Expect.isGreaterThanOrEqual
                              (distance + 8.0 * ulp distance)
                              solution.Objective
                              potential.Name ]
