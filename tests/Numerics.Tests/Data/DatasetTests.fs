module ImplicitBias.Tests.Data.DatasetTests

open System
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Tests

let private inputs = array2D [ [ 0.1; 2.0 ]; [ -3.5; 0.0 ]; [ 4.0; 1e-7 ] ]

let private sample () =
    Dataset("hand", [| "a"; "b" |], inputs, [| 1; -1; -1 |])

let private text (numbers: Rational[,]) = numbers |> Array2D.map string

let private refuses (needle: string) (run: unit -> unit) =
    try
        run ()
        failtest "should be refused"
    with
    | :? AssertException -> reraise ()
    | :? ArgumentException as refused -> Expect.stringContains refused.Message needle "says why"

[<Tests>]
let tests =
    testList
        "dataset"
        [ testCase "what went in comes out"
          <| fun () ->
              let data = sample ()
              Expect.equal (data.Name, data.SampleCount, data.Dimension) ("hand", 3, 2) "name and shape"
              Expect.sequenceEqual data.Features [ "a"; "b" ] "features"
              Expect.equal (data.Inputs()) inputs "inputs"
              Expect.equal (data.Labels()) [| 1; -1; -1 |] "labels"
          testCase "signed inputs carry the label, and no negative zero"
          <| fun () ->
              let signedInputs = (sample ()).SignedInputs()
              Expect.equal signedInputs (array2D [ [ 0.1; 2.0 ]; [ 3.5; 0.0 ]; [ -4.0; -1e-7 ] ]) "yᵢxᵢ"
              Expect.isFalse (Double.IsNegative signedInputs[1, 1]) "-1 · 0 is 0"
          testCase "exact inputs are read as decimals where every cell is one"
          <| fun () ->
              let data = sample ()
              Expect.isTrue data.IsDecimal "all cells are short decimals"

              Expect.equal
                  (text (data.ExactInputs()))
                  (array2D [ [ "1/10"; "2" ]; [ "-7/2"; "0" ]; [ "4"; "1/10000000" ] ])
                  "inputs"

              Expect.equal
                  (text (data.ExactSignedInputs()))
                  (array2D [ [ "1/10"; "2" ]; [ "7/2"; "0" ]; [ "-4"; "-1/10000000" ] ])
                  "signed inputs"
          testCase "one cell that is no short decimal makes every cell binary"
          <| fun () ->
              for cell in [ 0.1 + 0.2; 1.0 / 3.0; Math.PI; Double.Epsilon ] do
                  let data = Dataset.FromSignedInputs("computed", array2D [ [ cell; 0.1 ] ])
                  Expect.isFalse data.IsDecimal $"%.17g{cell}"
                  let read = data.ExactInputs()
                  Expect.equal read[0, 0] (Rational.FromBinary cell) "the cell"
                  Expect.equal read[0, 1] (Rational.FromBinary 0.1) "its neighbour"
          testCase "15 digits are a decimal, 16 are not"
          <| fun () ->
              let isDecimal (cell: float) =
                  Dataset.FromSignedInputs("x", array2D [ [ cell ] ]).IsDecimal

              Expect.isTrue (isDecimal 0.123456789012345) "15"
              Expect.isFalse (isDecimal 0.1234567890123456) "16"
              Expect.isTrue (isDecimal 1e300) "1e300"
              Expect.isTrue (isDecimal -12345678.9) "negative"
          testCase "the arrays handed in and out are copies"
          <| fun () ->
              let cells, labels, names = Array2D.copy inputs, [| 1; -1; -1 |], [| "a"; "b" |]
              let data = Dataset("hand", names, cells, labels)
              let before = data.Fingerprint
              cells[0, 0] <- 99.0
              labels[0] <- -1
              names[0] <- "z"
              (data.Inputs())[0, 0] <- 98.0
              (data.Labels())[0] <- 0
              Expect.equal data.Fingerprint before "cells and labels"
              Expect.equal data.Features[0] "a" "names"
          testCase "hand instances from signed inputs"
          <| fun () ->
              let data =
                  Dataset.FromSignedInputs("two points", array2D [ [ 1.0; 0.0 ]; [ 0.0; 2.0 ] ])

              Expect.sequenceEqual data.Features [ "x1"; "x2" ] "features"
              Expect.equal (data.Labels()) [| 1; 1 |] "labels"
              Expect.equal (data.SignedInputs()) (data.Inputs()) "labels are folded in already"
          testCase "augmented appends the constant 1"
          <| fun () ->
              let data = (sample ()).Augmented()
              Expect.sequenceEqual data.Features [ "a"; "b"; "bias" ] "features"

              Expect.equal
                  (data.SignedInputs())
                  (array2D [ [ 0.1; 2.0; 1.0 ]; [ 3.5; 0.0; -1.0 ]; [ -4.0; -1e-7; -1.0 ] ])
                  "signed inputs"

              Expect.throwsT<InvalidOperationException> (fun () -> data.Augmented() |> ignore) "twice"
          testCase "select keeps the order asked for"
          <| fun () ->
              let data = (sample ()).Augmented().Select [| "bias"; "a" |]
              Expect.sequenceEqual data.Features [ "bias"; "a" ] "features"
              Expect.equal (data.Inputs()) (array2D [ [ 1.0; 0.1 ]; [ 1.0; -3.5 ]; [ 1.0; 4.0 ] ]) "columns"
              Expect.equal (data.Labels()) [| 1; -1; -1 |] "labels"
          testCase "select refuses what is not there, twice, or nothing"
          <| fun () ->
              let iris = BuiltInData.Iris("setosa", "versicolor")

              refuses "did you mean 'petal_width_cm'?" (fun () ->
                  iris.Select [| "petal_width" |] |> ignore
                  iris.Select [| "petal_widht_cm" |] |> ignore)

              refuses "must differ" (fun () -> (sample ()).Select [| "a"; "a" |] |> ignore)
              refuses "needs a row and a feature" (fun () -> (sample ()).Select [||] |> ignore)
          testCase "the fingerprint sees cells, labels and shape, not names"
          <| fun () ->
              let fingerprint (cells: float[,]) labels names =
                  Dataset("n", names, cells, labels).Fingerprint

              let base' = fingerprint inputs [| 1; -1; -1 |] [| "a"; "b" |]
              Expect.equal (fingerprint inputs [| 1; -1; -1 |] [| "c"; "d" |]) base' "other names"
              Expect.notEqual (fingerprint inputs [| 1; 1; -1 |] [| "a"; "b" |]) base' "other label"
              let changed = Array2D.copy inputs
              changed[2, 1] <- Math.BitIncrement changed[2, 1]
              Expect.notEqual (fingerprint changed [| 1; -1; -1 |] [| "a"; "b" |]) base' "last bit of a cell"
              let wide = Dataset.FromSignedInputs("w", array2D [ [ 1.0; 2.0 ] ]).Fingerprint
              let tall = Dataset.FromSignedInputs("t", array2D [ [ 1.0 ]; [ 2.0 ] ]).Fingerprint
              Expect.notEqual wide tall "other shape"
              let zero = Dataset.FromSignedInputs("z", array2D [ [ 0.0 ] ]).Fingerprint
              let negativeZero = Dataset.FromSignedInputs("z", array2D [ [ -0.0 ] ]).Fingerprint
              Expect.equal negativeZero zero "the two zeros"
              // printf '\1\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0' | sha256sum
              Expect.equal
                  zero
                  "1c794b7d1fd3a75fbb4e36c28c56e8dfb7e3dffa666418e17afbc2d8cf353eaa"
                  "the layout that is documented"
          testCase "unfit samples are refused with a reason"
          <| fun () ->
              let make name (features: string[]) (cells: float[,]) (labels: int[]) () =
                  Dataset(name, features, cells, labels) |> ignore

              let one = array2D [ [ 1.0 ] ]
              refuses "needs a row" (make "n" [| "a" |] (Array2D.zeroCreate 0 1) [||])
              refuses "needs a row" (make "n" [||] (Array2D.zeroCreate 1 0) [| 1 |])
              refuses "2 feature names for 1 columns" (make "n" [| "a"; "b" |] one [| 1 |])
              refuses "2 labels for 1 rows" (make "n" [| "a" |] one [| 1; 1 |])
              refuses "Label 1 is 0" (make "n" [| "a" |] one [| 0 |])
              refuses "Label 1 is 2" (make "n" [| "a" |] one [| 2 |])
              refuses "must differ" (make "n" [| "a"; "a" |] (array2D [ [ 1.0; 2.0 ] ]) [| 1 |])
              refuses "not be empty" (make "n" [| " " |] one [| 1 |])
              refuses "name" (make "" [| "a" |] one [| 1 |])
              refuses "Row 1, feature 'a' is NaN" (make "n" [| "a" |] (array2D [ [ nan ] ]) [| 1 |])

              refuses
                  "Row 2, feature 'a' is -Infinity"
                  (make "n" [| "a" |] (array2D [ [ 1.0 ]; [ -infinity ] ]) [| 1; 1 |]) ]
