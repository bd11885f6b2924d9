/// Files in LIBSVM format in place of CSV files.
module Cli.Tests.Commands.LibsvmTests

open System.IO
open Expecto
open Cli.Tests
open Cli.Tests.Process

/// The five points of the other tests, labels 1 and -1, a comment, and a zero that is left out.
let private fivePoints =
    "1 1:2 2:0.5 # first\n1 1:0.5 2:1.5\n-1 1:-3 2:-1\n\n-1 1:-1 2:-3\n1 1:2.5 2:2\n"

let private withFile (text: string) (test: string -> string -> unit) =
    inFolder (fun folder ->
        let path = Path.Combine(folder, "five.svm")
        File.WriteAllText(path, text)
        test folder path)

[<Tests>]
let tests =
    testList
        "LIBSVM files"
        [ testCase "the max-margin vector is that of the same points in a CSV file" (fun () ->
              withFile fivePoints (fun folder path ->
                  let csv = Data.small (Data.writeFivePoints folder)
                  let ours = run ([ "solve"; "max-margin"; "--json"; "--data"; path ])
                  let known = run ([ "solve"; "max-margin"; "--json" ] @ csv)
                  expectCode 0 ours
                  expectCode 0 known

                  let rename (text: string) =
                      text.Replace("\"x1\"", "\"x\"").Replace("\"x2\"", "\"y\"")

                  Expect.equal (rename ours.Out) known.Out "everything but the names"))

          testCase "the other class can be the positive one, which turns the vector around" (fun () ->
              withFile fivePoints (fun _ path ->
                  let weights more =
                      let solved = run ([ "solve"; "max-margin"; "--json"; "--data"; path ] @ more)
                      expectCode 0 solved
                      field "weights" (json solved) |> string

                  Expect.notEqual (weights [ "--positive"; "-1" ]) (weights []) "turned"
                  Expect.equal (weights [ "--positive"; "1" ]) (weights []) "the default"))

          testCase "check and simulate read them too" (fun () ->
              withFile fivePoints (fun folder path ->
                  let checkedRun = run [ "check"; "norm-growth"; "--data"; path ]
                  expectCode 0 checkedRun
                  Expect.stringContains checkedRun.Out "Confirmed" "verdict"
                  let out = Path.Combine(folder, "out.csv")

                  run
                      [ "simulate"
                        "--data"
                        path
                        "--loss"
                        "logistic"
                        "--dynamics"
                        "flow"
                        "--until-log-t"
                        "10"
                        "--record"
                        "2"
                        "--out"
                        out ]
                  |> expectCode 0

                  let header = Array.head (File.ReadAllLines out)
                  Expect.stringContains header "w_x1,w_x2" "columns"))

          testCase "what is wrong is said with file, line and column" (fun () ->
              let complains (text: string) more words =
                  withFile text (fun _ path ->
                      run ([ "solve"; "max-margin"; "--data"; path ] @ more)
                      |> expectComplaint 2 ("five.svm" :: words))

              complains "1 1:2\n-1 2:1 1:3\n" [] [ "2"; "indices ascend" ]
              complains "1 1:2\n-1 1:x\n" [] [ "2"; "finite number" ]
              complains "1 1:2\n2 1:1\n3 1:1\n" [] [ "1, 2, 3"; "two labels" ]
              complains "" [] [ "no row" ]
              complains fivePoints [ "--label"; "class" ] [ "--label"; "LIBSVM" ]
              complains fivePoints [ "--drop-missing" ] [ "--drop-missing"; "LIBSVM" ])

          testCase "a label that is no number, a file that is not there, a fit that needs numbers" (fun () ->
              withFile fivePoints (fun folder path ->
                  run [ "solve"; "max-margin"; "--data"; path; "--positive"; "yes" ]
                  |> expectComplaint 2 [ "yes"; "numbers" ]

                  run [ "solve"; "max-margin"; "--data"; Path.Combine(folder, "none.libsvm") ]
                  |> expectComplaint 2 [ "none.libsvm"; "no such file" ]

                  run [ "solve"; "min-l1"; "--data"; path; "--target"; "y" ]
                  |> expectComplaint 2 [ "five.svm"; "CSV" ])) ]
