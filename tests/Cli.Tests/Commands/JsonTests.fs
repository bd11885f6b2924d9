module Cli.Tests.Commands.JsonTests

open System
open System.Text.Json
open Expecto
open ImplicitBias.Commands

let private parse (text: string) =
    use document = JsonDocument.Parse text
    document.RootElement.Clone()

[<Tests>]
let numbers =
    testList
        "JSON numbers"
        [ for value in [ 0.1; 1.0 / 3.0; 1e-320; Double.MaxValue; -0.0; 12345678901234567.0; Math.PI ] do
              testCase $"{value} reads back" (fun () ->
                  let read = (parse (Json.format (Number value))).GetDouble()

                  Expect.equal
                      (BitConverter.DoubleToInt64Bits read)
                      (BitConverter.DoubleToInt64Bits value)
                      "the same bits")

          for value, text in [ infinity, "Infinity"; -infinity, "-Infinity"; nan, "NaN" ] do
              testCase $"{text} is a string" (fun () ->
                  Expect.equal
                      ((parse (Json.format (Number value))).GetString())
                      text
                      "as JavaScript spells it")

          testCase "the shortest form" (fun () ->
              Expect.equal (Json.format (Number 0.1)) "0.1" "not 0.1000...")

          testCase "texts are escaped, letters are not" (fun () ->
              Expect.equal (Json.format (Text "‖ŵ‖ \"a\"\n")) "\"‖ŵ‖ \\\"a\\\"\\n\"" "a JSON string") ]
