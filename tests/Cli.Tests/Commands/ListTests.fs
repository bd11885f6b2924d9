module Cli.Tests.Commands.ListTests

open System.Text.RegularExpressions
open Expecto
open Cli.Tests.Process

[<Tests>]
let list =
    testList
        "list"
        [ testCase "every theorem with the documented keys" (fun () ->
              let run = run [ "list"; "--json" ]
              expectCode 0 run
              let theorems = List.ofSeq ((json run).EnumerateArray())
              Expect.isNonEmpty theorems "theorems"

              for theorem in theorems do
                  Expect.equal
                      (keys theorem)
                      [ "id"
                        "setting"
                        "title"
                        "quantity"
                        "claim"
                        "source"
                        "hypotheses"
                        "instances"
                        "cases"
                        "rivals"
                        "controls" ]
                      "keys"

                  Expect.equal
                      (keys (field "source" theorem))
                      [ "authors"; "year"; "arXiv"; "place" ]
                      "source"

                  Expect.isGreaterThan (texts "rivals" theorem).Length 1 "rivals"

              let ids = theorems |> List.map (text "id")
              Expect.equal (List.distinct ids) ids "ids differ")

          testCase "the table names what JSON names" (fun () ->
              let table = (run [ "list" ]).Out

              for theorem in (json (run [ "list"; "--json" ])).EnumerateArray() do
                  Expect.stringContains table (text "id" theorem) "id"
                  Expect.stringContains table (text "title" theorem) "title")

          testCase "colours in a terminal, none with NO_COLOR" (fun () ->
              let coloured = runInTerminal [ "list" ] []
              let plain = runInTerminal [ "list" ] [ "NO_COLOR", "1" ]

              // Select Graphic Rendition; a terminal is also told to send keypad codes, which is no colour.
              let colours (run: Run) =
                  Regex.IsMatch(run.Out, "\u001b\\[[0-9;]*m")

              match coloured, plain with
              | Some coloured, Some plain ->
                  Expect.isTrue (colours coloured) "colours"
                  Expect.isFalse (colours plain) "no colours"
              | _ -> Expect.isFalse ((run [ "list" ]).Out.Contains '\u001b') "none into a pipe") ]
