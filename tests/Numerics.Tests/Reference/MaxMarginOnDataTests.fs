/// The exact hard-margin solutions of the built-in data, in units of a tenth of a centimetre or millimetre, as an
/// independent rational solver found them.
module ImplicitBias.Tests.Reference.MaxMarginOnDataTests

open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference
open ImplicitBias.Tests.MarginInstances
open ImplicitBias.Tests.Within

let private irisFlowers = BuiltInData.Iris("setosa", "versicolor")

let private irisPetals =
    irisFlowers.Select [| "petal_length_cm"; "petal_width_cm" |]

let private irisHard = BuiltInData.Iris("versicolor", "virginica")

let private penguinBills =
    BuiltInData.Penguins("Adelie", "Gentoo").Select [| "bill_length_mm"; "bill_depth_mm" |]

let private withoutBias (data: Dataset) =
    MaxMargin.Solve(inTenths (data.ExactSignedInputs()))

let private augmented (data: Dataset) = withoutBias (data.Augmented())

let private freeBias (data: Dataset) =
    MaxMargin.SolveFreeBias(inTenths (data.ExactInputs()), data.Labels())

type private Expected =
    { Weights: Rational list
      Bias: Rational
      SquaredNorm: Rational
      Duals: Rational list
      Support: (int list) list } // inputs of the support points, in tenths

let private zero = Rational.Zero

let private check (data: Dataset) (result: MaxMarginResult) expected =
    let solution = solved result
    let inputs = inTenths (data.ExactInputs())
    Expect.isTrue solution.Certified "certified"
    Expect.equal solution.DualityGap 0.0 "no gap"
    Expect.equal (List.ofArray solution.Weights) expected.Weights "weights"
    Expect.equal solution.Bias expected.Bias "bias"
    Expect.equal solution.SquaredNorm expected.SquaredNorm "squared norm"

    Expect.equal
        [ for n in solution.Support -> List.ofArray inputs[n, *] ]
        [ for point in expected.Support -> List.map whole point ]
        "support"

    if not expected.Duals.IsEmpty then
        Expect.equal [ for n in solution.Support -> solution.Dual[n] ] expected.Duals "duals"

    Expect.isTrue solution.DualIsUnique "unique dual"
    Expect.isEmpty solution.ZeroDuals "no zero dual"
    Expect.equal solution.Active solution.Support "only the support is active"
    let labels = if solution.HasFreeBias then data.Labels() else [||]

    let signed =
        if data.Dimension = solution.Weights.Length then
            inTenths (data.ExactSignedInputs())
        else
            inTenths (data.Augmented().ExactSignedInputs())

    Expect.isEmpty (kktViolations signed labels solution) "KKT conditions"

[<Tests>]
let tests =
    testList
        "max margin on data"
        [ testCase "iris setosa/versicolor, no bias"
          <| fun () ->
              let result = withoutBias irisFlowers

              check
                  irisFlowers
                  result
                  { Weights =
                      [ ratio 221877 6305380
                        ratio 67159 1576345
                        ratio -334187 3152690
                        ratio -389617 6305380 ]
                    Bias = zero
                    SquaredNorm = ratio 228351 12610760
                    Duals = [ ratio 21181 12610760; ratio 104091 12610760; ratio 103079 12610760 ]
                    Support = [ [ 48; 34; 19; 2 ]; [ 45; 23; 13; 3 ]; [ 51; 25; 30; 11 ] ] }

              within (ulps 1.0 7.431374901755718) 7.431374901755718 (solved result).Margin "margin"
          testCase "iris setosa/versicolor, free bias"
          <| fun () ->
              let result = freeBias irisFlowers

              check
                  irisFlowers
                  result
                  { Weights = [ ratio -48 10427; ratio 544 10427; ratio -1046 10427; ratio -484 10427 ]
                    Bias = ratio 15125 10427
                    SquaredNorm = ratio 156 10427
                    Duals = [ ratio 70 10427; ratio 8 10427; ratio 78 10427 ]
                    Support = [ [ 51; 33; 17; 5 ]; [ 45; 23; 13; 3 ]; [ 51; 25; 30; 11 ] ] }

              within (ulps 1.0 8.17555769288821) 8.17555769288821 (solved result).Margin "margin"
              // The narrowest slack of all: 48/10427 = 0.0046.
              Expect.equal
                  (solved result).SmallestInactiveMargin
                  (System.Nullable(ratio 10475 10427))
                  "smallest inactive margin"
          testCase "iris setosa/versicolor, augmented"
          <| fun () ->
              check
                  irisFlowers
                  (augmented irisFlowers)
                  { Weights =
                      [ ratio 69959 2260710
                        ratio 145718 3391065
                        ratio -1459 13955
                        ratio -419017 6782130
                        ratio 22193 1356426 ]
                    Bias = zero
                    SquaredNorm = ratio 241711 13564260
                    Duals = []
                    Support = [ [ 48; 34; 19; 2 ]; [ 45; 23; 13; 3 ]; [ 51; 25; 30; 11 ] ] }
          testCase "iris petals: not separable through the origin"
          <| fun () ->
              let certificate = notSeparable (withoutBias irisPetals)

              Expect.isTrue (certificate.Proves(inTenths (irisPetals.ExactSignedInputs()))) "certificate"
          testCase "iris petals, free bias"
          <| fun () ->
              check
                  irisPetals
                  (freeBias irisPetals)
                  { Weights = [ ratio -11 85; ratio -7 85 ]
                    Bias = ratio 322 85
                    SquaredNorm = ratio 2 85
                    Duals = [ ratio 1 85; ratio 1 85 ]
                    Support = [ [ 19; 4 ]; [ 30; 11 ] ] }
          testCase "iris petals, augmented: another direction with three support vectors"
          <| fun () ->
              check
                  irisPetals
                  (augmented irisPetals)
                  { Weights = [ ratio -4 43; ratio -6 43; ratio 143 430 ]
                    Bias = zero
                    SquaredNorm = ratio 25649 184900
                    Duals = []
                    Support = [ [ 16; 6 ]; [ 19; 4 ]; [ 30; 11 ] ] }
          testCase "iris versicolor/virginica: not separable in any of three ways"
          <| fun () ->
              let signed = inTenths (irisHard.ExactSignedInputs())

              Expect.isTrue ((notSeparable (withoutBias irisHard)).Proves(signed)) "no bias"
              Expect.isTrue ((notSeparable (freeBias irisHard)).Proves(signed, irisHard.Labels())) "free bias"

              Expect.isTrue
                  ((notSeparable (augmented irisHard)).Proves(irisHard.Augmented().ExactSignedInputs()))
                  "augmented"
          testCase "penguin bills, no bias"
          <| fun () ->
              let result = withoutBias penguinBills

              check
                  penguinBills
                  result
                  { Weights = [ ratio -353 3627; ratio 295 1209 ]
                    Bias = zero
                    SquaredNorm = ratio 907834 13155129
                    Duals = [ ratio 454009 13155129; ratio 50425 1461681 ]
                    Support = [ [ 441; 180 ]; [ 444; 173 ] ] }

              within (ulps 1.0 3.80666214807917) 3.80666214807917 (solved result).Margin "margin"
          testCase "penguin bills, free bias"
          <| fun () ->
              check
                  penguinBills
                  (freeBias penguinBills)
                  { Weights = [ ratio -3 29; ratio 7 29 ]
                    Bias = ratio 92 29
                    SquaredNorm = ratio 2 29
                    Duals = [ ratio 1 29; ratio 1 29 ]
                    Support = [ [ 441; 180 ]; [ 444; 173 ] ] }
          testCase "penguin bills, augmented"
          <| fun () ->
              check
                  penguinBills
                  (augmented penguinBills)
                  { Weights = [ ratio -1280931 13160929; ratio 3211295 13160929; ratio 1840 13160929 ]
                    Bias = zero
                    SquaredNorm = ratio 908234 13160929
                    Duals = []
                    Support = [ [ 441; 180 ]; [ 444; 173 ] ] } ]
