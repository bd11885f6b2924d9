/// How two unequal values are told apart in a message.
module internal Expecto.Difference

open System
open System.Collections

let private show (value: objnull) =
    match value with
    | null -> "<null>"
    | :? string as text -> "\"" + text + "\""
    | :? float as number -> number.ToString "R"
    | value -> sprintf "%A" value

/// The place where two strings or two sequences part, in words; nothing for other values.
let private firstDifference (actual: objnull) (expected: objnull) =
    match actual, expected with
    | (:? string as actual), (:? string as expected) ->
        let position = Seq.zip actual expected |> Seq.tryFindIndex (fun (a, e) -> a <> e)

        match position with
        | Some i ->
            sprintf
                "String does not match at position %d. Expected char: %A, but got %A."
                i
                expected[i]
                actual[i]
        | None when actual.Length < expected.Length ->
            sprintf
                "String actual is shorter than expected, at position %d for expected char %A."
                actual.Length
                expected[actual.Length]
        | None when actual.Length > expected.Length ->
            sprintf
                "String actual is longer than expected, at position %d found char %A."
                expected.Length
                actual[expected.Length]
        | None -> ""
    | (:? IEnumerable as actual), (:? IEnumerable as expected) ->
        let actual, expected =
            Array.ofSeq (Seq.cast<objnull> actual), Array.ofSeq (Seq.cast<objnull> expected)

        match
            Seq.zip actual expected
            |> Seq.tryFindIndex (fun (a, e) -> not (Unchecked.equals a e))
        with
        | Some i ->
            sprintf
                "Sequence does not match at position %d. Expected item: %s, but got %s."
                i
                (show expected[i])
                (show actual[i])
        | None when actual.Length < expected.Length ->
            sprintf
                "Sequence actual is shorter than expected, at position %d for expected item %s."
                actual.Length
                (show expected[actual.Length])
        | None when actual.Length > expected.Length ->
            sprintf
                "Sequence actual is longer than expected, at position %d found item %s."
                expected.Length
                (show actual[expected.Length])
        | None -> ""
    | _ -> ""

/// The first difference, if there is a first, and both values, one under the other.
let explain (actual: objnull) (expected: objnull) =
    String.Concat(firstDifference actual expected, "\nexpected: ", show expected, "\n  actual: ", show actual)
