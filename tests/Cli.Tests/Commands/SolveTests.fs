module Cli.Tests.Commands.SolveTests

open System.Text.Json
open Expecto
open ImplicitBias.Numerics.Exact
open ImplicitBias.Tests.Within
open Cli.Tests
open Cli.Tests.Process

let private rational (text: string) =
    match text.Split '/' with
    | [| numerator; denominator |] ->
        Rational(System.Numerics.BigInteger.Parse numerator, System.Numerics.BigInteger.Parse denominator)
    | _ -> Rational(System.Numerics.BigInteger.Parse text, System.Numerics.BigInteger.One)

let private solve arguments =
    run ([ "solve"; "max-margin"; "--json" ] @ arguments)

/// The answers of data/README.md are for integer data, ten times the file's: weights of the file are ten times theirs,
/// margins a tenth, and duals a hundred times; a free bias is the same, an augmented one a tenth of (10x, 10)'s scale.
let private exactly
    name
    arguments
    (weights: string list)
    (bias: string)
    (biasScale: int64)
    (squaredNorm: string)
    =
    testCase name (fun () ->
        let run = solve arguments
        expectCode 0 run
        let answer = json run
        let exact = field "exact" answer

        let times (factor: int64) text =
            rational text * Rational.op_Implicit factor

        Expect.equal (text "status" answer) "solved" "status"
        Expect.isTrue ((field "certified" answer).GetBoolean()) "certified"
        Expect.equal (number "dualityGap" answer) 0.0 "gap"
        Expect.equal (texts "weights" exact |> List.map rational) (weights |> List.map (times 10L)) "weights"
        Expect.equal (rational (text "bias" exact)) (times biasScale bias) "bias"
        let expectedNorm = times 100L squaredNorm
        Expect.equal (rational (text "marginSquared" exact)) (Rational.One / expectedNorm) "margin"
        let duals = texts "dual" exact |> List.map rational
        Expect.equal (List.fold (+) Rational.Zero duals) expectedNorm "the duals add up to ‖w‖²"
        Expect.equal (items "support" answer).Length duals.Length "a dual for every support row"

        let rounded =
            texts "weights" exact |> List.map (fun weight -> (rational weight).ToDouble())

        Expect.equal [ for weight in items "weights" answer -> weight.GetDouble() ] rounded "rounded weights")

[<Tests>]
let certified =
    testList
        "solve max-margin, the answers of data/README.md"
        [ exactly
              "iris, no bias"
              Data.irisEasy
              [ "221877/6305380"; "67159/1576345"; "-334187/3152690"; "-389617/6305380" ]
              "0"
              1L
              "228351/12610760"
          exactly
              "iris, free bias"
              (Data.irisEasy @ [ "--bias"; "free" ])
              [ "-48/10427"; "544/10427"; "-1046/10427"; "-484/10427" ]
              "15125/10427"
              1L
              "156/10427"
          exactly
              "iris, augmented"
              (Data.irisEasy @ [ "--bias"; "augmented" ])
              [ "69959/2260710"; "145718/3391065"; "-1459/13955"; "-419017/6782130" ]
              "22193/1356426"
              10L
              "241711/13564260"
          exactly
              "iris petals, free bias"
              (Data.irisEasy
               @ [ "--bias"; "free"; "--features"; "petal_length_cm,petal_width_cm" ])
              [ "-11/85"; "-7/85" ]
              "322/85"
              1L
              "2/85"
          exactly
              "iris petals, augmented"
              (Data.irisEasy
               @ [ "--bias"; "augmented"; "--features"; "petal_length_cm,petal_width_cm" ])
              [ "-4/43"; "-6/43" ]
              "143/430"
              10L
              "25649/184900"
          exactly "penguins, no bias" Data.penguins [ "-353/3627"; "295/1209" ] "0" 1L "907834/13155129"
          exactly
              "penguins, free bias"
              (Data.penguins @ [ "--bias"; "free" ])
              [ "-3/29"; "7/29" ]
              "92/29"
              1L
              "2/29"
          exactly
              "penguins, augmented"
              (Data.penguins @ [ "--bias"; "augmented" ])
              [ "-1280931/13160929"; "3211295/13160929" ]
              "1840/13160929"
              10L
              "908234/13160929" ]

[<Tests>]
let answers =
    testList
        "solve max-margin"
        [ testCase "the keys are the same whatever the answer" (fun () ->
              let expected =
                  [ "status"
                    "weights"
                    "bias"
                    "norm"
                    "margin"
                    "support"
                    "dual"
                    "certified"
                    "dualityGap"
                    "directionError"
                    "features"
                    "rows"
                    "exact"
                    "certificate"
                    "reason" ]

              Expect.equal (keys (json (solve Data.irisEasy))) expected "solved"
              Expect.equal (keys (json (solve Data.irisHard))) expected "not separable")

          testCase "data that no line separates come with the proof, exit 1" (fun () ->
              let run = solve (Data.irisHard @ [ "--bias"; "free" ])
              expectCode 1 run
              let answer = json run
              Expect.equal (text "status" answer) "not-separable" "status"
              Expect.equal (field "weights" answer).ValueKind JsonValueKind.Null "no weights"

              let multipliers =
                  texts "multipliers" (field "certificate" answer) |> List.map rational

              Expect.all multipliers (fun multiplier -> multiplier.Sign > 0) "positive"
              Expect.equal (List.fold (+) Rational.Zero multipliers) Rational.One "a convex combination")

          testCase "data too large for an exact answer: floating point, with its error proven" (fun () ->
              inFolder (fun folder ->
                  let file = Data.writeWide folder
                  // A unit of a pair of doubles for every cell, in both ends and what they are relative to.
                  let resolution = 4.0 * 500.0 * 250.0 * 2.0 ** -104.0

                  for norm in [ "l2"; "l1"; "linf" ] do
                      let run = solve (Data.small file @ [ "--norm"; norm ])
                      expectCode 0 run
                      let answer = json run
                      Expect.equal (text "status" answer) "solved" "status"
                      Expect.isFalse ((field "certified" answer).GetBoolean()) "not certified"
                      Expect.isLessThan (number "dualityGap" answer) resolution "gap"
                      Expect.equal (field "exact" answer).ValueKind JsonValueKind.Null "no fractions"
                      let direction = field "directionError" answer

                      if norm = "l2" then
                          // The root of the gap, rounded to double.
                          Expect.isLessThan
                              (direction.GetDouble())
                              (sqrt resolution + 4.0 * ulp 1.0)
                              "direction"
                      else
                          Expect.equal
                              direction.ValueKind
                              JsonValueKind.Null
                              "not unique, hence no direction"))

          for norm in [ "l1"; "linf" ] do
              testCase $"{norm}: the duals add up to the norm of the weights" (fun () ->
                  let run = solve (Data.irisEasy @ [ "--norm"; norm; "--bias"; "free" ])
                  expectCode 0 run
                  let answer = json run
                  let exact = field "exact" answer
                  let weights = texts "weights" exact |> List.map rational

                  let sizes =
                      weights |> List.map (fun weight -> if weight.Sign < 0 then -weight else weight)

                  let size =
                      if norm = "l1" then
                          List.fold (+) Rational.Zero sizes
                      else
                          List.reduce (fun (a: Rational) b -> if a.CompareTo b > 0 then a else b) sizes

                  Expect.equal (text "norm" answer) norm "norm"
                  Expect.equal (Rational.One / size) (rational (text "margin" exact)) "margin = 1/‖w‖"
                  let duals = texts "dual" exact |> List.map rational
                  Expect.equal (List.fold (+) Rational.Zero duals) size "duals")

          testCase "the text has margin, weights, support and duals" (fun () ->
              let run = run ([ "solve"; "max-margin" ] @ Data.penguins @ [ "--bias"; "free" ])
              expectCode 0 run

              for word in [ "certified"; "-30/29"; "70/29"; "92/29"; "100/29"; "44.1, 18"; "44.4, 17.3" ] do
                  Expect.stringContains run.Out word "the answer") ]
