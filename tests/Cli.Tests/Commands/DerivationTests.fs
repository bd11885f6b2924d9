module Cli.Tests.Commands.DerivationTests

open Expecto
open Cli.Tests.Process

[<Tests>]
let derivation =
    testList
        "bound and explain --step"
        [ testCase "bounds are proved, rounded outwards, and shown with the points of the extremes" (fun () ->
              let run = run [ "bound"; "x*(1-x)"; "--on"; "x in [0,1]"; "--json" ]
              expectCode 0 run
              let found = json run

              Expect.equal
                  (keys found)
                  [ "expression"
                    "region"
                    "status"
                    "lower"
                    "upper"
                    "least"
                    "greatest"
                    "boxes"
                    "latex" ]
                  "keys"

              Expect.equal (text "lower" found) "0" "lower"
              let upper = float (text "upper" found)
              // A bound is as near to a value that is taken as Region asks: a part in 10⁸.
              Expect.isTrue (upper >= 0.25 && upper <= 0.25 * (1.0 + 1e-8)) "upper"
              Expect.equal (text "x" (field "at" (field "greatest" found))) "0.5" "where")

          testCase "one bound is proved where there is only one" (fun () ->
              let run = run [ "bound"; "log(1+x) - x"; "--on"; "x>=0" ]
              expectCode 0 run
              Expect.stringContains run.Out "≤ 0" "bound"
              Expect.isFalse (run.Out.Contains "least") "nothing is the least value")

          testCase "no bound is 1, a bad region is 2" (fun () ->
              expectCode 1 (run [ "bound"; "1/x"; "--on"; "x in [-1,1]" ])
              let bad = run [ "bound"; "x"; "--on"; "x in [2,1]" ]
              expectCode 2 bad
              Expect.stringContains bad.Error "empty" "why")

          testCase "a step shows its terms, its rule and both sides at points" (fun () ->
              let run = run [ "explain"; "norm-growth"; "--step"; "3"; "--json" ]
              expectCode 0 run
              let step = json run
              Expect.equal (text "kind" step) "expansion" "kind"
              Expect.equal (text "grade" step) "exact" "grade"
              Expect.stringContains (text "assumptions" step) "offset real" "assumptions"

              for comparison in items "comparisons" step do
                  Expect.equal
                      (keys comparison)
                      [ "rule"; "before"; "after"; "latexBefore"; "latexAfter"; "samples" ]
                      "keys"

                  Expect.hasLength (items "samples" comparison) 4 "points on the way to infinity")

          testCase "a step that is not there names those that are" (fun () ->
              let run = run [ "explain"; "norm-growth"; "--step"; "99" ]
              expectCode 2 run
              Expect.stringContains run.Error "1 to 3" "steps") ]
