module Cli.Tests.Commands.SolveBridgeTests

open System.Text.Json
open Expecto
open Cli.Tests
open Cli.Tests.Process
open ImplicitBias.Tests.Within

let private solve arguments =
    run ([ "solve"; "bridge"; "--json" ] @ arguments)

let private signals =
    "a,b,c,d,e,f,class\n-0.2,-0.6,-1.4,0,1.5,1,up\n0.9,0.9,0.5,-0.3,0.2,-0.2,down\n"

// Two signals of six samples; their Fourier transform is as large again.
let private cells = 24

let private onSignals (folder: string) arguments =
    solve (
        [ "--data"; Data.write folder signals; "--label"; "class"; "--positive"; "up" ]
        @ arguments
    )

let private keysOfEveryAnswer =
    [ "status"
      "weights"
      "objective"
      "dual"
      "kktResidual"
      "dualityGap"
      "support"
      "depth"
      "domain"
      "features"
      "rows"
      "certificate"
      "reason" ]

[<Tests>]
let tests =
    testList
        "solve bridge"
        [ testCase "two frequencies at depth 2, with a duality gap" (fun () ->
              inFolder (fun folder ->
                  let run = onSignals folder [ "--depth"; "2"; "--domain"; "fourier" ]
                  expectCode 0 run
                  let answer = json run
                  Expect.equal (keys answer) keysOfEveryAnswer "keys"
                  Expect.equal (text "status" answer) "solved" "status"

                  // The objective from an independent cone solver.
                  Rounding.agrees cells [ 1.3530678849540634 ] [ number "objective" answer ]
                  within (Rounding.ofCells cells 1.0) 0.0 (number "kktResidual" answer) "residual"
                  within (Rounding.ofCells cells 1.0) 0.0 (number "dualityGap" answer) "gap"
                  Expect.hasLength (items "weights" answer) 6 "weights"
                  Expect.hasLength (items "dual" answer) 2 "dual"))
          testCase "one frequency at depth 3, stationary and without a gap" (fun () ->
              inFolder (fun folder ->
                  let run = onSignals folder [ "--depth"; "3"; "--domain"; "fourier" ]
                  expectCode 0 run
                  let answer = json run
                  Expect.equal (text "status" answer) "stationary" "status"

                  within
                      (part "twelve decimals" 5e-13)
                      1.603600140714
                      (number "objective" answer)
                      "objective"

                  within (Rounding.ofCells cells 1.0) 0.0 (number "kktResidual" answer) "residual"
                  Expect.equal (field "dualityGap" answer).ValueKind JsonValueKind.Null "no gap"))
          testCase "in coordinates iris at depth 2 is the ℓ1 max-margin solution" (fun () ->
              let bridge = solve (Data.irisEasy @ [ "--depth"; "2"; "--domain"; "coordinates" ])

              let margin =
                  run ([ "solve"; "max-margin"; "--norm"; "l1"; "--json" ] @ Data.irisEasy)

              expectCode 0 bridge

              for one, other in List.zip (items "weights" (json bridge)) (items "weights" (json margin)) do
                  Expect.equal (one.GetDouble()) (other.GetDouble()) "weights")
          testCase "data that cannot be separated come with the proof, exit 1" (fun () ->
              let run = solve (Data.irisHard @ [ "--depth"; "2"; "--domain"; "fourier" ])
              expectCode 1 run
              let answer = json run
              Expect.equal (keys answer) keysOfEveryAnswer "keys"
              Expect.equal (text "status" answer) "not-separable" "status"
              Expect.isNonEmpty (items "multipliers" (field "certificate" answer)) "certificate")
          for name, arguments, words in
              [ "a depth of zero", [ "--depth"; "0"; "--domain"; "fourier" ], [ "--depth is 0" ]
                "a depth that is no number", [ "--depth"; "two"; "--domain"; "fourier" ], [ "two" ]
                "an unknown domain", [ "--depth"; "2"; "--domain"; "wavelet" ], [ "wavelet"; "fourier" ]
                "no depth", [ "--domain"; "fourier" ], [ "--depth" ] ] do
              testCase name (fun () ->
                  run ([ "solve"; "bridge" ] @ Data.irisEasy @ arguments)
                  |> expectComplaint 2 words) ]
