/// Exit codes of this very program when it is asked to run a few tests that are there only for that.
module StandIns.Tests.Beyond.AdapterTests

open System
open System.Diagnostics
open System.Reflection
open Expecto

[<Literal>]
let private Variable = "EXPECTO_ADAPTER_SAMPLE"

/// Tests of the child process, chosen by its environment; none in the process that reports.
[<Tests>]
let sample =
    testList "sample"
    <| match Environment.GetEnvironmentVariable Variable with
       | "passing" -> [ testCase "a" ignore; testCase "b" ignore ]
       | "failing" -> [ testCase "a" ignore; testCase "b" (fun () -> failtest "on purpose") ]
       | "focused" -> [ testCase "a" ignore; ftestCase "b" ignore ]
       | "pending" -> [ testCase "a" ignore; ptestCase "b" ignore ]
       | "unexplained" -> [ testCase "a" ignore; testCase "b" (fun () -> skiptest " ") ]
       | "explained" -> [ testCase "a" ignore; testCase "b" (fun () -> skiptest "the reason") ]
       | "skipped" -> [ testCase "a" (fun () -> skiptest "the reason") ]
       | "twice" -> [ testCase "a" ignore; testCase "a" ignore ]
       | _ -> []

let private run sample (arguments: string list) =
    let program = Assembly.GetExecutingAssembly().Location
    let start = ProcessStartInfo("dotnet", program :: "--no-ansi" :: arguments)
    start.RedirectStandardOutput <- true
    start.RedirectStandardError <- true
    start.Environment[Variable] <- sample
    start.Environment["CI"] <- ""
    use child = Expect.wantSome (Option.ofObj (Process.Start start)) "started"
    let errors = child.StandardError.ReadToEndAsync()
    let output = child.StandardOutput.ReadToEnd()
    child.WaitForExit()
    child.ExitCode, output + errors.Result

let private only = [ "--filter"; "FullyQualifiedName~sample.|discovery" ]

[<Tests>]
let adapter =
    testList
        "adapter: a run"
        [ testTheory
              "ends with the platform's code"
              [ "passing", "on", 0
                "failing", "off", 2
                "focused", "off", 0
                "focused", "on", 2
                "pending", "off", 0
                "pending", "on", 2
                "unexplained", "on", 2
                "explained", "on", 0
                "skipped", "off", 0
                "skipped", "on", 10
                "none", "off", 8
                "twice", "off", 2 ]
              (fun (sample, guard, expected) ->
                  let code, output = run sample ("--expecto-guard" :: guard :: only)
                  Expect.equal code expected output)

          test "reports skips with their reason" {
              let _, output = run "explained" only
              Expect.stringContains output "skipped: 1" "count"
              Expect.stringContains output "the reason" "reason"
          }

          test "lists what a filter selects" {
              let code, output = run "passing" [ "--list-tests"; "--filter"; "Name=sample.b" ]
              Expect.equal code 0 "exit code"
              Expect.stringContains output "sample.b" "selected"
              Expect.isFalse (output.Contains "sample.a") "not selected"
          }

          test "runs single tests by their identifiers" {
              let code, output = run "failing" [ "--filter-uid"; "sample.a" ]
              Expect.equal code 0 "exit code"
              Expect.stringContains output "total: 1" "count"
          }

          test "refuses a filter it cannot read" {
              let code, output = run "passing" [ "--filter"; "Category=slow" ]
              Expect.equal code 5 "exit code"
              Expect.stringContains output "no property 'category'" "reason"
          } ]
