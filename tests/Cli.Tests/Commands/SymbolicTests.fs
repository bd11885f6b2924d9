/// limit, expand, diff, simplify and compare.
module Cli.Tests.SymbolicTests

open System.IO
open System.Text.Json
open Expecto
open Cli.Tests.Process

let private answers (arguments: string list) (out: string) =
    let run = run arguments
    Expect.equal (run.Out.Trim()) out run.Error
    Expect.equal run.Code 0 "exit code"

let private batch (command: string) (rows: string list) =
    let path = Path.GetTempFileName()

    try
        File.WriteAllLines(path, rows)
        let run = run [ command; "--batch"; path ]

        run,
        run.Out.Trim().Split '\n'
        |> Array.map (fun line -> (JsonDocument.Parse line).RootElement)
    finally
        File.Delete path

let private text (name: string) (element: JsonElement) =
    match element.TryGetProperty name with
    | true, value -> value.ToString()
    | _ -> "absent"

[<Tests>]
let tests =
    testList
        "symbolic commands"
        [ testCase "one question, one line"
          <| fun () ->
              answers [ "limit"; "x*(sqrt(x^2+1) - x)" ] "1/2"
              answers [ "limit"; "-x^2"; "--at"; "-oo" ] "-oo"
              answers [ "limit"; "t^a/exp(t)"; "--var"; "t"; "--assume"; "a>0" ] "0"
              answers [ "expand"; "exp(x)"; "--at"; "0"; "--order"; "2" ] "1 + x + x^2/2 + O(x^3)"
              answers [ "diff"; "x*log(x)" ] "1 + log(x)"
              answers [ "simplify"; "asinh(x) - log(x+sqrt(x^2+1))" ] "0"
              answers [ "compare"; "sin(x)"; "2*x"; "--at"; "0" ] "f ~ 1/2*g"
              answers [ "limit"; "sin(x)/x"; "--at"; "0"; "--latex" ] @"\lim_{x \to 0} \frac{\sin x}{x} = 1"

          testCase "an unknown limit says why and exits with 1"
          <| fun () ->
              let run = run [ "limit"; "abs(x)/x"; "--at"; "0" ]
              Expect.equal run.Code 1 "exit code"
              Expect.stringContains run.Error "one-sided limits differ" "reason"

          testCase "an error points at the column and exits with 2"
          <| fun () ->
              let run = run [ "limit"; "x + foo(x)" ]
              Expect.equal run.Code 2 "exit code"
              Expect.stringContains run.Error "column 5" "column"
              Expect.stringContains run.Error "  x + foo(x)\n      ^" "caret"

          testCase "a file of limits: every row has a line, also a malformed one"
          <| fun () ->
              let run, rows =
                  batch
                      "limit"
                      [ "a\tsin(x)/x\tx\t0"
                        "b\tsin(x)\tx\too"
                        "c\tfoo(\tx\t0"
                        "d\tx"
                        "e\tlog(t)\tt\too" ]

              Expect.equal run.Code 1 "not everything was proved"

              Expect.equal
                  (rows
                   |> Array.map (fun row -> text "id" row, text "status" row, text "result" row)
                   |> List.ofArray)
                  [ "a", "proved", "1"
                    "b", "unknown", ""
                    "c", "error", ""
                    "d", "error", ""
                    "e", "proved", "oo" ]
                  "rows"

              Expect.isTrue
                  (rows
                   |> Array.forall (fun row -> row.GetProperty("milliseconds").GetDouble() >= 0.0))
                  "time"

          testCase "files of expansions and derivatives"
          <| fun () ->
              let _, rows = batch "expand" [ "a\texp(x)\tx\t0\t2"; "b\tx^2\tx\t0\t2" ]
              Expect.equal (text "result" rows[0], text "remainder" rows[0]) ("1 + x + x^2/2", "x^3") "first"
              Expect.equal (text "result" rows[1], text "remainder" rows[1]) ("x^2", "absent") "exact"
              let _, rows = batch "diff" [ "a\tx^3\tx" ]
              Expect.equal (text "result" rows[0]) "3*x^2" "derivative" ]
