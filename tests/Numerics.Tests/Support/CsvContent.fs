/// Contents of CSV files, read as a file called f.csv.
module ImplicitBias.Tests.CsvContent

open System.IO
open System.Text
open ImplicitBias.Numerics

/// Column class, where p means +1 and anything else -1.
let asked = CsvSelection("class", "p")

/// The sample in these bytes.
let readBytes (selection: CsvSelection) (bytes: byte[]) =
    use stream = new MemoryStream(bytes)
    CsvReader.Read("f.csv", stream, selection)

/// The sample in a text.
let read (selection: CsvSelection) (content: string) =
    readBytes selection (Encoding.UTF8.GetBytes content)
