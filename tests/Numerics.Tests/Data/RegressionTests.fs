module ImplicitBias.Tests.Data.RegressionTests

open System
open System.IO
open System.Text
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact

let private read (selection: CsvRegression) (content: string) =
    use stream = new MemoryStream(Encoding.UTF8.GetBytes content)
    CsvReader.Read("f.csv", stream, selection)

let private asked = CsvRegression "y"

let private refused name (selection: CsvRegression) (content: string) (message: string) =
    testCase name (fun () ->
        try
            read selection content |> ignore
            failtest "should be refused"
        with :? DataException as refusal ->
            Expect.equal refusal.Message message "message")

[<Tests>]
let csv =
    testList
        "CSV with a numeric target"
        [ testCase "every other column with numbers is a feature"
          <| fun () ->
              let sample = read asked "a,name,y,b\n1,x,0.5,2\n3,z,-1e3,4\n"
              let data = sample.Dataset
              Expect.isTrue data.IsRegression "regression"
              Expect.equal data.Name "f y" "name"
              Expect.equal (data.Inputs()) (array2D [ [ 1.0; 2.0 ]; [ 3.0; 4.0 ] ]) "inputs"
              Expect.equal (data.Targets()) [| 0.5; -1e3 |] "targets"
              Expect.sequenceEqual sample.IgnoredColumns [ "name" ] "ignored"
          testCase "rows with empty cells are dropped on request, also for an empty target"
          <| fun () ->
              let sample = read (CsvRegression("y", null, true)) "a,y\n1,2\n,3\n4,\n5,6\n"
              Expect.equal (sample.Dataset.Targets()) [| 2.0; 6.0 |] "targets"
              Expect.equal sample.DroppedRows 2 "dropped"
          testCase "a single value of the target is no obstacle"
          <| fun () -> Expect.equal (read asked "a,y\n1,7\n2,7\n").Dataset.SampleCount 2 "rows"
          refused
              "no such column"
              asked
              "a,z\n1,2\n"
              "f.csv, line 1, column 'y': found no such column; expected the target column: did you mean 'a'? there are: 'a', 'z'"
          refused
              "a target that is a word"
              asked
              "a,y\n1,2\n3,high\n"
              "f.csv, line 3, column 'y': found 'high'; expected a number (leave the cell empty if it is missing)"
          refused
              "an empty target"
              asked
              "a,y\n1,2\n3,\n"
              "f.csv, line 3, column 'y': found an empty cell; expected a number (rows with empty cells can be dropped on request)"
          refused
              "the target among the features"
              (CsvRegression("y", [| "a"; "y" |]))
              "a,y\n1,2\n"
              "f.csv, line 1, column 'y': found the target column among the features; expected another column"
          refused
              "no feature"
              asked
              "y\n1\n"
              "f.csv, line 1: found no column with numbers beside the target 'y'; expected at least one numeric feature column"
          refused
              "nothing left"
              (CsvRegression("y", null, true))
              "a,y\n1,\n,2\n"
              "f.csv: found no row after dropping 2 with empty cells; expected a row without one" ]

let private sample () =
    Dataset.ForRegression("hand", array2D [ [ 0.1; 2.0 ]; [ -3.5; 0.0 ] ], [| 0.3; -1.0 |])

[<Tests>]
let dataset =
    testList
        "dataset with targets"
        [ testCase "targets go with the rows through selection and augmentation"
          <| fun () ->
              let changed = (sample ()).Select([ "x2" ]).Augmented()
              Expect.equal (changed.Targets()) [| 0.3; -1.0 |] "targets"
              Expect.equal (changed.Inputs()) (array2D [ [ 2.0; 1.0 ]; [ 0.0; 1.0 ] ]) "inputs"
          testCase "targets are read exactly, decimals as decimals"
          <| fun () ->
              Expect.equal ((sample ()).ExactTargets() |> Array.map string) [| "3/10"; "-1" |] "decimals"

              let binary = Dataset.ForRegression("hand", array2D [ [ 0.1 ] ], [| 1.0 / 3.0 |])

              Expect.equal
                  (binary.ExactInputs()[0, 0])
                  (Rational.FromBinary 0.1)
                  "one way for the whole sample"
          testCase "labels and targets are not mistaken for each other"
          <| fun () ->
              let refuses work =
                  Expect.throwsT<InvalidOperationException> (fun () -> work () |> ignore) "refused"

              let classes = Dataset.FromSignedInputs("classes", array2D [ [ 1.0 ] ])
              refuses (fun () -> box ((sample ()).Labels()))
              refuses (fun () -> box ((sample ()).SignedInputs()))
              refuses (fun () -> box ((sample ()).ExactSignedInputs()))
              refuses (fun () -> box (classes.Targets()))
          testCase "the target is part of the fingerprint"
          <| fun () ->
              let other = Dataset.ForRegression("hand", (sample ()).Inputs(), [| 0.3; -1.5 |])

              Expect.notEqual other.Fingerprint (sample ()).Fingerprint "another target"
              Expect.equal (sample ()).Fingerprint (sample ()).Fingerprint "the same"
          testCase "bad targets are refused"
          <| fun () ->
              let refuses (targets: float[]) =
                  Expect.throwsT<ArgumentException>
                      (fun () -> Dataset.ForRegression("bad", array2D [ [ 1.0 ] ], targets) |> ignore)
                      "refused"

              refuses [| nan |]
              refuses [||]
              refuses [| 1.0; 2.0 |] ]
