/// <summary>The filter language of <c>dotnet test</c>: <c>Property Operator Value</c> joined by <c>&amp;</c>,
/// <c>|</c> and parentheses, where <c>&amp;</c> binds tighter. Operators: <c>=</c>, <c>!=</c>, <c>~</c> (contains),
/// <c>!~</c>. Properties: <c>FullyQualifiedName</c>, <c>DisplayName</c>, <c>Name</c>. A value alone means
/// <c>FullyQualifiedName~value</c>; a backslash takes the next character literally. Case is ignored.</summary>
module YoloDev.Expecto.TestSdk.FilterExpression

open System
open System.Text

type private Token =
    | Word of string
    | Symbol of string

let private tokens (text: string) =
    let word = StringBuilder()

    let flush found =
        let value = word.ToString().Trim()
        word.Clear() |> ignore
        if value = "" then found else Word value :: found

    let rec scan i found =
        if i >= text.Length then
            List.rev (flush found)
        else
            match text[i] with
            | '\\' when i + 1 < text.Length ->
                word.Append text[i + 1] |> ignore
                scan (i + 2) found
            | '!' when i + 1 < text.Length && (text[i + 1] = '=' || text[i + 1] = '~') ->
                scan (i + 2) (Symbol("!" + string text[i + 1]) :: flush found)
            | '('
            | ')'
            | '&'
            | '|'
            | '='
            | '~' as symbol -> scan (i + 1) (Symbol(string symbol) :: flush found)
            | other ->
                word.Append other |> ignore
                scan (i + 1) found

    scan 0 []

let private condition property operator (value: string) =
    match property with
    | "fullyqualifiedname"
    | "displayname"
    | "name" ->
        let same (name: string) =
            name.Equals(value, StringComparison.OrdinalIgnoreCase)

        let contains (name: string) =
            name.Contains(value, StringComparison.OrdinalIgnoreCase)

        match operator with
        | "=" -> Ok same
        | "!=" -> Ok(same >> not)
        | "~" -> Ok contains
        | "!~" -> Ok(contains >> not)
        | other -> Error(sprintf "'%s' is no operator." other)
    | other ->
        Error(sprintf "tests have no property '%s', only FullyQualifiedName, DisplayName and Name." other)

let private combine join left right =
    match left, right with
    | Ok left, Ok right -> Ok(fun (name: string) -> join (left name) (right name))
    | Error e, _
    | _, Error e -> Error e

let rec private alternatives tokens =
    match conjunction tokens with
    | left, Symbol "|" :: rest ->
        let right, rest = alternatives rest
        combine (||) left right, rest
    | parsed -> parsed

and private conjunction tokens =
    match single tokens with
    | left, Symbol "&" :: rest ->
        let right, rest = conjunction rest
        combine (&&) left right, rest
    | parsed -> parsed

and private single tokens =
    match tokens with
    | Symbol "(" :: rest ->
        match alternatives rest with
        | inner, Symbol ")" :: rest -> inner, rest
        | _, rest -> Error "a parenthesis is not closed.", rest
    | Word property :: Symbol("=" | "!=" | "~" | "!~" as operator) :: Word value :: rest ->
        condition (property.ToLowerInvariant()) operator value, rest
    | Word value :: rest -> condition "fullyqualifiedname" "~" value, rest
    | Symbol symbol :: rest -> Error(sprintf "'%s' was not expected here." symbol), rest
    | [] -> Error "a condition is missing.", []

/// <summary>Reads an expression.</summary>
/// <returns>Which full names it selects, or what is wrong with it.</returns>
let parse (text: string) =
    match alternatives (tokens text) with
    | parsed, [] -> parsed
    | Error e, _ -> Error e
    | Ok _, Word word :: _
    | Ok _, Symbol word :: _ -> Error(sprintf "'%s' was not expected here." word)
