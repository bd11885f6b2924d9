module ImplicitBias.Tests.Data.CsvReaderTests

open System
open System.IO
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Tests.CsvContent

let private cells (sample: CsvSample) = sample.Dataset.Inputs()

[<Tests>]
let accepted =
    let same name content =
        testCase name (fun () ->
            let sample = read asked content
            Expect.equal (cells sample) (array2D [ [ 1.5; -2.0 ]; [ 0.25; 1e3 ] ]) "cells"
            Expect.equal (sample.Dataset.Labels()) [| 1; -1 |] "labels"
            Expect.sequenceEqual sample.Dataset.Features [ "a"; "b c" ] "features")

    testList
        "CSV accepted"
        [ same "plain" "a,b c,class\n1.5,-2,p\n0.25,1e3,q\n"
          same "CRLF" "a,b c,class\r\n1.5,-2,p\r\n0.25,1e3,q\r\n"
          same "CR" "a,b c,class\r1.5,-2,p\r0.25,1e3,q\r"
          same "no line end at the end" "a,b c,class\n1.5,-2,p\n0.25,1e3,q"
          same "byte order mark" "\uFEFFa,b c,class\n1.5,-2,p\n0.25,1e3,q\n"
          same "blank lines" "\n\na,b c,class\n\n1.5,-2,p\n  \n0.25,1e3,q\n\n\n"
          same "space around cells" " a , b c,class \n1.5, -2 ,p\n\t0.25,1e3 , q\n"
          same "everything quoted" "\"a\",\"b c\",\"class\"\n\"1.5\",\"-2\",\"p\"\n\"0.25\",\"1e3\",\"q\""
          same "label column in front" "class,a,b c\np,1.5,-2\nq,0.25,1000\n"
          same "plus sign, leading zeros, bare point" "a,b c,class\n+1.50,-02,p\n.25,1E+3,q\n"
          testCase "quoted cells hold commas, quotes and line breaks"
          <| fun () ->
              let content = "\"a, \"\"b\"\"\",note,class\n1,\"two\r\nlines\",\"p,\"\n2,\"\",q\n"

              let sample = read (CsvSelection("class", "p,")) content
              Expect.sequenceEqual sample.Dataset.Features [ "a, \"b\"" ] "header"
              Expect.equal (cells sample) (array2D [ [ 1.0 ]; [ 2.0 ] ]) "cells"
          testCase "columns without any number are ignored, and said so"
          <| fun () ->
              let sample = read asked "id,a,empty,class\nx1,1,,p\nx2,2,,q\n"
              Expect.sequenceEqual sample.IgnoredColumns [ "id"; "empty" ] "ignored"
              Expect.sequenceEqual sample.Dataset.Features [ "a" ] "used"
          testCase "without a negative value every other value is negative"
          <| fun () ->
              let sample = read asked "a,class\n1,p\n2,q\n3,r\n"
              Expect.equal (sample.Dataset.Labels()) [| 1; -1; -1 |] "labels"
              Expect.equal (sample.Dataset.Name, sample.OtherRows) ("f p/rest", 0) "name"
          testCase "with one, other rows are left out and counted"
          <| fun () ->
              let sample =
                  read (CsvSelection("class", "p", Negative = "r")) "a,class\n1,p\n2,q\n,q\n3,r\n"

              Expect.equal (cells sample) (array2D [ [ 1.0 ]; [ 3.0 ] ]) "rows"

              Expect.equal
                  (sample.Dataset.Name, sample.OtherRows, sample.DroppedRows)
                  ("f p/r", 2, 0)
                  "counts"
          testCase "rows with a missing cell are dropped on request"
          <| fun () ->
              let sample =
                  read
                      (CsvSelection("class", "p", DropMissing = true))
                      "a,b,note,class\n1,2,,p\n,4,x,q\n5,6,x,\n7,8,x,q\n"

              Expect.equal (cells sample) (array2D [ [ 1.0; 2.0 ]; [ 7.0; 8.0 ] ]) "rows"
              Expect.equal sample.DroppedRows 2 "dropped; an ignored column drops nothing"
          testCase "chosen features, in the order chosen"
          <| fun () ->
              let sample =
                  read
                      (CsvSelection("class", "p", Features = [| "c"; "a" |]))
                      "a,b,c,class\n1,x,3,p\n4,y,6,q\n"

              Expect.sequenceEqual sample.Dataset.Features [ "c"; "a" ] "features"
              Expect.equal (cells sample) (array2D [ [ 3.0; 1.0 ]; [ 6.0; 4.0 ] ]) "cells"
              Expect.isEmpty sample.IgnoredColumns "nothing was left out on the reader's own account"
          testCase "a numeric label column"
          <| fun () ->
              let sample = read (CsvSelection("y", "1", Negative = "-1")) "x,y\n0.5,1\n2,-1\n"
              Expect.equal (sample.Dataset.Labels()) [| 1; -1 |] "labels"
          testCase "the ends of the range"
          <| fun () ->
              let sample = read asked "a,class\n1.7976931348623157e308,p\n-5e-324,q\n0e999,q\n"

              Expect.equal
                  (cells sample)
                  (array2D [ [ Double.MaxValue ]; [ -Double.Epsilon ]; [ 0.0 ] ])
                  "cells"
          testCase "a file on disk is read like a stream"
          <| fun () ->
              let path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".csv")
              File.WriteAllText(path, "a,class\n1,p\n2,q\n")

              try
                  let sample = CsvReader.Read(path, asked)
                  Expect.equal (cells sample) (array2D [ [ 1.0 ]; [ 2.0 ] ]) "cells"
                  Expect.equal sample.Dataset.Name $"{Path.GetFileNameWithoutExtension path} p/rest" "name"
              finally
                  File.Delete path ]
