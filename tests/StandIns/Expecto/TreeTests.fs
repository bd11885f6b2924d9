/// What the functions that write tests down build.
module StandIns.Tests.Expecto.TreeTests

open Expecto

let private case name = testCase name ignore

let private names test =
    [ for flat in Test.toTestCodeList test -> flat.name ]

let private states test =
    [ for flat in Test.toTestCodeList test -> flat.state ]

let private sequencing test =
    [ for flat in Test.toTestCodeList test -> flat.sequenced ]

let private skipped test =
    [ for flat in Test.toTestCodeList test -> flat.shouldSkipEvaluation.IsSome ]

let private mixed =
    [ case "normal"; ftestCase "focused" ignore; ptestCase "pending" ignore ]

[<Tests>]
let names_ =
    testList
        "tree: names"
        [ test "are paths from the root" {
              let tree = testList "a" [ case "b"; testLabel "c" (testList "d" [ case "e" ]) ]
              Expect.equal (names tree) [ [ "a"; "b" ]; [ "a"; "c"; "d"; "e" ] ] "paths"
          }

          test "are joined on request" {
              let flat = Test.toTestCodeList (testList "a" [ case "b" ])
              Expect.equal (flat.Head.fullName "/") "a/b" "joined"
          }

          test "of a theory are its cases" {
              let tree = testTheory "t" [ 1; 22 ] ignore
              Expect.equal (names tree) [ [ "t"; "1" ]; [ "t"; "22" ] ] "numbers"
              let tree = testTheory "t" [ "a b" ] ignore
              Expect.equal (names tree) [ [ "t"; "\"a b\"" ] ] "text is quoted"
              let tree = testTheory "t" [ 1, "x" ] ignore
              Expect.equal (names tree) [ [ "t"; "(1, x)" ] ] "pairs"
              let tree = testTheory "t" [ [ 1; 2 ] ] ignore
              Expect.equal (names tree) [ [ "t"; "[1; 2]" ] ] "lists"
          }

          test "of fixtures and parameters are given" {
              let fixture = testFixture (fun run () -> run 3) [ "a", ignore; "b", ignore ]

              Expect.equal
                  (names (testList "f" (List.ofSeq fixture)))
                  [ [ "f"; "a" ]; [ "f"; "b" ] ]
                  "fixture"

              let param = testParam 3 [ "a", (fun _ () -> ()) ]
              Expect.equal (names (testList "p" (List.ofSeq param))) [ [ "p"; "a" ] ] "parameter"
          } ]

[<Tests>]
let focus =
    testList
        "tree: focus"
        [ test "is kept by each case" {
              let tree = testList "l" mixed
              Expect.equal (states tree) [ Normal; Focused; Pending ] "states"
              Expect.equal (skipped tree) [ true; false; true ] "skipped"
          }

          test "spreads to all but the pending children" {
              Expect.equal (states (ftestList "l" mixed)) [ Focused; Focused; Pending ] "states"
          }

          test "never reaches into what is pending" {
              Expect.equal (states (ptestList "l" mixed)) [ Pending; Pending; Pending ] "states"
              let tree = testList "l" [ ptestList "p" [ ftestCase "f" ignore ]; case "other" ]
              Expect.equal (skipped tree) [ true; false ] "a focus inside a pending list hides nothing"
          }

          test "of computation expressions and theories" {
              let tree =
                  testList
                      "l"
                      [ ftest "f" { () }
                        ptest "p" { () }
                        ftestAsync "fa" { () }
                        ptestAsync "pa" { () }
                        ftestTask "ft" { () }
                        ptestTask "pt" { () }
                        ftestTheory "fy" [ 1 ] ignore
                        ptestTheory "py" [ 1 ] ignore ]

              let expected = List.replicate 4 [ Focused; Pending ] |> List.concat
              Expect.equal (states tree) expected "states"
          } ]

[<Tests>]
let sequencing_ =
    testList
        "tree: sequencing"
        [ test "is parallel unless said" {
              Expect.equal (sequencing (testList "l" [ case "a" ])) [ InParallel ] "default"
          }

          test "is the innermost's" {
              let tree =
                  testSequenced (testList "l" [ case "a"; testSequencedGroup "g" (case "b") ])

              Expect.equal (sequencing tree) [ Synchronous; SynchronousGroup "g" ] "inherited and own"
          } ]
