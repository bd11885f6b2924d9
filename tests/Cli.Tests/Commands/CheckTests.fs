module Cli.Tests.Commands.CheckTests

open System.IO
open System.Text.Json
open System.Text.RegularExpressions
open System.Xml.Linq
open Expecto
open Cli.Tests
open Cli.Tests.Process

let private checkFivePoints extra =
    let mutable result = None

    inFolder (fun folder ->
        result <- Some(run ([ "check"; "norm-growth" ] @ Data.small (Data.writeFivePoints folder) @ extra)))

    Option.get result

let private withoutSeconds (text: string) =
    Regex.Replace(text, "\"seconds\": [^\n]*", "")

[<Tests>]
let check =
    testList
        "check"
        [ testCase "JSON has the documented keys" (fun () ->
              let run = checkFivePoints [ "--json" ]
              expectCode 0 run
              let findings = List.ofSeq ((json run).EnumerateArray())
              Expect.hasLength findings 4 "flow and descent, exponential and logistic"

              for finding in findings do
                  Expect.equal
                      (keys finding)
                      [ "id"
                        "instance"
                        "method"
                        "control"
                        "verdict"
                        "reason"
                        "asPredicted"
                        "breaks"
                        "instead"
                        "readings"
                        "rivals"
                        "steps"
                        "weakestStep"
                        "seconds" ]
                      "keys"

                  Expect.equal (text "id" finding) "norm-growth" "id"
                  Expect.equal (text "verdict" finding) "Confirmed" "verdict"
                  Expect.isFalse ((field "control" finding).GetBoolean()) "no control"
                  Expect.isNonEmpty (items "steps" finding) "steps"

                  for reading in items "readings" finding do
                      let parts = field "budgetParts" reading
                      let sum = Seq.sum [ for part in parts.EnumerateObject() -> part.Value.GetDouble() ]
                      let budget = number "budget" reading
                      Expect.equal sum budget "the parts make the budget"

                      Expect.isTrue
                          (abs (number "measured" reading - number "predicted" reading) <= budget)
                          "within budget"

                  for rival in items "rivals" finding do
                      Expect.isTrue ((field "rejected" rival).GetBoolean()) "rejected"
                      Expect.isTrue (number "separation" rival > 1.0) "separation")

          testCase "the setting of a theorem stands for it" (fun () ->
              inFolder (fun folder ->
                  let run =
                      run (
                          [ "check"; "linear-classification"; "--json" ]
                          @ Data.small (Data.writeFivePoints folder)
                      )

                  let ids = [ for finding in (json run).EnumerateArray() -> text "id" finding ]
                  Expect.contains ids "norm-growth" "ids"))

          testCase "text and JSON do not depend on the number of threads" (fun () ->
              inFolder (fun folder ->
                  let arguments =
                      [ "check"; "norm-growth" ] @ Data.small (Data.writeFivePoints folder)

                  let on threads extra =
                      (run (arguments @ extra @ [ "--threads"; threads ])).Out

                  Expect.equal (on "1" []) (on "4" []) "text"

                  Expect.equal
                      (withoutSeconds (on "1" [ "--json" ]))
                      (withoutSeconds (on "4" [ "--json" ]))
                      "JSON"))

          testCase "the table folds methods, and --verbose does not" (fun () ->
              let folded = checkFivePoints []
              expectCode 0 folded
              Expect.equal folded.Error "" "no progress without a terminal"
              Expect.stringContains folded.Out "4 Confirmed" "folded"
              Expect.stringContains folded.Out "flow/descent × exponential/logistic loss" "methods"
              Expect.stringContains folded.Out "1 theorem: 4 of 4 cases confirmed." "totals"
              let verbose = checkFivePoints [ "--verbose"; "--timings" ]
              Expect.hasLength (Regex.Matches(verbose.Out, "1 Confirmed")) 4 "a row per method")

          testCase "data that break a hypothesis are named Inapplicable, exit 1" (fun () ->
              let run = run ([ "check"; "norm-growth"; "--json" ] @ Data.irisHard)
              expectCode 1 run

              for finding in (json run).EnumerateArray() do
                  Expect.equal (text "verdict" finding) "Inapplicable" "verdict"
                  Expect.stringContains (text "reason" finding) "separable" "which hypothesis")

          testCase "JUnit XML of a pass and of a failure" (fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "report.xml")

                  let suite arguments =
                      run (arguments @ [ "--junit"; path ]) |> ignore
                      let root = XDocument.Load(path).Root
                      Expect.equal (Directory.GetFiles(folder, "*.tmp")) [||] "no temporary file"

                      match root with
                      | null -> failtest "no root"
                      | root -> root

                  let count (name: string) (element: XElement) =
                      match element.Attribute(XName.Get name) with
                      | null -> failtest $"no {name}"
                      | attribute -> int attribute.Value

                  let passed =
                      suite ([ "check"; "norm-growth" ] @ Data.small (Data.writeFivePoints folder))

                  Expect.equal
                      (passed.Name.LocalName, count "tests" passed, count "failures" passed)
                      ("testsuites", 4, 0)
                      "pass"

                  let failed = suite ([ "check"; "norm-growth" ] @ Data.irisHard)
                  let failures = Seq.length (failed.Descendants(XName.Get "failure"))
                  Expect.equal (count "tests" failed, count "failures" failed, failures) (4, 4, 4) "fail"))

          testCase "explain tells statement, derivation, budget, rivals and controls" (fun () ->
              let run = run [ "explain"; "norm-growth"; "--method"; "flow, exponential loss" ]
              expectCode 0 run

              for word in
                  [ "Hypotheses"
                    "Prediction"
                    "Derivation"
                    "[cited]"
                    "[exact]"
                    "remainder"
                    "mean loss"
                    "rejected"
                    "Refuted"
                    "1710.10345" ] do
                  Expect.stringContains run.Out word "the page")

          testCase "explain as JSON: a control is Refuted" (fun () ->
              let run = run [ "explain"; "norm-growth"; "--instance"; "five points"; "--json" ]
              expectCode 0 run
              let findings = items "findings" (json run)

              let controls =
                  findings |> List.filter (fun finding -> (field "control" finding).GetBoolean())

              Expect.isNonEmpty controls "controls"

              for control in controls do
                  Expect.equal (text "verdict" control) "Refuted" "verdict"
                  Expect.isTrue ((field "asPredicted" control).GetBoolean()) "as predicted"
                  Expect.equal (field "reason" control).ValueKind JsonValueKind.String "says why") ]

[<Tests>]
let regression =
    let rows = "a,b,c,d,y\n1,2,0.5,-1,1\n0,1,3,2,2\n"

    testList
        "check of regression"
        [ testCase "theorems of regression are checked on a file with a target, and no others" (fun () ->
              inFolder (fun folder ->
                  let path = Data.write folder rows
                  let run = run [ "check"; "--json"; "--data"; path; "--target"; "y" ]
                  let findings = json run
                  let ids = [ for finding in findings.EnumerateArray() -> text "id" finding ]

                  for expected in
                      [ "closest-interpolant"
                        "bregman-projection"
                        "hypentropy-network"
                        "dual-component" ] do
                      Expect.contains ids expected "checked"

                  Expect.isFalse (List.contains "norm-growth" ids) "not about numbers"

                  for finding in findings.EnumerateArray() do
                      let verdict = text "verdict" finding

                      if verdict <> "Confirmed" && verdict <> "Inapplicable" then
                          failtestf "%s: %s" (text "id" finding) verdict))
          testCase "rows that contradict each other break a hypothesis, exit 1" (fun () ->
              inFolder (fun folder ->
                  let path = Data.write folder "a,b,y\n1,1,1\n2,2,3\n"
                  let run = run [ "check"; "closest-interpolant"; "--data"; path; "--target"; "y" ]
                  expectCode 1 run
                  Expect.stringContains run.Out "Inapplicable" "verdict"
                  Expect.stringContains run.Out "Xw = y has a solution" "the hypothesis"))
          testCase "a theorem of one kind is not checked on the other, exit 2" (fun () ->
              inFolder (fun folder ->
                  let path = Data.write folder rows

                  run [ "check"; "norm-growth"; "--data"; path; "--target"; "y" ]
                  |> expectComplaint 2 [ "norm-growth"; "--label" ]

                  run ([ "check"; "closest-interpolant" ] @ Data.irisEasy)
                  |> expectComplaint 2 [ "closest-interpolant"; "--target" ]

                  run [ "check"; "norm-growth"; "--data"; path; "--target"; "y"; "--positive"; "a" ]
                  |> expectComplaint 2 [ "--target"; "--positive" ])) ]

[<Tests>]
let badData =
    let complains name content words =
        testCase name (fun () ->
            inFolder (fun folder ->
                run ([ "check"; "norm-growth" ] @ Data.small (Data.write folder content))
                |> expectComplaint 2 ("data.csv" :: words)))

    testList
        "bad data"
        [ complains
              "a cell that is no number"
              "x,y,class\n1,2,a\n3,four,b\n"
              [ "line 3"; "'y'"; "four"; "a number" ]
          complains "an empty cell" "x,y,class\n1,,a\n3,4,b\n" [ "line 2"; "'y'"; "--drop-missing" ]
          complains "a ragged row" "x,y,class\n1,2,a\n3,4\n" [ "line 3"; "3" ]
          complains "one class only" "x,y,class\n1,2,a\n3,4,a\n" [ "'class'"; "two classes" ]
          complains "no positive row" "x,y,class\n1,2,c\n3,4,b\n" [ "'class'"; "'a'" ]
          complains "an infinite cell" "x,y,class\n1,inf,a\n3,4,b\n" [ "line 2"; "'y'"; "finite" ]
          complains "an empty file" "" [ "empty" ]
          complains "no such column" "x,y,klass\n1,2,a\n3,4,b\n" [ "'class'"; "'klass'" ]
          testCase "no such file" (fun () ->
              run ([ "check"; "norm-growth" ] @ Data.small "/no/such.csv")
              |> expectComplaint 2 [ "/no/such.csv"; "no such file" ])
          testCase "missing measurements" (fun () ->
              run ([ "solve"; "max-margin" ] @ Data.penguinsWithGaps)
              |> expectComplaint 2 [ "penguins.csv"; "line 5"; "bill_length_mm"; "--drop-missing" ]) ]
