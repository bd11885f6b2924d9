/// Result files are well-formed whatever tests are called and say.
module StandIns.Tests.Expecto.ResultFileTests

open System.IO
open System.Xml.Linq
open Expecto

let private hostile = "a <b> & \"c\" 'd' ]]> ünï ✓ 𝔘"

let private tests =
    testList
        hostile
        [ testCase "pass" ignore
          testCase "fail" (fun () -> failtest hostile)
          testCase "error" (fun () -> invalidOp hostile)
          testCase "skip" (fun () -> skiptest hostile)
          ptestCase "pending" ignore ]

/// Runs the tests, reads the file that option writes, and removes it.
let private written option =
    let file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".xml")

    let quiet =
        [ CLIArguments.No_Spinner; CLIArguments.Printer Impl.TestPrinters.silent ]

    try
        let code = runTestsWithCLIArgs quiet [| option; file |] tests
        Expect.equal code 3 "one failed, one errored"
        XDocument.Load file
    finally
        File.Delete file

let private count name (document: XDocument) =
    Seq.length (document.Descendants(XName.Get name))

let private attribute name (element: XElement) =
    match element.Attribute(XName.Get name) with
    | null -> failtestf "no attribute %s" name
    | attribute -> attribute.Value

[<Tests>]
let files =
    testSequenced
    <| testList
        "result files"
        [ test "JUnit" {
              let document = written "--junit-summary"
              Expect.equal (count "testcase" document) 5 "cases"
              Expect.equal (count "failure" document) 1 "failures"
              Expect.equal (count "error" document) 1 "errors"
              Expect.equal (count "skipped" document) 2 "skipped"
              let name = document.Descendants(XName.Get "testcase") |> Seq.head
              Expect.stringContains (attribute "name" name) hostile "names survive"
          }

          test "NUnit" {
              let document = written "--nunit-summary"
              let root = document.Descendants(XName.Get "test-results") |> Seq.head
              Expect.equal (count "test-case" document) 5 "cases"
              Expect.equal (attribute "failures" root) "1" "failures"
              Expect.equal (attribute "errors" root) "1" "errors"
              Expect.equal (attribute "ignored" root) "2" "ignored"
          } ]
