/// Properties as tests.
module StandIns.Tests.Expecto.PropertyTests

open System.Threading
open Expecto

/// Runs silently; the exit code and the message of the failed test.
let private run argv test =
    let mutable message = ""

    let remember _ text _ = async { message <- text }
    let printer = { Impl.TestPrinters.silent with failed = remember }

    let code =
        runTestsWithCLIArgs [ CLIArguments.No_Spinner; CLIArguments.Printer printer ] argv test

    code, message

let private config = { FsCheckConfig.defaultConfig with maxTest = 31 }

let private counting (count: int ref) (_: int) =
    Interlocked.Increment count |> ignore
    true

[<Tests>]
let properties =
    testSequenced
    <| testList
        "properties"
        [ test "run 100 cases by default" {
              let count = ref 0
              Expect.equal (fst (run [||] (testProperty "p" (counting count)))) 0 "exit code"
              Expect.equal count.Value 100 "cases"
          }

          test "run as many cases as the command line says" {
              let count = ref 0
              let argv = [| "--fscheck-max-tests"; "7" |]
              Expect.equal (fst (run argv (testProperty "p" (counting count)))) 0 "exit code"
              Expect.equal count.Value 7 "cases"
          }

          test "run as many cases as their own configuration says" {
              let count = ref 0
              let argv = [| "--fscheck-max-tests"; "7" |]
              Expect.equal (fst (run argv (testPropertyWithConfig config "p" (counting count)))) 0 "exit code"
              Expect.equal count.Value 31 "cases"
          }

          test "fail when they return false and when they raise" {
              Expect.equal (fst (run [||] (testProperty "p" (fun (n: int) -> n < 5)))) 1 "false"

              Expect.equal
                  (fst (run [||] (testProperty "p" (fun (n: int) -> Expect.isLessThan n 5 "x"))))
                  1
                  "expectation"

              Expect.equal (fst (run [||] (testProperty "p" (fun (_: int) -> invalidOp "x")))) 1 "exception"
          }

          test "print the smallest case and the seed to replay it" {
              let replayed = { config with maxTest = 100; replay = Some(12345UL, 12347UL, None) }

              let _, message =
                  run [||] (testPropertyWithConfig replayed "p" (fun (n: int) (_: int) -> n < 5))

              Expect.isMatch message "Shrunk \\d+ times to:\\s+5 0" "smallest case"
              Expect.stringContains message "(12345UL, 12347UL)" "original seed"
              Expect.isMatch message "etestPropertyWithConfig \\(\\d+UL, \\d+UL, Some \\d+\\) \"p\"" "replay"
          }

          test "replay the failing case first" {
              let seen = ResizeArray<int>()

              let property n =
                  seen.Add n
                  n < 5

              let replayed = { config with maxTest = 100; replay = Some(12345UL, 12347UL, None) }
              let _, message = run [||] (testPropertyWithConfig replayed "p" property)
              let failing = Seq.find (fun n -> n >= 5) seen

              let pattern =
                  System.Text.RegularExpressions.Regex @"Config \((\d+)UL, (\d+)UL, Some (\d+)\)"

              let groups = (pattern.Match message).Groups
              seen.Clear()
              let seed = uint64 groups[1].Value, uint64 groups[2].Value, Some(int groups[3].Value)
              let _ = run [||] (etestPropertyWithConfig seed config "p" property)
              Expect.equal seen[0] failing "same case"
          }

          test "the same seed gives the same cases" {
              let cases () =
                  let seen = ResizeArray<int>()

                  let property n =
                      seen.Add n
                      true

                  let _ = run [||] (testPropertyWithConfigStdGen (1UL, 3UL, None) config "p" property)
                  List.ofSeq seen

              Expect.equal (cases ()) (cases ()) "cases"
          }

          test "tell what they receive and how they end" {
              let received, finished = ref 0, ref 0

              let told =
                  { config with
                      receivedArgs = fun _ _ _ _ -> async { Interlocked.Increment received |> ignore }
                      finishedTest = fun _ _ data -> async { finished.Value <- data.NumberOfTests } }

              let _ = run [||] (testPropertyWithConfig told "p" (fun (_: int) -> true))
              Expect.equal received.Value 31 "received"
              Expect.equal finished.Value 31 "finished"
          }

          test "are focused and pending as said" {
              let always (_: int) = true

              let tree =
                  testList
                      "l"
                      [ testProperty "n" always
                        ftestProperty "f" always
                        ptestProperty "p" always
                        etestProperty (1UL, 3UL, None) "e" always ]

              let states = [ for flat in Test.toTestCodeList tree -> flat.state ]
              Expect.equal states [ Normal; Focused; Pending; Focused ] "states"
          } ]
