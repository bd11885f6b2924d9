/// Numbers on the command line: a list, or a file of rows of numbers.
module ImplicitBias.Commands.NumberFile

open System
open System.Globalization
open System.IO
open ImplicitBias.Numerics

let private tryNumber (text: string) =
    match Double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture) with
    | true, value when Double.IsFinite value -> Some value
    | _ -> None

/// The rows of a file: numbers separated by commas, a row a line; a first line with the names of the features is skipped.
/// Raises DataException on a cell that is not a finite number, and IOException if the file cannot be read.
let rows (path: string) (features: string seq) : float array list =
    let cells (line: string) =
        line.Split(',', StringSplitOptions.TrimEntries)

    let isHeader line =
        List.ofArray (cells line) = List.ofSeq features

    File.ReadAllLines path
    |> Seq.indexed
    |> Seq.filter (fun (k, line) -> line.Trim() <> "" && not (k = 0 && isHeader line))
    |> Seq.map (fun (k, line) ->
        cells line
        |> Array.mapi (fun j cell ->
            match tryNumber cell with
            | Some value -> value
            | None -> raise (DataException(path, k + 1, $"{j + 1}", $"'{cell}'", "a finite number"))))
    |> List.ofSeq

/// One number for every feature: "v1,v2,..." or the name of a file that holds them in a row or a column.
/// Raises UsageException on another count, or on text that is neither.
let vector (option: string) (text: string) (features: string seq) : float array =
    let dimension = Seq.length features
    let listed = text.Split(',', StringSplitOptions.TrimEntries) |> Array.map tryNumber

    let values =
        if Array.forall Option.isSome listed then
            Array.choose id listed
        elif File.Exists text then
            Array.concat (rows text features)
        else
            raise (UsageException $"{option} is '{text}': neither numbers separated by commas nor a file.")

    if values.Length <> dimension then
        raise (
            UsageException
                $"{option} has {values.Length} numbers; there are {dimension} features: {String.Join(',', features)}."
        )

    values

/// A square matrix, a row and a column for every feature.
/// Raises UsageException on another size.
let matrix (option: string) (path: string) (features: string seq) : float[,] =
    let dimension = Seq.length features
    let rows = rows path features

    if
        rows.Length <> dimension
        || rows |> List.exists (fun row -> row.Length <> dimension)
    then
        let sizes =
            rows
            |> List.map (fun row -> string<int> row.Length)
            |> List.distinct
            |> String.concat " or "

        raise (
            UsageException
                $"{option}: '{path}' has {rows.Length} rows of {sizes} numbers; {dimension} features need {dimension} rows of {dimension}."
        )

    array2D rows
