/// What a CSV file is refused for, and in which words.
module ImplicitBias.Tests.Data.CsvRefusalTests

open System
open System.IO
open System.Text
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Tests.CsvContent

/// The refusal of a content: line, column and the whole sentence.
let private refusedBytes name selection (bytes: byte[]) line column message =
    testCase name (fun () ->
        try
            readBytes selection bytes |> ignore
            failtest "should be refused"
        with :? DataException as refused ->
            Expect.equal refused.Message message "message"

            Expect.equal
                (refused.File, refused.Line, refused.Column)
                ("f.csv", line, column)
                "file, line, column")

let private refused name selection (content: string) line column message =
    refusedBytes name selection (Encoding.UTF8.GetBytes content) line column message

[<Tests>]
let tests =
    let body = "\n1,p\n2,q\n"
    let missing = " (rows with empty cells can be dropped on request)"

    testList
        "CSV refused"
        [ refused "empty file" asked "" 1 "" "f.csv, line 1: found an empty file; expected a header and rows"
          refused
              "only blank lines"
              asked
              "\n \n\r\n"
              1
              ""
              "f.csv, line 1: found an empty file; expected a header and rows"
          refused
              "header only"
              asked
              "a,class\n"
              1
              ""
              "f.csv, line 1: found a header only; expected rows below it"
          refused
              "a cell too few"
              asked
              "a,b,class\n1,2,p\n3,q\n"
              3
              ""
              "f.csv, line 3: found 2 cells; expected 3, one for each column of the header"
          refused
              "a cell too many"
              asked
              "a,b,class\n1,2,p\n3,4,q,\n"
              3
              ""
              "f.csv, line 3: found 4 cells; expected 3, one for each column of the header"
          refused
              "a truncated last line"
              asked
              "a,b,class\n1,2,p\n3"
              3
              ""
              "f.csv, line 3: found 1 cell; expected 3, one for each column of the header"
          refused
              "text among numbers"
              asked
              "a,class\n1,p\noops,q\n"
              3
              "a"
              "f.csv, line 3, column 'a': found 'oops'; expected a number (leave the cell empty if it is missing)"
          refused
              "lines that end in CRLF count once"
              asked
              "a,class\r\n1,p\r\noops,q\r\n"
              3
              "a"
              "f.csv, line 3, column 'a': found 'oops'; expected a number (leave the cell empty if it is missing)"
          refused
              "text among numbers in a row that is not used"
              (CsvSelection("class", "p", Negative = "q"))
              "a,class\n1,p\n2,q\nNA,r\n"
              4
              "a"
              "f.csv, line 4, column 'a': found 'NA'; expected a number (leave the cell empty if it is missing)"
          refused
              "NaN by name"
              asked
              "a,class\n1,p\nNaN,q\n"
              3
              "a"
              "f.csv, line 3, column 'a': found 'NaN'; expected a finite number between 5e-324 and 1.8e308 in magnitude, or 0"
          refused
              "a whole column of nan"
              asked
              "a,b,class\n1,nan,p\n2,nan,q\n"
              2
              "b"
              "f.csv, line 2, column 'b': found 'nan'; expected a finite number between 5e-324 and 1.8e308 in magnitude, or 0"
          refused
              "infinity by name"
              asked
              "a,class\n1,p\n-inf,q\n"
              3
              "a"
              "f.csv, line 3, column 'a': found '-inf'; expected a finite number between 5e-324 and 1.8e308 in magnitude, or 0"
          refused
              "a number beyond any double"
              asked
              "a,class\n1e400,p\n2,q\n"
              2
              "a"
              "f.csv, line 2, column 'a': found '1e400'; expected a finite number between 5e-324 and 1.8e308 in magnitude, or 0"
          refused
              "a number below any double"
              asked
              "a,class\n1e-400,p\n2,q\n"
              2
              "a"
              "f.csv, line 2, column 'a': found '1e-400'; expected a finite number between 5e-324 and 1.8e308 in magnitude, or 0"
          refused
              "decimal comma"
              asked
              "a,class\n\"1,5\",p\n2,q\n"
              2
              "a"
              "f.csv, line 2, column 'a': found '1,5'; expected a number with a decimal point"
          refused
              "hexadecimal"
              asked
              "a,class\n0x10,p\n2,q\n"
              2
              "a"
              "f.csv, line 2, column 'a': found '0x10'; expected a number (leave the cell empty if it is missing)"
          refused
              "a minus sign that is not ASCII"
              asked
              "a,class\n\u22121,p\n2,q\n"
              2
              "a"
              "f.csv, line 2, column 'a': found '\u22121'; expected a number (leave the cell empty if it is missing)"
          refused
              "a control character in a cell"
              asked
              "a,class\n1\u0000\u001B[31m,p\n2,q\n"
              2
              "a"
              "f.csv, line 2, column 'a': found '1  [31m'; expected a number (leave the cell empty if it is missing)"
          refused
              "a long cell is shortened"
              asked
              $"a,class\n1,p\n{String('x', 5000)},q\n"
              3
              "a"
              $"f.csv, line 3, column 'a': found '{String('x', 40)}...'; expected a number (leave the cell empty if it is missing)"
          refused
              "missing number"
              asked
              "a,b,class\n1,2,p\n,4,q\n"
              3
              "a"
              $"f.csv, line 3, column 'a': found an empty cell; expected a number{missing}"
          refused
              "missing number, quoted"
              asked
              "a,class\n\"\",p\n4,q\n"
              2
              "a"
              $"f.csv, line 2, column 'a': found an empty cell; expected a number{missing}"
          refused
              "missing label"
              asked
              "a,class\n1,p\n2,\n3,q\n"
              3
              "class"
              $"f.csv, line 3, column 'class': found an empty cell; expected a label{missing}"
          refused
              "missing label, with a negative value"
              (CsvSelection("class", "p", Negative = "q"))
              "a,class\n1,p\n2,\n3,q\n"
              3
              "class"
              $"f.csv, line 3, column 'class': found an empty cell; expected a label{missing}"
          refused
              "the line is counted through quoted line breaks"
              asked
              "note,a,class\n\"one\ntwo\r\nthree\",1,p\nx,?,q\n"
              5
              "a"
              "f.csv, line 5, column 'a': found '?'; expected a number (leave the cell empty if it is missing)"
          refused
              "the line is that of the cell, not of the row"
              asked
              "note,a,class\n\"one\ntwo\",?,p\nx,2,q\n"
              3
              "a"
              "f.csv, line 3, column 'a': found '?'; expected a number (leave the cell empty if it is missing)"
          refused
              "no label column, a near one"
              (CsvSelection("Class", "p"))
              $"a,class{body}"
              1
              "Class"
              "f.csv, line 1, column 'Class': found no such column; expected the label column: did you mean 'class'? there are: 'a', 'class'"
          refused
              "no label column, none near"
              (CsvSelection("species", "p"))
              $"a,class{body}"
              1
              "species"
              "f.csv, line 1, column 'species': found no such column; expected the label column: there are: 'a', 'class'"
          refused
              "semicolons"
              asked
              "a;class\n1,5;p\n2;q\n"
              1
              ""
              "f.csv, line 1: found a single column 'a;class'; expected columns separated by commas, not semicolons"
          refused
              "tabs"
              asked
              "a\tclass\n1\tp\n2\tq\n"
              1
              ""
              "f.csv, line 1: found a single column 'a class'; expected columns separated by commas, not tabs"
          refused
              "no such feature"
              (CsvSelection("class", "p", Features = [| "width" |]))
              "wdith,class\n1,p\n2,q\n"
              1
              "width"
              "f.csv, line 1, column 'width': found no such column; expected a feature column: did you mean 'wdith'? there are: 'wdith', 'class'"
          refused
              "the label as a feature"
              (CsvSelection("class", "p", Features = [| "a"; "class" |]))
              $"a,class{body}"
              1
              "class"
              "f.csv, line 1, column 'class': found the label column among the features; expected another column"
          refused
              "a feature twice"
              (CsvSelection("class", "p", Features = [| "a"; "a" |]))
              $"a,class{body}"
              1
              "a"
              "f.csv, line 1, column 'a': found the feature chosen twice; expected each feature once"
          refused
              "no features chosen"
              (CsvSelection("class", "p", Features = [||]))
              $"a,class{body}"
              1
              ""
              "f.csv, line 1: found no feature chosen; expected at least one numeric feature column"
          refused
              "a chosen feature of text"
              (CsvSelection("class", "p", Features = [| "a" |]))
              "a,class\nred,p\nblue,q\n"
              2
              "a"
              "f.csv, line 2, column 'a': found 'red'; expected a number (leave the cell empty if it is missing)"
          refused
              "no numeric column"
              asked
              "a,class\nred,p\nblue,q\n"
              1
              ""
              "f.csv, line 1: found no column with numbers beside the label 'class'; expected at least one numeric feature column"
          refused
              "only the label column"
              asked
              "class\np\nq\n"
              1
              ""
              "f.csv, line 1: found no column with numbers beside the label 'class'; expected at least one numeric feature column"
          refused
              "duplicate header"
              asked
              "a,b,a,class\n1,2,3,p\n"
              1
              "a"
              "f.csv, line 1, column 'a': found the name twice; expected each column name once"
          refused
              "a column without a name"
              asked
              ",a,class\n0,1,p\n"
              1
              ""
              "f.csv, line 1: found no name for column 1; expected a name for every column"
          refused
              "positive value not found"
              (CsvSelection("class", "P"))
              $"a,class{body}"
              0
              "class"
              "f.csv, column 'class': found no row labelled 'P'; expected a label that occurs: did you mean 'p'? there are: 'p', 'q'"
          refused
              "negative value not found"
              (CsvSelection("class", "p", Negative = "zebra"))
              $"a,class{body}"
              0
              "class"
              "f.csv, column 'class': found no row labelled 'zebra'; expected a label that occurs: there are: 'p', 'q'"
          refused
              "positive and negative the same"
              (CsvSelection("class", "p", Negative = "p"))
              $"a,class{body}"
              0
              "class"
              "f.csv, column 'class': found the positive and the negative label both 'p'; expected two different labels: 'p', 'q'"
          refused
              "many labels: the first dozen is listed"
              (CsvSelection("class", "none of them"))
              ("a,class\n" + String.concat "" [ for i in 10..40 -> $"1,c{i}\n" ])
              0
              "class"
              "f.csv, column 'class': found no row labelled 'none of them'; expected a label that occurs: there are: 'c10', 'c11', 'c12', 'c13', 'c14', 'c15', 'c16', 'c17', 'c18', 'c19', 'c20', 'c21' and 19 more"
          refused
              "one class only"
              asked
              "a,class\n1,p\n2,p\n"
              0
              "class"
              "f.csv, column 'class': found only rows of the class 'p'; expected rows of two classes"
          refused
              "one class left after dropping"
              (CsvSelection("class", "p", DropMissing = true))
              "a,class\n1,p\n,q\n"
              0
              "class"
              "f.csv, column 'class': found only rows of the class 'p' after dropping 1 with empty cells; expected rows of two classes"
          refused
              "nothing left after dropping"
              (CsvSelection("class", "p", Features = [| "a" |], DropMissing = true))
              "a,class\n,p\n,q\n"
              0
              "class"
              "f.csv, column 'class': found no row after dropping 2 with empty cells; expected rows of two classes"
          refused
              "a quote that is never closed"
              asked
              "a,class\n1,p\n2,\"q\n3,p\n"
              3
              ""
              "f.csv, line 3: found a quote that opens 'q 3,p ' and is never closed; expected a closing quote"
          refused
              "text after a closing quote"
              asked
              "a,class\n\"1\"x,p\n"
              2
              ""
              "f.csv, line 2: found 'x' after the closing quote of '1'; expected a comma or the end of the line"
          refused
              "a quote in the middle"
              asked
              "a,class\n1\"2,p\n"
              2
              ""
              "f.csv, line 2: found a quote inside the unquoted cell '1\"2'; expected quotes around the whole cell, those inside it doubled"
          refusedBytes
              "Latin-1"
              asked
              [| yield! "a,class\n1,p\n2,caf"B; 0xE9uy; yield! "\n"B |]
              3
              ""
              "f.csv, line 3: found the byte 0xE9; expected UTF-8 text"
          refusedBytes
              "UTF-16"
              asked
              [| 0xFFuy; 0xFEuy; yield! Encoding.Unicode.GetBytes $"a,class{body}" |]
              1
              ""
              "f.csv, line 1: found the byte 0xFF; expected UTF-8 text"
          testCase "a file that is not there, a directory, no name"
          <| fun () ->
              let says path message =
                  try
                      CsvReader.Read(path, asked) |> ignore
                      failtest "should be refused"
                  with :? DataException as refused ->
                      Expect.equal (refused.Message, refused.Line) (message, 0) "message"

              let absent = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())
              says absent $"{absent}: found no such file; expected a readable CSV file"
              let below = Path.Combine(absent, "f.csv")
              says below $"{below}: found no such file; expected a readable CSV file"
              let directory = AppContext.BaseDirectory
              says directory $"{directory}: found a directory; expected a readable CSV file"
              says "" "(no file name): found no such file; expected a readable CSV file" ]
