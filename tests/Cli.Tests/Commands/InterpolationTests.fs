module Cli.Tests.Commands.InterpolationTests

open System.IO
open System.Text.Json
open Expecto
open ImplicitBias.Tests.Within
open Cli.Tests
open Cli.Tests.Process

let private file folder name (content: string) =
    let path = Path.Combine(folder, name)
    File.WriteAllText(path, content)
    path

let private two = "a,b,c,d,e,y\n1,2,0,-1,1,1\n0,1,3,1,-2,2\n"

let private bregman folder content potential more =
    run (
        [ "solve"
          "min-bregman"
          "--json"
          "--data"
          file folder "rows.csv" content
          "--target"
          "y"
          "--potential"
          potential ]
        @ more
    )

let private l1 folder content more =
    run (
        [ "solve"
          "min-l1"
          "--json"
          "--data"
          file folder "rows.csv" content
          "--target"
          "y" ]
        @ more
    )

let private numbers name element =
    items name element |> List.map _.GetDouble()

// No data here have more cells.
let private cells = 10
let private near = Rounding.agrees cells

[<Tests>]
let tests =
    testList
        "solve min-bregman and min-l1"
        [ testCase "the penalty of a network, with its scale 2 ALPHA^2" (fun () ->
              inFolder (fun folder ->
                  let run = bregman folder two "hypentropy:0.1" []
                  expectCode 0 run
                  let answer = json run
                  Expect.equal (text "status" answer) "solved" "status"

                  // 20 digits from Newton's method on the dual at 50 digits (mpmath).
                  near
                      [ 0.034379056870421434252
                        0.49897987943966235883
                        0.47864222784801646377
                        -0.00041580551679594602451
                        -0.032754621266542097945 ]
                      (numbers "weights" answer)

                  near [ 2.9129972663145103 ] [ number "objective" answer ]
                  within (Rounding.ofCells cells 1.0) 0.0 (number "kktResidual" answer) "residual"
                  within (Rounding.ofCells cells 1.0) 0.0 (number "dualityGap" answer) "gap"))
          testCase "every potential answers, and with the same keys as no answer" (fun () ->
              inFolder (fun folder ->
                  let matrix =
                      file folder "matrix.csv" "2,0,0,0,0\n0,1,0,0,0\n0,0,1,0.5,0\n0,0,0.5,1,0\n0,0,0,0,3\n"

                  let expected =
                      [ "status"
                        "weights"
                        "objective"
                        "dual"
                        "kktResidual"
                        "dualityGap"
                        "features"
                        "rows"
                        "potential"
                        "start"
                        "certificate"
                        "reason" ]

                  for potential in
                      [ "euclidean"
                        $"mahalanobis:{matrix}"
                        "p:1.5"
                        "p:3"
                        "entropy"
                        "hypentropy:10"
                        "burg" ] do
                      let run = bregman folder two potential []
                      expectCode 0 run
                      Expect.equal (keys (json run)) expected potential

                  // (0, 1/2, 1/2, 0, 0) is the only probability vector that fits; with 3 for 1 there is none.
                  expectCode 0 (bregman folder two "simplex" [])
                  let run = bregman folder (two.Replace("-1,1,1", "-1,1,3")) "simplex" []
                  expectCode 1 run
                  Expect.equal (text "status" (json run)) "outside-domain" "no probability vector fits"
                  Expect.equal (keys (json run)) expected "no answer"
                  Expect.hasLength (items "certificate" (json run)) 3 "two rows and the sum"))
          testCase "a weight that has to be zero comes with the proof" (fun () ->
              inFolder (fun folder ->
                  // w_a = 0 by the first row, w_b + w_c = 1 by the second.
                  let run =
                      bregman folder "a,b,c,y\n1,0,0,0\n0,1,1,1\n" "entropy" [ "--start"; "1,1,3" ]

                  expectCode 0 run
                  Expect.equal (text "status" (json run)) "solved" "status"
                  near [ 0.0; 0.25; 0.75 ] (numbers "weights" (json run))
                  Expect.hasLength (items "certificate" (json run)) 2 "a multiplier for every row"
                  let run = bregman folder "a,b,c,y\n1,0,0,0\n0,1,1,1\n" "burg" []
                  expectCode 1 run

                  Expect.equal
                      (text "status" (json run))
                      "outside-domain"
                      "Burg's entropy is infinite there"))
          testCase "a symmetric matrix is found by its entries" (fun () ->
              inFolder (fun folder ->
                  // Variances 1 and 1 with covariance 1/2 are to become 1 and 1: nothing to do.
                  let variances = "a,b,c,d,y\n1,0,0,0,1\n0,0,0,1,1\n"
                  let start = [ "--start"; "1,0.5,0.5,1" ]
                  let run = bregman folder variances "spectral" start
                  expectCode 0 run
                  near [ 1.0; 0.5; 0.5; 1.0 ] (numbers "weights" (json run))
                  // tr W = 4 from tr W(0) = 2: log W moves by a multiple of I, so W = 2 W(0).
                  let run = bregman folder "a,b,c,d,y\n1,0,0,1,4\n" "spectral" start
                  near [ 2.0; 1.0; 1.0; 2.0 ] (numbers "weights" (json run))
                  expectCode 2 (bregman folder "a,b,c,d,y\n1,1,0,1,4\n" "spectral" start)
                  expectCode 2 (bregman folder "a,b,c,y\n1,1,0,1\n" "spectral" [])
                  expectCode 2 (bregman folder variances "spectral" [ "--start"; "1,2,2,1" ])))
          testCase "the l-infinity program, exactly" (fun () ->
              inFolder (fun folder ->
                  let run =
                      run
                          [ "solve"
                            "min-linf"
                            "--json"
                            "--data"
                            file folder "rows.csv" "a,b,y\n1,2,3\n"
                            "--target"
                            "y" ]

                  expectCode 0 run
                  Expect.equal (numbers "weights" (json run)) [ 1.0; 1.0 ] "all weights at the bound"
                  Expect.equal (numbers "dual" (json run)) [ 1.0 / 3.0 ] "λ = 1/3 has |xλ|₁ = 1"))
          testCase "the start is a list, or a file with or without the feature names" (fun () ->
              inFolder (fun folder ->
                  let listed =
                      json (bregman folder two "euclidean" [ "--start"; "0.5,-0.25,1,0,0.75" ])

                  let filed = file folder "start.csv" "a,b,c,d,e\n0.5,-0.25,1,0,0.75\n"
                  let column = file folder "column.csv" "0.5\n-0.25\n1\n0\n0.75\n"
                  // w₀ + X⁺(y - Xw₀) by hand: Gram matrix ((7, -1), (-1, 15)), residual (1/4, 3/4).
                  Expect.equal (numbers "dual" listed).Length 2 "dual"

                  near
                      [ 0.5432692307692308
                        -0.11057692307692307
                        1.1586538461538463
                        0.009615384615384616
                        0.6875 ]
                      (numbers "weights" listed)

                  for path in [ filed; column ] do
                      let answer = json (bregman folder two "euclidean" [ "--start"; path ])
                      Expect.equal (numbers "weights" answer) (numbers "weights" listed) path))
          testCase "rows that contradict each other: the multipliers that say so, exit 1" (fun () ->
              inFolder (fun folder ->
                  let run = bregman folder "a,b,y\n1,1,1\n2,2,3\n" "p:3" []
                  expectCode 1 run
                  Expect.equal (text "status" (json run)) "inconsistent" "status"
                  Expect.equal (texts "certificate" (json run)) [ "-2"; "1" ] "multipliers"
                  Expect.equal (field "weights" (json run)).ValueKind JsonValueKind.Null "no weights"
                  let run = l1 folder "a,b,y\n1,1,1\n2,2,3\n" []
                  expectCode 1 run
                  Expect.equal (text "status" (json run)) "inconsistent" "status"))
          testCase "l1: an exact vertex, and whether it is the only one" (fun () ->
              inFolder (fun folder ->
                  let answer = json (l1 folder "a,b,c,y\n1,2,0,1\n0,0.3,3,2\n" [])
                  Expect.isTrue ((field "unique" answer).GetBoolean()) "unique"
                  Expect.equal (texts "weights" (field "exact" answer)) [ "0"; "1/2"; "37/60" ] "vertex"
                  let tied = json (l1 folder "a,b,c,y\n1,1,0.5,1\n" [])
                  Expect.isFalse ((field "unique" tied).GetBoolean()) "not unique"
                  Expect.equal (texts "face" tied) [ "a"; "b" ] "face"
                  Expect.equal (number "objective" tied) 1.0 "objective"
                  let broken = json (l1 folder "a,b,c,y\n1,1,0.5,1\n" [ "--tie-break"; "entropy" ])
                  near [ 0.5; 0.5; 0.0 ] (numbers "weights" broken)
                  Expect.equal (number "objective" broken) 1.0 "objective"))
          testCase "what cannot be used is refused by name, exit 2" (fun () ->
              inFolder (fun folder ->
                  let refused words potential more =
                      expectComplaint 2 words (bregman folder two potential more)

                  refused [ "--start"; "positive" ] "entropy" [ "--start"; "1,2,3,4,-5" ]
                  refused [ "--start"; "sum 1" ] "simplex" [ "--start"; "0.2,0.2,0.2,0.2,0.1" ]
                  refused [ "--start"; "2 numbers" ] "euclidean" [ "--start"; "1,2" ]
                  refused [ "--start"; "neither" ] "euclidean" [ "--start"; "here.csv" ]
                  refused [ "p:1"; "min-l1" ] "p:1" []
                  refused [ "ALPHA" ] "hypentropy:0" []
                  refused [ "hypentropy:1e-200"; "range" ] "hypentropy:1e-200" []
                  refused [ "--potential"; "burg" ] "l3" []
                  let indefinite = file folder "matrix.csv" "1,2\n2,1\n"

                  expectComplaint
                      2
                      [ "positive definite" ]
                      (bregman folder "a,b,y\n1,1,1\n" $"mahalanobis:{indefinite}" [])

                  let words = file folder "words.csv" "1,two\n2,1\n"

                  expectComplaint
                      2
                      [ "line 1"; "two"; "finite number" ]
                      (bregman folder "a,b,y\n1,1,1\n" $"mahalanobis:{words}" [])

                  expectComplaint
                      2
                      [ "--target" ]
                      (run [ "solve"; "min-l1"; "--data"; file folder "rows.csv" two ])))
          testCase "the text says what was found" (fun () ->
              inFolder (fun folder ->
                  let path = file folder "rows.csv" "a,b,c,y\n1,1,0.5,1\n"
                  let run = run [ "solve"; "min-l1"; "--data"; path; "--target"; "y" ]
                  expectCode 0 run

                  for word in [ "not the only minimiser"; "a, b"; "certified"; "dual" ] do
                      Expect.stringContains run.Out word "the answer")) ]
