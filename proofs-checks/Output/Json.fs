namespace ImplicitBias.Commands

open System.Globalization
open System.IO
open System.Text
open System.Text.Encodings.Web
open System.Text.Json

/// A JSON value. Numbers are written in the shortest form that reads back as the same double; infinities and NaN, which
/// JSON lacks, as the strings "Infinity", "-Infinity" and "NaN".
type Json =
    | Null
    | Bool of bool
    | Integer of int64
    | Number of float
    | Text of string
    | Items of Json list
    | Record of (string * Json) list

module Json =

    let private options indented =
        JsonWriterOptions(Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping)

    let rec private writeTo (writer: Utf8JsonWriter) value =
        match value with
        | Null -> writer.WriteNullValue()
        | Bool value -> writer.WriteBooleanValue value
        | Integer value -> writer.WriteNumberValue value
        | Number value when System.Double.IsFinite value -> writer.WriteNumberValue value
        | Number value -> writer.WriteStringValue(value.ToString CultureInfo.InvariantCulture)
        | Text value -> writer.WriteStringValue value
        | Items values ->
            writer.WriteStartArray()
            List.iter (writeTo writer) values
            writer.WriteEndArray()
        | Record members ->
            writer.WriteStartObject()

            for name, value in members do
                writer.WritePropertyName name
                writeTo writer value

            writer.WriteEndObject()

    let private write indented (value: Json) : string =
        use bytes = new MemoryStream()

        do
            use writer = new Utf8JsonWriter(bytes, options indented)
            writeTo writer value

        Encoding.UTF8.GetString(bytes.ToArray())

    /// The value as indented text.
    let format (value: Json) : string = write true value

    /// The value on one line.
    let formatLine (value: Json) : string = write false value

    /// An array of numbers.
    let numbers (values: float seq) : Json =
        values |> Seq.map Number |> List.ofSeq |> Items

    /// An array of strings.
    let texts (values: string seq) : Json =
        values |> Seq.map Text |> List.ofSeq |> Items

    /// The member of that name, or null.
    let orNull (name: string) (members: (string * Json) list) : Json =
        members
        |> List.tryFind (fst >> (=) name)
        |> Option.map snd
        |> Option.defaultValue Null

    /// null for None.
    let optional (create: 'a -> Json) (value: 'a option) : Json =
        value |> Option.map create |> Option.defaultValue Null
