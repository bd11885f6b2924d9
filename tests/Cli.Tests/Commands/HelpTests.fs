module Cli.Tests.Commands.HelpTests

open System
open Expecto
open Cli.Tests.Process

let private commands =
    [ []
      [ "list" ]
      [ "check" ]
      [ "explain" ]
      [ "solve" ]
      [ "solve"; "max-margin" ]
      [ "simulate" ] ]

[<Tests>]
let help =
    testList
        "help"
        [ for command in commands do
              let name = String.Join(" ", "implicit-bias" :: command)

              testCase name (fun () ->
                  let run = run (command @ [ "--help" ])
                  expectCode 0 run
                  Expect.equal run.Error "" "nothing on standard error"
                  Expect.stringContains run.Out "Usage:" "the syntax"
                  Expect.stringContains run.Out "Example" "examples"
                  Expect.stringContains run.Out $"  {name}" "an example of this command")

          testCase "the help of the root tells the exit codes" (fun () ->
              Expect.stringContains (run [ "--help" ]).Out "Exit codes:" "exit codes")

          testCase "no arguments at all show the help" (fun () ->
              Expect.equal (run []) (run [ "--help" ]) "the same help") ]

[<Tests>]
let usage =
    let complains name arguments words =
        testCase name (fun () -> run arguments |> expectComplaint 2 words)

    testList
        "bad usage"
        [ complains "an unknown command" [ "chekc" ] [ "'chekc'"; "Did you mean 'check'?" ]
          complains "a command without its subcommand" [ "solve" ] [ "implicit-bias solve --help" ]
          complains "an unknown option" [ "list"; "--jsonn" ] [ "'--jsonn'" ]
          complains
              "an unknown theorem"
              [ "check"; "norm-grwth" ]
              [ "'norm-grwth'"; "Did you mean 'norm-growth'?" ]
          complains
              "an unknown theorem to explain"
              [ "explain"; "norm-grwth" ]
              [ "Did you mean 'norm-growth'?" ]
          complains
              "an unknown instance"
              [ "explain"; "norm-growth"; "--instance"; "tulips" ]
              [ "'tulips'"; "iris" ]
          complains "no threads" [ "check"; "--threads"; "0" ] [ "--threads" ]
          complains "threads in words" [ "check"; "--threads"; "two" ] [ "--threads"; "two"; "whole number" ]
          complains "a seed in words" [ "list"; "--seed"; "x" ] [ "--seed"; "'x'" ]
          complains "a label without a file" [ "check"; "--label"; "class" ] [ "--label"; "--data FILE" ]
          complains "a file without a label" [ "check"; "--data"; "x.csv" ] [ "--label COLUMN"; "x.csv" ]
          complains
              "a report in no folder"
              [ "check"; "--junit"; "/nowhere/at/all.xml" ]
              [ "/nowhere/at/all.xml" ] ]
