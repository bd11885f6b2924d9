module Cli.Tests.Commands.SimulateMethodTests

open System
open System.Diagnostics
open System.IO
open System.Threading
open Expecto
open Cli.Tests
open Cli.Tests.Process

let private words dynamics until out =
    Simulation.arguments dynamics until 4 out

let private simulate dynamics until out more = run (words dynamics until out @ more)

let private waitFor (condition: unit -> bool) (what: string) =
    let watch = Stopwatch.StartNew()

    while not (condition ()) do
        if watch.Elapsed > TimeSpan.FromMinutes 2.0 then
            failtest $"waited too long for {what}"

        Thread.Sleep 20

[<Tests>]
let tests =
    testList
        "simulate with methods"
        [ testCase "every method runs, each to other weights" (fun () ->
              inFolder (fun folder ->
                  let file = Path.Combine(folder, "out.csv")

                  let finals =
                      [ "momentum:0.01:0.9"
                        "nesterov:0.01:0.9"
                        "normalized:0.1"
                        "aggressive:0.1"
                        "sgd:0.01:8"
                        "sgd-replace:0.01:8"
                        "steepest-l1:0.01"
                        "steepest-linf:0.01"
                        "adagrad:0.1"
                        "rmsprop:0.01"
                        "adam:0.01" ]
                      |> List.map (fun dynamics ->
                          simulate dynamics "5" file [] |> expectCode 0
                          Array.last (File.ReadAllLines file))

                  Expect.hasLength (List.distinct finals) 11 "eleven methods"))
          testCase "a run that is killed goes on from its checkpoint, to the same bytes" (fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)
                  let dynamics, until = "momentum:0.0001:0.9", "16.3"
                  let saved = [ "--checkpoint"; path "run.checkpoint" ]
                  simulate dynamics until (path "whole.csv") [] |> expectCode 0

                  use killed =
                      start host (assembly :: words dynamics until (path "resumed.csv") @ saved) []

                  waitFor (fun () -> File.Exists(path "run.checkpoint") || killed.HasExited) "a checkpoint"
                  killed.Kill()
                  killed.WaitForExit()
                  Expect.isFalse (File.Exists(path "resumed.csv")) "killed before the end"
                  simulate dynamics until (path "resumed.csv") saved |> expectCode 0

                  Expect.equal
                      (File.ReadAllBytes(path "resumed.csv"))
                      (File.ReadAllBytes(path "whole.csv"))
                      "every byte"))
          testCase "the seed decides the batches" (fun () ->
              inFolder (fun folder ->
                  let out seed =
                      let file = Path.Combine(folder, "out.csv")
                      simulate "sgd:0.01:5" "6" file [ "--seed"; seed ] |> expectCode 0
                      File.ReadAllText file

                  Expect.equal (out "1") (out "1") "the same"
                  Expect.notEqual (out "1") (out "2") "another"))
          testCase "what cannot be is refused in words" (fun () ->
              inFolder (fun folder ->
                  let path name = Path.Combine(folder, name)

                  let refused dynamics until more complaint =
                      simulate dynamics until (path "out.csv") more |> expectComplaint 2 complaint

                  refused "momentum:0.1" "5" [] [ "momentum:0.1"; "momentum:STEP:MU" ]
                  refused "momentum:0.1:1" "5" [] [ "momentum:STEP:MU" ]
                  refused "adam:-1" "5" [] [ "adam:-1" ]
                  refused "sgd:0.1:0" "5" [] [ "sgd:0.1:0" ]
                  refused "sgd:0.1:101" "5" [] [ "between 1 and 100"; "101" ]
                  refused "adam:0.1" "26" [] [ "e^25" ]
                  refused "flow" "5" [ "--checkpoint"; path "x" ] [ "--checkpoint" ]

                  let saved = [ "--checkpoint"; path "run.checkpoint" ]
                  simulate "adam:0.01" "5" (path "out.csv") saved |> expectCode 0
                  File.Delete(path "out.csv")
                  refused "adam:0.02" "5" saved [ "run.checkpoint"; "another run" ]
                  File.WriteAllText(path "run.checkpoint", "not one")
                  refused "adam:0.01" "5" saved [ "run.checkpoint"; "another kind of file" ])) ]
