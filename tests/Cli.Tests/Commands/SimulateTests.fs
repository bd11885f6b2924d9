module Cli.Tests.Commands.SimulateTests

open System
open System.Diagnostics
open System.Globalization
open System.IO
open System.IO.Compression
open System.Text
open System.Threading
open Expecto
open ImplicitBias.Tests.Within
open Cli.Tests
open Cli.Tests.Process

let private simulate (path: string) arguments =
    run ([ "simulate"; "--out"; path ] @ arguments)

let private usual =
    [ "--loss"
      "logistic"
      "--dynamics"
      "flow"
      "--until-log-t"
      "1000"
      "--record"
      "20" ]

let private readCsv (path: string) =
    let lines = File.ReadAllLines path
    let header = lines[0].Split ','

    [ for k, name in Seq.indexed header ->
          name, [| for line in lines[1..] -> Double.Parse(line.Split(',')[k], CultureInfo.InvariantCulture) |] ]

/// Reads NPY 1.0 as its specification says, and nothing else: one-dimensional little-endian doubles.
let private readNpy (bytes: byte array) =
    Expect.equal bytes[..7] [| 0x93uy; 78uy; 85uy; 77uy; 80uy; 89uy; 1uy; 0uy |] "magic and version"
    let length = int (BitConverter.ToUInt16(bytes, 8))
    Expect.equal ((10 + length) % 64) 0 "aligned"
    let header = Encoding.ASCII.GetString(bytes, 10, length)
    let count = (bytes.Length - 10 - length) / 8
    Expect.stringContains header "'descr': '<f8', 'fortran_order': False" "type"
    Expect.stringContains header $"'shape': ({count},)" "shape"
    Expect.isTrue (header.EndsWith '\n') "end of the header"
    [| for k in 0 .. count - 1 -> BitConverter.ToDouble(bytes, 10 + length + 8 * k) |]

let private readNpz (path: string) =
    use archive = ZipFile.OpenRead path

    [ for entry in archive.Entries ->
          use stream = entry.Open()
          use copy = new MemoryStream()
          stream.CopyTo copy
          Path.GetFileNameWithoutExtension entry.Name, readNpy (copy.ToArray()) ]

[<Tests>]
let files =
    testList
        "simulate"
        [ testCase "CSV: columns, readings, and the JSON summary of the last" (fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "flow.csv")

                  let run =
                      simulate path (usual @ Data.small (Data.writeFivePoints folder) @ [ "--json" ])

                  expectCode 0 run
                  let columns = readCsv path

                  Expect.equal
                      (List.map fst columns)
                      [ "logT"; "logLoss"; "w_x"; "w_y"; "margin_min"; "errorEstimate" ]
                      "columns"

                  let column name =
                      columns |> List.find (fst >> (=) name) |> snd

                  Expect.equal (column "logT") [| for k in 1..20 -> 50.0 * float k |] "log t"
                  let final = field "final" (json run)

                  for name, values in columns do
                      Expect.equal (number name final) (Array.last values) name

                  // ŵ = (4/11, 6/11). What w - ŵ log t still lacks of its limit at log t = 500 is e^{-500·30/121}, so two readings
                  // 500 apart differ by 500 ŵ up to their error estimates.
                  let rise name = (column name)[19] - (column name)[9]

                  let error = (column "errorEstimate")[19] + (column "errorEstimate")[9]

                  Expect.isLessThanOrEqual
                      (abs (rise "w_x" - 500.0 * 4.0 / 11.0))
                      error
                      "the max-margin direction, x"

                  Expect.isLessThanOrEqual
                      (abs (rise "w_y" - 500.0 * 6.0 / 11.0))
                      error
                      "the max-margin direction, y"))

          testCase "NPZ holds the same numbers, and the same bytes each time" (fun () ->
              inFolder (fun folder ->
                  let data = Data.small (Data.writeFivePoints folder)
                  let path (name: string) = Path.Combine(folder, name)

                  for name in [ "a.csv"; "a.npz"; "b.npz" ] do
                      simulate (path name) (usual @ data) |> expectCode 0

                  Expect.equal (readNpz (path "a.npz")) (readCsv (path "a.csv")) "numbers"
                  Expect.equal (File.ReadAllBytes(path "a.npz")) (File.ReadAllBytes(path "b.npz")) "bytes"))

          testCase "descent with an augmented bias" (fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "descent.csv")

                  simulate
                      path
                      ([ "--loss"; "exponential"; "--dynamics"; "descent:0.01" ]
                       @ [ "--until-log-t"; "100"; "--record"; "3"; "--bias"; "augmented" ]
                       @ Data.small (Data.writeFivePoints folder))
                  |> expectCode 0

                  Expect.contains (readCsv path |> List.map fst) "w_bias" "the bias is a weight"))

          testCase "a random start depends on the seed only" (fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "start.csv")
                  let data = Data.small (Data.writeFivePoints folder)

                  let from seed =
                      simulate path (usual @ data @ [ "--start-scale"; "1"; "--seed"; seed ])
                      |> expectCode 0

                      File.ReadAllText path

                  Expect.equal (from "7") (from "7") "the same seed"
                  Expect.notEqual (from "7") (from "8") "another seed"))

          testCase "a diagonal network from a start of 1e-50 still has digits in every weight" (fun () ->
              inFolder (fun folder ->
                  let rows = Path.Combine(folder, "rows.csv")
                  File.WriteAllText(rows, "a,b,c,d,e,y\n1,2,0,-1,1,1\n0,1,3,2,-2,2\n")
                  let path = Path.Combine(folder, "network.csv")

                  let from start =
                      simulate
                          path
                          ([ "--model"; "diagonal:2"; "--start"; start; "--loss"; "square" ]
                           @ [ "--dynamics"; "flow"; "--until-log-t"; "6"; "--record"; "1" ]
                           @ [ "--data"; rows; "--target"; "y" ])

                  from "1e-50" |> expectCode 0
                  let columns = readCsv path

                  let last name =
                      columns |> List.find (fst >> (=) name) |> snd |> Array.last

                  // The l1 solution is (0, 1/2, 1/2, 0, 0) with nu = 1/3 and mu = -(log 2)/3 (1, 1):
                  // off the support alpha^(4/3) exp(-(log 2)/3).
                  let predicted = 1e-50 ** (4.0 / 3.0) * exp (-(log 2.0) / 3.0)
                  // w = u^2 moves by 2 w dz with z = log u, whose error the run estimates.
                  let error = 2.0 * last "errorEstimate"
                  Expect.isLessThan (abs (last "w_a" / predicted - 1.0)) error "off the support"
                  Expect.isLessThan (abs (last "w_e" / predicted + 1.0)) error "with its sign"
                  Expect.isLessThan (abs (last "w_b" / 0.5 - 1.0)) error "on the support"
                  // z starts at -115, and extrapolation of order 8 amplifies half a unit of it 3392 times.
                  Expect.isLessThan error (2.0 * 115.0 * 2.0 ** -52.0 * 3392.0) "estimate"
                  from "1e-100" |> expectCode 2))

          for model, start in [ "diagonal:2", "0.1"; "convolutional:2", "0.3"; "fully-connected:3:2", "0.5" ] do
              testCase $"{model}: the weights of the features, and margins that are theirs" (fun () ->
                  inFolder (fun folder ->
                      let path = Path.Combine(folder, "network.csv")

                      simulate
                          path
                          ([ "--model"; model; "--start"; start; "--loss"; "exponential" ]
                           @ [ "--dynamics"; "flow"; "--until-log-t"; "50"; "--record"; "2" ]
                           @ Data.small (Data.writeFivePoints folder))
                      |> expectCode 0

                      let columns = readCsv path

                      Expect.equal
                          (List.map fst columns)
                          [ "logT"; "logLoss"; "w_x"; "w_y"; "margin_min"; "errorEstimate" ]
                          "columns"

                      let last name =
                          columns |> List.find (fst >> (=) name) |> snd |> Array.last

                      let x, y = last "w_x", last "w_y"

                      let smallest =
                          List.min
                              [ 2.0 * x + 0.5 * y
                                0.5 * x + 1.5 * y
                                3.0 * x + y
                                x + 3.0 * y
                                2.5 * x + 2.0 * y ]

                      within (ulps 4.0 smallest) smallest (last "margin_min") "y w.x"
                      Expect.isTrue (smallest > 45.0) "margins have grown"))

          testCase "the square loss ends at the interpolant closest to a small start" (fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "regression.csv")
                  let data = Data.write folder "a,b,c,y\n1,2,0,1\n0,1,3,2\n"

                  simulate
                      path
                      [ "--data"
                        data
                        "--target"
                        "y"
                        "--loss"
                        "square"
                        "--dynamics"
                        "flow"
                        "--until-log-t"
                        "5"
                        "--record"
                        "3" ]
                  |> expectCode 0

                  // X⁺y by hand: XXᵀ = [[5, 2], [2, 10]], its inverse on (1, 2) is (6, 8)/46.
                  let last name =
                      readCsv path |> List.find (fst >> (=) name) |> snd |> Array.last

                  for name, value in
                      List.zip [ "w_a"; "w_b"; "w_c" ] [ 6.0 / 46.0; 20.0 / 46.0; 24.0 / 46.0 ] do
                      within (part "the run's own estimate" (last "errorEstimate")) value (last name) name))

          testCase "a run that cannot reach its horizon writes nothing, exit 1" (fun () ->
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "out.csv")

                  simulate path (usual @ Data.irisHard)
                  |> expectComplaint 1 [ "separable"; "Nothing was written" ]

                  Expect.equal (Directory.GetFiles folder) [||] "no file"))

          for name, changed, words in
              [ "an unknown extension", [ "--out"; "x.mat" ], [ "x.mat"; ".csv or .npz" ]
                "an unknown way of moving", [ "--dynamics"; "momentum" ], [ "momentum"; "descent:STEP" ]
                "a step that is no number", [ "--dynamics"; "descent:fast" ], [ "descent:fast" ]
                "a step that is negative", [ "--dynamics"; "descent:-1" ], [ "descent:-1" ]
                "a folder that is not there", [ "--out"; "/nowhere/x.csv" ], [ "/nowhere/x.csv" ]
                "a horizon that is not there", [ "--until-log-t"; "-3" ], [ "--until-log-t" ]
                "a horizon in words", [ "--until-log-t"; "late" ], [ "--until-log-t"; "'late'"; "positive" ]
                "an infinite horizon", [ "--until-log-t"; "1e999" ], [ "--until-log-t" ]
                "no reading", [ "--record"; "0" ], [ "--record" ]
                "half a reading", [ "--record"; "1.5" ], [ "--record"; "'1.5'"; "whole" ] ] do
              testCase name (fun () ->
                  inFolder (fun folder ->
                      let replaced =
                          [ "--out"; Path.Combine(folder, "x.csv") ] @ usual
                          |> List.chunkBySize 2
                          |> List.filter (fun pair -> List.head pair <> List.head changed)
                          |> List.concat

                      run ([ "simulate" ] @ replaced @ changed @ Data.small (Data.writeFivePoints folder))
                      |> expectComplaint 2 words)) ]

let private interrupted (signal: string) code =
    testCase $"{signal} ends a run at once, leaves no file, exit {code}" (fun () ->
        inFolder (fun folder ->
            let data = Data.writeMany folder

            // Suites started in the background are often told to ignore Ctrl-C, and so is what they start, unless it is told not to.
            let program, before =
                if OperatingSystem.IsLinux() then
                    "env", [ $"--default-signal={signal}"; host; assembly ]
                else
                    host, [ assembly ]

            use started =
                start
                    program
                    (before
                     @ [ "simulate"
                         "--out"
                         Path.Combine(folder, "out.csv")
                         "--loss"
                         "exponential"
                         "--dynamics"
                         "sgd:1e-6:1"
                         "--until-log-t"
                         "25"
                         "--record"
                         "10" ]
                     @ Data.small data)
                    []

            // e²⁵ steps take an hour; two seconds of processor time are well past the start-up.
            while not started.HasExited && started.TotalProcessorTime < TimeSpan.FromSeconds 2.0 do
                Thread.Sleep 50

            use kill = Process.Start("kill", [ "-" + signal; string<int> started.Id ])
            kill.WaitForExit()
            let run = finish started
            expectCode code run
            Expect.stringContains run.Error "Stopped" "says so"
            Expect.isFalse (run.Error.Contains "   at ") "no stack trace"
            Expect.equal (Directory.GetFiles folder) [| data |] "no file"))

[<Tests>]
let signals =
    if OperatingSystem.IsWindows() then
        testList "signals are tested on Unix" []
    else
        testList "signals" [ interrupted "INT" 130; interrupted "TERM" 143 ]
