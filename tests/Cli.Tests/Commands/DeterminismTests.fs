/// The same bits in every process: whatever the compiler's tiers, the width of vectors and the number of threads.
module Cli.Tests.Commands.DeterminismTests

open System.IO
open System.Text.RegularExpressions
open Expecto
open Cli.Tests
open Cli.Tests.Process

/// What may differ from machine to machine or from run to run. EnableAVX2=0 also turns off the fused multiply-add of the
/// processor, for which a function steps in.
let private environments =
    [ [ "DOTNET_TieredCompilation", "0" ]
      [ "DOTNET_TieredPGO", "1" ]
      [ "DOTNET_TieredCompilation", "1"; "DOTNET_TC_CallCountThreshold", "1" ]
      [ "DOTNET_EnableAVX512", "0" ]
      [ "DOTNET_EnableAVX2", "0" ] ]

let private runIn environment arguments =
    use started = start host (assembly :: arguments) environment
    let finished = finish started
    expectCode 0 finished
    finished

/// How long things took is all that may differ.
let private withoutTimes (output: string) =
    Regex.Replace(output, "\"seconds\": *[0-9.eE+-]+", "")

[<Tests>]
let tests =
    testList
        "determinism"
        [ testCase "check prints the same evidence in every process" (fun () ->
              inFolder (fun folder ->
                  let points = Data.small (Data.writeFivePoints folder)

                  let check environment threads =
                      (runIn
                          environment
                          ([ "check"; "norm-growth"; "--json"; "--threads"; threads ] @ points))
                          .Out
                      |> withoutTimes

                  let known = check [] "2"
                  Expect.equal (check [] "1") known "one thread"

                  for environment in environments do
                      Expect.equal (check environment "2") known $"{environment}"))

          testCase "simulate writes the same bytes in every process" (fun () ->
              inFolder (fun folder ->
                  let file = Path.Combine(folder, "out.csv")

                  let simulate environment dynamics until more =
                      runIn environment (Simulation.arguments dynamics until 5 file @ more) |> ignore

                      File.ReadAllText file

                  for dynamics, until, more in
                      [ "flow", "1e6", []
                        "descent:0.001", "100", []
                        "adam:0.01", "7", []
                        "flow", "20", [ "--model"; "diagonal:2"; "--start"; "0.1" ] ] do
                      let known = simulate [] dynamics until more

                      for environment in environments do
                          Expect.equal
                              (simulate environment dynamics until more)
                              known
                              $"{dynamics} {environment}")) ]
