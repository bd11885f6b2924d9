/// The LIBSVM text format: what is read, and what is refused where.
module ImplicitBias.Tests.Data.LibsvmReaderTests

open System
open System.IO
open Expecto
open ImplicitBias.Numerics

let private read (text: string) =
    use reader = new StringReader(text)
    LibsvmReader.Read("heart.txt", reader)

let private refused (text: string) (parts: string list) =
    let refusal =
        try
            read text |> ignore
            failtestf "not refused: %s" text
        with :? DataException as refusal ->
            refusal

    Expect.stringContains refusal.Message "heart.txt" "the file"

    for part in parts do
        Expect.stringContains refusal.Message part text

[<Tests>]
let tests =
    testList
        "LIBSVM reader"
        [ testCase "rows, labels, comments, blank lines and line ends"
          <| fun () ->
              let sample =
                  read "# two classes\n+1 1:0.5 3:-2\r\n\n-1 2:1e-3 # a comment\n-1\n1 1:1 2:0 4:7#end"

              Expect.equal sample.Labels [| 1; -1; -1; 1 |] "labels"
              Expect.equal sample.Name "heart" "name"

              Expect.equal
                  (sample.Inputs.ToDense())
                  (array2D
                      [ [ 0.5; 0.0; -2.0; 0.0 ]
                        [ 0.0; 1e-3; 0.0; 0.0 ]
                        [ 0.0; 0.0; 0.0; 0.0 ]
                        [ 1.0; 0.0; 0.0; 7.0 ] ])
                  "inputs"

              Expect.equal sample.Inputs.EntryCount 5 "zeros are not held"
              Expect.equal (sample.SignedInputs().ToDense()[1, 1]) -1e-3 "labels folded in"

              Expect.equal
                  (sample.ToDataset().SignedInputs())
                  (sample.SignedInputs().ToDense())
                  "as a data set"
          testCase "another positive label, and more features than occur"
          <| fun () ->
              use reader = new StringReader("2 1:1\n1 2:1")
              let sample = LibsvmReader.Read("x", reader, 2.0, 5)
              Expect.equal sample.Labels [| 1; -1 |] "2 is positive"
              Expect.equal sample.Inputs.Width 5 "five features"
          testCase "what is wrong is named with line and column"
          <| fun () ->
              refused "1 1:2\n-1 2:3 2:4" [ "line 2"; "column '8'"; "'2'"; "above 2" ]
              refused "1 0:2\n-1 1:1" [ "line 1"; "column '3'"; "from 1 on" ]
              refused "1 1:2\n-1 1:1 7" [ "line 2"; "column '8'"; "'7'"; "INDEX:VALUE" ]
              refused "1 1:2\n-1 1:abc" [ "line 2"; "column '6'"; "'abc'"; "finite number" ]
              refused "1 1:1e999\n-1 1:1" [ "line 1"; "column '5'"; "finite" ]
              refused "1 1:nan\n-1 1:1" [ "line 1"; "column '5'" ]
              refused "yes 1:1" [ "line 1"; "column '1'"; "'yes'"; "label" ]
              refused "1 -1:1\n-1 1:1" [ "line 1"; "column '3'"; "'-1'" ]
              refused "1 99999999999:1\n-1 1:1" [ "line 1"; "column '3'" ]
          testCase "what is wrong with the whole is named"
          <| fun () ->
              refused "" [ "no row" ]
              refused "# nothing\n\n" [ "no row" ]
              refused "1\n-1\n" [ "without a feature" ]
              refused "1 1:1\n1 1:2\n" [ "the labels 1"; "two labels" ]
              refused "3 1:1\n2 1:2\n" [ "the labels 2, 3"; "1 for the positive class" ]
              refused "1 1:1\n2 1:2\n3 1:3\n" [ "the labels 1, 2, 3" ]

              use reader = new StringReader("1 1:1\n-1 4:1")

              Expect.throwsT<DataException>
                  (fun () -> LibsvmReader.Read("x", reader, 1.0, 3) |> ignore)
                  "index 4 of 3 features"
          testCase "files that cannot be read are refused"
          <| fun () ->
              for path in [ ""; "no such file"; Path.GetTempPath() ] do
                  Expect.throwsT<DataException> (fun () -> LibsvmReader.Read path |> ignore) path ]
