/// What runs beside what.
module StandIns.Tests.Expecto.SequencingTests

open System
open System.Threading
open Expecto

let private run arguments test =
    let quiet =
        [ CLIArguments.No_Spinner; CLIArguments.Printer Impl.TestPrinters.silent ]

    runTestsWithCLIArgs (quiet @ arguments) [||] test

/// Tests that note how many of them are inside at the same time.
type private Crowd() =
    let mutable inside = 0
    let mutable most = 0

    member _.Most = most

    member this.Case name =
        testCase name (fun () ->
            let now = Interlocked.Increment &inside
            lock this (fun () -> most <- max most now)
            Thread.Sleep 10
            Interlocked.Decrement &inside |> ignore)

/// Passes only if all of them are inside at the same time.
let private meeting count =
    let barrier = new Barrier(count)

    testList
        "meeting"
        [ for i in 1..count ->
              testCase (string i) (fun () ->
                  Expect.isTrue (barrier.SignalAndWait(TimeSpan.FromSeconds 10.0)) "the others came") ]

[<Tests>]
let sequencing =
    testSequenced
    <| testList
        "run: sequencing"
        [ test "tests run in parallel by default" {
              Expect.equal (run [ CLIArguments.Parallel_Workers 2 ] (meeting 2)) 0 "they met"
          }

          test "--sequenced runs one at a time" {
              let crowd = Crowd()
              let cases = testList "l" [ for i in 1..5 -> crowd.Case(string i) ]
              Expect.equal (run [ CLIArguments.Sequenced ] cases) 0 "exit code"
              Expect.equal crowd.Most 1 "alone"
          }

          test "testSequenced runs one at a time" {
              let crowd = Crowd()
              let cases = testList "l" [ for i in 1..5 -> crowd.Case(string i) ]
              Expect.equal (run [ CLIArguments.Parallel_Workers 4 ] (testSequenced cases)) 0 "exit code"
              Expect.equal crowd.Most 1 "alone"
          }

          test "testSequenced keeps all others out" {
              let sequenced, others = ref 0, ref 0
              let overlaps = ref 0

              let enter (mine: int ref) (theirs: int ref) =
                  Interlocked.Increment mine |> ignore
                  Thread.Sleep 10

                  if Volatile.Read &theirs.contents > 0 then
                      Interlocked.Increment overlaps |> ignore

                  Interlocked.Decrement mine |> ignore

              let cases =
                  testList
                      "l"
                      [ testSequenced (
                            testList
                                "s"
                                [ for i in 1..3 -> testCase (string i) (fun () -> enter sequenced others) ]
                        )
                        testList
                            "p"
                            [ for i in 1..3 -> testCase (string i) (fun () -> enter others sequenced) ] ]

              Expect.equal (run [ CLIArguments.Parallel_Workers 4 ] cases) 0 "exit code"
              Expect.equal overlaps.Value 0 "never both inside"
          }

          test "a sequenced group never meets itself" {
              let crowd = Crowd()

              let cases =
                  testSequencedGroup "g" (testList "l" [ for i in 1..5 -> crowd.Case(string i) ])

              Expect.equal (run [ CLIArguments.Parallel_Workers 4 ] cases) 0 "exit code"
              Expect.equal crowd.Most 1 "alone in the group"
          } ]
