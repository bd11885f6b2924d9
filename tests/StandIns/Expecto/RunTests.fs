/// What a run executes and what it answers.
module StandIns.Tests.Expecto.RunTests

open System
open System.IO
open System.Threading
open System.Threading.Tasks
open Expecto

/// Runs with nothing on the console; the exit code, and (passed, ignored, failed, errored) full names where tests ran.
let private outcome (argv: string list) test =
    let mutable names = None

    let remember (summary: Impl.TestRunSummary) =
        let full results =
            [ for (flat: FlatTest), _ in results -> String.Join(".", flat.name).Replace('/', '.') ]

        names <- Some(full summary.passed, full summary.ignored, full summary.failed, full summary.errored)

    let arguments =
        [ CLIArguments.No_Spinner
          CLIArguments.Printer Impl.TestPrinters.silent
          CLIArguments.Append_Summary_Handler(SummaryHandler remember) ]

    let out, error = Console.Out, Console.Error

    try
        Console.SetOut TextWriter.Null
        Console.SetError TextWriter.Null
        runTestsWithCLIArgs arguments (List.toArray argv) test, names
    finally
        Console.SetOut out
        Console.SetError error

let private code argv test = fst (outcome argv test)

let private passed argv test =
    match outcome argv test with
    | _, Some(passed, _, _, _) -> passed
    | _ -> []

let private pass = testCase "pass" ignore
let private fail = testCase "fail" (fun () -> failtest "on purpose")
let private error = testCase "error" (fun () -> invalidOp "on purpose")
let private skip = testCase "skip" (fun () -> skiptest "on purpose")

let private tree =
    testList
        "root"
        [ testList "left" [ testCase "a" ignore; testCase "b" ignore ]
          testList "right" [ testCase "a" ignore ] ]

// One run at a time: a run replaces the console.
[<Tests>]
let codes =
    testSequenced
    <| testList
        "run: exit codes"
        [ test "are a set of bits" {
              Expect.equal (code [] (testList "l" [ pass; skip ])) 0 "all well"
              Expect.equal (code [] (testList "l" [ pass; fail ])) 1 "failed"
              Expect.equal (code [] (testList "l" [ pass; error ])) 2 "errored"
              Expect.equal (code [] (testList "l" [ fail; error ])) 3 "both"
          }

          test "refuse duplicate names" {
              let twice = testList "l" [ testCase "x" ignore; testCase "x" ignore ]
              Expect.equal (code [] twice) 1 "refused"
              Expect.equal (code [ "--allow-duplicate-names" ] twice) 0 "allowed"
          }

          test "refuse a focus when asked to" {
              let focused = testList "l" [ pass; ftestCase "f" ignore ]
              Expect.equal (code [] focused) 0 "tolerated"
              Expect.equal (code [ "--fail-on-focused-tests" ] focused) 1 "refused"
              Expect.equal (code [ "--fail-on-focused-tests" ] (testList "l" [ pass ])) 0 "none there"
          }

          test "refuse a bad command line" {
              Expect.equal (code [ "--no-such-option" ] pass) 1 "unknown"
              Expect.equal (code [ "--filter" ] pass) 1 "missing value"
              Expect.equal (code [ "--parallel-workers"; "x" ] pass) 1 "no number"
          }

          test "of a listing is 0, and nothing runs" {
              let exit, names = outcome [ "--list-tests" ] (testList "l" [ fail ])
              Expect.equal exit 0 "listed"
              Expect.isNone names "no run"
          } ]

[<Tests>]
let outcomes =
    testSequenced
    <| testList
        "run: outcomes"
        [ test "each test ends one way" {
              let _, names =
                  outcome [] (testList "l" [ pass; fail; error; skip; ptestCase "p" ignore ])

              let expected = [ "l.pass" ], [ "l.skip"; "l.p" ], [ "l.fail" ], [ "l.error" ]
              Expect.equal names (Some expected) "names"
          }

          test "a focus hides the rest" {
              let _, names = outcome [] (testList "l" [ pass; fail; ftestCase "f" ignore ])
              Expect.equal names (Some([ "l.f" ], [ "l.pass"; "l.fail" ], [], [])) "names"
          }

          test "every kind of body runs" {
              let count = ref 0
              let hit () = Interlocked.Increment count |> ignore

              let all =
                  testList
                      "l"
                      [ testCase "case" hit
                        testCaseWithCancel "cancel" (fun _ -> hit ())
                        testCaseAsync "async case" (async { hit () })
                        testCaseTask "task case" (fun () -> task { hit () })
                        test "ce" {
                            for _ in [ 1 ] do
                                hit ()
                        }
                        testAsync "async ce" {
                            do! Async.Sleep 1
                            hit ()
                        }
                        testTask "task ce" {
                            do! Task.Delay 1
                            let! n = Task.FromResult 1
                            let! m = async { return n }

                            if m = 1 then
                                hit ()
                        }
                        testTheory "theory" [ 1; 2 ] (fun _ -> hit ())
                        testList "fixture" (List.ofSeq (testFixture (fun run () -> run ()) [ "f", hit ]))
                        testList "param" (List.ofSeq (testParam 1 [ "p", (fun _ () -> hit ()) ])) ]

              Expect.equal (code [] all) 0 "exit code"
              Expect.equal count.Value 11 "bodies"
          }

          test "every kind of body fails" {
              let bodies =
                  [ testCaseAsync "async" (async { failtest "x" })
                    testCaseTask "task" (fun () -> task { failtest "x" })
                    testTask "awaited" { do! Task.Run(fun () -> failtest "x") }
                    testTheory "theory" [ 1 ] (fun _ -> failtest "x") ]

              for body in bodies do
                  Expect.notEqual (code [] body) 0 "exit code"
          }

          test "a test knows its name" {
              let mutable name = ""
              let knows = testList "l" [ testCase "t" (fun () -> name <- testName<unit>) ]
              Expect.equal (code [] knows) 0 "exit code"
              Expect.equal name "l.t" "name"
          } ]

[<Tests>]
let filters =
    testSequenced
    <| testList
        "run: filters"
        [ test "--filter goes by the start of the full name" {
              Expect.equal (passed [ "--filter"; "root.left" ] tree) [ "root.left.a"; "root.left.b" ] "list"
              Expect.equal (passed [ "--filter"; "left" ] tree) [] "not from the root"
          }

          test "--join-with changes the separator" {
              let argv = [ "--join-with"; "/"; "--filter"; "root/right" ]
              Expect.equal (passed argv tree) [ "root.right.a" ] "slash"
          }

          test "--filter-test-list goes by a part of a list's name" {
              Expect.equal (passed [ "--filter-test-list"; "igh" ] tree) [ "root.right.a" ] "list"
          }

          test "--filter-test-case goes by a part of the test's name" {
              Expect.equal
                  (passed [ "--filter-test-case"; "a" ] tree)
                  [ "root.left.a"; "root.right.a" ]
                  "case"

              Expect.equal (passed [ "--filter-test-case"; "left" ] tree) [] "not by the list's"
          }

          test "--run goes by full names" {
              let argv = [ "--run"; "root.left.a"; "root.right.a" ]
              Expect.equal (passed argv tree) [ "root.left.a"; "root.right.a" ] "names"
          }

          test "a focus that is filtered out hides nothing" {
              let tree = testList "root" [ tree; ftestCase "f" ignore ]
              Expect.equal (passed [ "--filter"; "root.root.right" ] tree) [ "root.root.right.a" ] "names"
          } ]
