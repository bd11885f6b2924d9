/// Known defects of Expecto 11.1.0 that the stand-in does not have. Nothing else may rely on either behaviour.
module StandIns.Tests.Beyond.DefectTests

open System.IO
open System.Threading
open System.Xml.Linq
open Expecto

let private quiet = [ CLIArguments.Printer Impl.TestPrinters.silent ]
let private run test = runTestsWithCLIArgs quiet [||] test

let private fails (expectation: string -> unit) =
    Expect.throwsT<AssertException> (fun () -> expectation "message") "refused"

[<Tests>]
let comparisons =
    testList
        "beyond: comparisons"
        [ test "NaN is never below anything" {
              fails (Expect.isLessThan nan 1.0)
              fails (Expect.isLessThanOrEqual nan 1.0)
              fails (Expect.floatLessThanOrClose Accuracy.low nan 1.0)
              fails (Expect.floatGreaterThanOrClose Accuracy.low nan 1.0)
          }

          test "NaN is never in order" {
              fails (Expect.isAscending [ 0.0; nan; 1.0 ])
              fails (Expect.isDescending [ 1.0; nan; 0.0 ])
          }

          test "infinity is close to nothing" {
              fails (Expect.floatLessThanOrClose Accuracy.low infinity 1.0)
              fails (Expect.floatGreaterThanOrClose Accuracy.low 1.0 infinity)
          } ]

[<Tests>]
let runs =
    testSequenced
    <| testList
        "beyond: runs"
        [ test "a theory that returns false fails" {
              Expect.equal (run (testTheory "t" [ 1; 2 ] (fun n -> n = 1))) 1 "exit code"
          }

          test "a theory may have arrays for cases" {
              Expect.equal (run (testTheory "t" [ [| 1 |]; [| 2 |] ] ignore)) 0 "exit code"
          }

          test "failures inside tasks are failures, not errors" {
              let body () = task { failtest "on purpose" }
              Expect.equal (run (testCaseTask "t" body)) 1 "exit code"
          }

          test "a cancelled run is no success and keeps the results it has" {
              use cancellation = new CancellationTokenSource()
              let mutable passed = 0
              let handler = SummaryHandler(fun summary -> passed <- summary.passed.Length)

              let tree =
                  testList
                      "l"
                      [ testCase "ends" (fun () -> cancellation.Cancel())
                        testCaseAsync "never starts" (Async.Sleep 60_000) ]

              let arguments =
                  CLIArguments.Sequenced :: CLIArguments.Append_Summary_Handler handler :: quiet

              let code = runTestsWithCLIArgsAndCancel cancellation.Token arguments [||] tree
              Expect.equal code 8 "exit code"
              Expect.equal passed 1 "results"
          }

          test "a running asynchronous test ends when the run is cancelled" {
              use cancellation = new CancellationTokenSource(50)
              let tree = testCaseAsync "sleeps" (Async.Sleep 60_000)
              let code = runTestsWithCLIArgsAndCancel cancellation.Token quiet [||] tree
              Expect.equal code 8 "exit code"
          }

          test "result files survive control characters" {
              let file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".xml")

              try
                  for option in [ "--junit-summary"; "--nunit-summary" ] do
                      let tree = testCase "a\u0001b\uD800c" (fun () -> failtest "\u0000\uFFFE")
                      Expect.equal (runTestsWithCLIArgs quiet [| option; file |] tree) 1 "exit code"
                      XDocument.Load file |> ignore
              finally
                  File.Delete file
          } ]
