namespace ImplicitBias.Theory.Symbolic

open System
open System.Numerics
open System.Text.RegularExpressions
open MathNet.Numerics

/// The text of assumptions, as in "a>0, n integer, x in [0,1], t large", and back.
[<RequireQualifiedAccess>]
module AssumptionText =

    let private printFact symbol fact =
        match fact with
        | Fact.Positive -> $"{symbol}>0"
        | Fact.Negative -> $"{symbol}<0"
        | Fact.NonNegative -> $"{symbol}>=0"
        | Fact.NonPositive -> $"{symbol}<=0"
        | Fact.NonZero -> $"{symbol}<>0"
        | Fact.Real -> $"{symbol} real"
        | Fact.Integer -> $"{symbol} integer"
        | Fact.Large -> $"{symbol} large"
        | Fact.Between(lower, upper) -> $"{symbol} in [{lower},{upper}]"
        | Fact.Above bound -> $"{symbol}>{bound}"
        | Fact.AtLeast bound -> $"{symbol}>={bound}"
        | Fact.Below bound -> $"{symbol}<{bound}"
        | Fact.AtMost bound -> $"{symbol}<={bound}"

    /// The assumptions as parse reads them.
    let print (assumptions: Assumptions) : string =
        Assumptions.symbols assumptions
        |> List.collect (fun symbol -> Assumptions.facts symbol assumptions |> List.map (printFact symbol))
        |> String.concat ", "

    /// An integer, fraction or decimal, read exactly.
    let parseNumber (text: string) : BigRational option =
        let matched =
            Regex.Match(
                text.Trim(),
                @"^([+-]?)(\d{1,4000})(?:\.(\d{1,4000}))?(?:[eE]([+-]?\d{1,4}))?(?:\s*/\s*(\d{1,4000}))?$"
            )

        if not matched.Success then
            None
        else
            let part (k: int) = matched.Groups[k].Value
            let integer (digits: string) = BigInteger.Parse("0" + digits)
            let digits = BigRational.FromBigInt(integer (part 2 + part 3))
            let exponent = (if part 4 = "" then 0 else int (part 4)) - (part 3).Length
            let value = digits * BigRational.Pow(BigRational.FromInt 10, exponent)
            let divisor = if part 5 = "" then BigInteger.One else integer (part 5)
            let signed = if part 1 = "-" then -value else value

            if divisor.IsZero then
                None
            else
                Some(signed / BigRational.FromBigInt divisor)

    /// Splits at commas outside of brackets.
    let private split (text: string) =
        let parts = ResizeArray [ Text.StringBuilder() ]
        let mutable depth = 0

        for c in text do
            match c with
            | '['
            | '(' -> depth <- depth + 1
            | ']'
            | ')' -> depth <- depth - 1
            | _ -> ()

            if c = ',' && depth <= 0 then
                parts.Add(Text.StringBuilder())
            else
                parts[parts.Count - 1].Append c |> ignore

        parts |> Seq.map (fun part -> part.ToString().Trim()) |> List.ofSeq

    let private comparison symbol relation bound =
        let mirrored =
            match relation with
            | "<" -> Fact.Below bound
            | "<="
            | "≤" -> Fact.AtMost bound
            | ">" -> Fact.Above bound
            | _ -> Fact.AtLeast bound

        match mirrored with
        | Fact.Above bound when bound.IsZero -> symbol, [ Fact.Positive ]
        | Fact.Below bound when bound.IsZero -> symbol, [ Fact.Negative ]
        | Fact.AtLeast bound when bound.IsZero -> symbol, [ Fact.NonNegative ]
        | Fact.AtMost bound when bound.IsZero -> symbol, [ Fact.NonPositive ]
        | fact -> symbol, [ fact ]

    let private range symbol (opening: string) (lower: string) (upper: string) (closing: string) =
        let isInfinite (text: string) =
            List.contains (text.Trim()) [ "oo"; "+oo"; "-oo"; "inf"; "-inf"; "∞"; "-∞" ]

        match parseNumber lower, parseNumber upper with
        | Some low, Some high when low > high ->
            Error $"the range of {symbol} is empty: {low} is above {high}"
        | Some low, Some high when opening = "[" && closing = "]" -> Ok(symbol, [ Fact.Between(low, high) ])
        | low, high when (low.IsSome || isInfinite lower) && (high.IsSome || isInfinite upper) ->
            let bound included at = { At = at; Included = included }

            let range =
                { From = Option.map (bound (opening = "[")) low
                  To = Option.map (bound (closing = "]")) high }

            Ok(symbol, Assumptions.factsOf range)
        | _ -> Error $"'{lower},{upper}' are not two numbers"

    let private name = @"([\p{L}_][\p{L}\p{N}_]*)"

    let private parsePart (text: string) : Result<string * Fact list, string> =
        let group (matched: Match) (k: int) = matched.Groups[k].Value
        let compared = Regex.Match(text, $@"^{name}\s*(<=|>=|<>|!=|≠|≤|≥|<|>)\s*(.+)$")
        let reversed = Regex.Match(text, $@"^(\S+)\s*(<=|>=|≤|≥|<|>)\s*{name}$")
        let inside = Regex.Match(text, $@"^{name}\s+in\s*([\[\(])([^,]*),([^,]*)([\]\)])$")
        let kind = Regex.Match(text, $@"^{name}\s+(?:is\s+)?([\w-]+)$")

        let kinds =
            dict
                [ "positive", Fact.Positive
                  "negative", Fact.Negative
                  "nonnegative", Fact.NonNegative
                  "nonpositive", Fact.NonPositive
                  "nonzero", Fact.NonZero
                  "real", Fact.Real
                  "integer", Fact.Integer
                  "large", Fact.Large ]

        if compared.Success then
            let symbol, relation = group compared 1, group compared 2

            match relation, parseNumber (group compared 3) with
            | _, None -> Error $"'{group compared 3}' is not a number"
            | ("<>" | "!=" | "≠"), Some bound when bound.IsZero -> Ok(symbol, [ Fact.NonZero ])
            | ("<>" | "!=" | "≠"), Some _ -> Error "only zero can be excluded with <>"
            | _, Some bound -> Ok(comparison symbol relation bound)
        elif reversed.Success && (parseNumber (group reversed 1)).IsSome then
            let turned =
                dict [ "<", ">"; ">", "<"; "<=", ">="; ">=", "<="; "≤", ">="; "≥", "<=" ]

            Ok(comparison (group reversed 3) turned[group reversed 2] (parseNumber (group reversed 1)).Value)
        elif inside.Success then
            range (group inside 1) (group inside 2) (group inside 3) (group inside 4) (group inside 5)
        elif kind.Success && kinds.ContainsKey((group kind 2).Replace("-", "")) then
            Ok(group kind 1, [ kinds[(group kind 2).Replace("-", "")] ])
        else
            Error $"'{text}' is not an assumption: write a>0, a<>0, n integer, x in [0,1] or t large"

    /// Reads "a>0, b<0, n integer, x in [0,1], t large"; an Error names the part that could not be read, or the symbol for
    /// which no number is left.
    let parse (text: string) : Result<Assumptions, string> =
        let add (result: Result<Assumptions, string>) part =
            attempt {
                let! assumptions = result
                let! symbol, facts = parsePart part

                let extended =
                    facts
                    |> List.fold (fun all fact -> Assumptions.assume fact symbol all) assumptions

                if Assumptions.isEmpty symbol extended then
                    return! Error $"no {symbol} satisfies {print extended}"
                else
                    return extended
            }

        split text |> List.filter ((<>) "") |> List.fold add (Ok Assumptions.none)
