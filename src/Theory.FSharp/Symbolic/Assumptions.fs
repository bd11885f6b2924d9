namespace ImplicitBias.Theory.Symbolic

open System
open System.Numerics
open System.Text.RegularExpressions
open MathNet.Numerics

/// What may be known of a symbol. Every symbol is real.
[<RequireQualifiedAccess>]
type Fact =
    | Positive
    | Negative
    | NonNegative
    | NonPositive
    | NonZero
    | Real
    | Integer
    /// As large as is needed. What is concluded then holds from some point on; that point is never above 2^64.
    | Large
    /// lower ≤ symbol ≤ upper.
    | Between of lower: BigRational * upper: BigRational
    /// symbol > bound.
    | Above of BigRational
    /// symbol ≥ bound.
    | AtLeast of BigRational
    /// symbol < bound.
    | Below of BigRational
    /// symbol ≤ bound.
    | AtMost of BigRational

/// An end of a range: the bound, and whether it belongs to the range.
type Bound = { At: BigRational; Included: bool }

/// The real numbers from one end to another; None is no end.
type Extent = { From: Bound option; To: Bound option }

/// Facts about symbols, carried explicitly.
type Assumptions = private { Known: Map<string, Fact list> }

module Assumptions =

    /// Nothing but that symbols are real.
    let none: Assumptions = { Known = Map.empty }

    /// All facts about a symbol, in the order in which they were assumed.
    let facts (symbol: string) (assumptions: Assumptions) : Fact list =
        assumptions.Known |> Map.tryFind symbol |> Option.defaultValue []

    /// One fact more about a symbol.
    let assume (fact: Fact) (symbol: string) (assumptions: Assumptions) : Assumptions =
        let known = facts symbol assumptions

        if List.contains fact known then
            assumptions
        else
            { Known = assumptions.Known |> Map.add symbol (known @ [ fact ]) }

    /// The assumptions of both.
    let merge (first: Assumptions) (second: Assumptions) : Assumptions =
        (first, second.Known)
        ||> Map.fold (fun assumptions symbol facts ->
            facts
            |> List.fold (fun assumptions fact -> assume fact symbol assumptions) assumptions)

    /// The symbols about which something is assumed.
    let symbols (assumptions: Assumptions) : string list =
        assumptions.Known |> Map.toList |> List.map fst

    /// What is assumed of these symbols.
    let about (symbols: Set<string>) (assumptions: Assumptions) : Assumptions =
        { Known = assumptions.Known |> Map.filter (fun symbol _ -> symbols.Contains symbol) }

    let private large = BigRational.FromBigInt(BigInteger.One <<< 64)

    let private ends fact =
        let included at = Some { At = at; Included = true }
        let excluded at = Some { At = at; Included = false }
        let zero = BigRational.Zero

        match fact with
        | Fact.Positive -> excluded zero, None
        | Fact.Negative -> None, excluded zero
        | Fact.NonNegative -> included zero, None
        | Fact.NonPositive -> None, included zero
        | Fact.Large -> included large, None
        | Fact.Between(lower, upper) -> included lower, included upper
        | Fact.Above bound -> excluded bound, None
        | Fact.AtLeast bound -> included bound, None
        | Fact.Below bound -> None, excluded bound
        | Fact.AtMost bound -> None, included bound
        | Fact.NonZero
        | Fact.Real
        | Fact.Integer -> None, None

    /// The narrower of two ends; towards is 1 for lower ends and -1 for upper ends.
    let private narrower towards (a: Bound option) (b: Bound option) =
        match a, b with
        | None, other
        | other, None -> other
        | Some a, Some b ->
            match towards * (a.At - b.At).Sign with
            | 1 -> Some a
            | -1 -> Some b
            | _ -> Some(if a.Included then b else a)

    let private ceiling (q: BigRational) =
        // Division of integers truncates towards zero.
        let raised =
            if q.IsPositive then
                q.Numerator + q.Denominator - BigInteger.One
            else
                q.Numerator

        BigRational.FromBigInt(BigInteger.Divide(raised, q.Denominator))

    /// The end of the integers in a range whose end is q: the least integer in it, for a lower end.
    let private firstInteger (bound: Bound) =
        let least = ceiling bound.At

        if not bound.Included && least = bound.At then
            { At = least + BigRational.One; Included = true }
        else
            { At = least; Included = true }

    /// Where a symbol can lie.
    let extent (symbol: string) (assumptions: Assumptions) : Extent =
        let known = facts symbol assumptions
        let all = known |> List.map ends
        let lower = all |> List.map fst |> List.fold (narrower 1) None
        let upper = all |> List.map snd |> List.fold (narrower -1) None

        if List.contains Fact.Integer known then
            let mirrored bound = { bound with At = -bound.At }

            { From = Option.map firstInteger lower
              To = Option.map (mirrored >> firstInteger >> mirrored) upper }
        else
            { From = lower; To = upper }

    /// The same, but that of this symbol nothing is known except that it lies in a range.
    let ranging (symbol: string) (range: Extent) (assumptions: Assumptions) : Assumptions =
        let from (bound: Bound) =
            if bound.Included then
                Fact.AtLeast bound.At
            else
                Fact.Above bound.At

        let upTo (bound: Bound) =
            if bound.Included then
                Fact.AtMost bound.At
            else
                Fact.Below bound.At

        match
            Option.toList (Option.map from range.From)
            @ Option.toList (Option.map upTo range.To)
        with
        | [] -> { Known = assumptions.Known.Add(symbol, [ Fact.Real ]) }
        | facts -> { Known = assumptions.Known.Add(symbol, facts) }

    /// The same with every number between two that the symbol can be: integers are no longer all, zero is no longer left out.
    /// Arguments by continuity need it.
    let across (symbol: string) (assumptions: Assumptions) : Assumptions =
        ranging symbol (extent symbol assumptions) assumptions

    /// The same without the ends of the range, unless it is a single number. Arguments by derivatives need it.
    let inside (symbol: string) (assumptions: Assumptions) : Assumptions =
        let range = extent symbol assumptions

        match range with
        | { From = Some low; To = Some high } when low.At = high.At -> ranging symbol range assumptions
        | _ ->
            let openly = Option.map (fun (bound: Bound) -> { bound with Included = false })
            ranging symbol { From = openly range.From; To = openly range.To } assumptions

    /// Whether zero is excluded by a fact other than the extent.
    let isNonZero (symbol: string) (assumptions: Assumptions) : bool =
        facts symbol assumptions |> List.contains Fact.NonZero

    let private number (q: BigRational) = q.ToString()

    let private describeFact symbol fact =
        match fact with
        | Fact.Positive -> $"{symbol}>0"
        | Fact.Negative -> $"{symbol}<0"
        | Fact.NonNegative -> $"{symbol}>=0"
        | Fact.NonPositive -> $"{symbol}<=0"
        | Fact.NonZero -> $"{symbol}<>0"
        | Fact.Real -> $"{symbol} real"
        | Fact.Integer -> $"{symbol} integer"
        | Fact.Large -> $"{symbol} large"
        | Fact.Between(lower, upper) -> $"{symbol} in [{number lower},{number upper}]"
        | Fact.Above bound -> $"{symbol}>{number bound}"
        | Fact.AtLeast bound -> $"{symbol}>={number bound}"
        | Fact.Below bound -> $"{symbol}<{number bound}"
        | Fact.AtMost bound -> $"{symbol}<={number bound}"

    /// The assumptions as parse reads them.
    let describe (assumptions: Assumptions) : string =
        assumptions.Known
        |> Map.toList
        |> List.collect (fun (symbol, facts) -> List.map (describeFact symbol) facts)
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
            let from =
                low
                |> Option.map (if opening = "[" then Fact.AtLeast else Fact.Above)
                |> Option.toList

            let upTo =
                high
                |> Option.map (if closing = "]" then Fact.AtMost else Fact.Below)
                |> Option.toList

            Ok(
                symbol,
                (if from.IsEmpty && upTo.IsEmpty then
                     [ Fact.Real ]
                 else
                     from @ upTo)
            )
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

    let private isEmpty symbol (assumptions: Assumptions) =
        match extent symbol assumptions with
        | { From = Some low; To = Some high } ->
            low.At > high.At
            || (low.At = high.At && not (low.Included && high.Included))
            || (low.At = high.At && low.At.IsZero && isNonZero symbol assumptions)
        | _ -> false

    /// Reads "a>0, b<0, n integer, x in [0,1], t large"; an Error names the part that could not be read, or the symbol for
    /// which no number is left.
    let parse (text: string) : Result<Assumptions, string> =
        let add (result: Result<Assumptions, string>) part =
            attempt {
                let! assumptions = result
                let! symbol, facts = parsePart part

                let extended =
                    facts |> List.fold (fun all fact -> assume fact symbol all) assumptions

                if isEmpty symbol extended then
                    return! Error $"no {symbol} satisfies {describe extended}"
                else
                    return extended
            }

        split text |> List.filter ((<>) "") |> List.fold add (Ok none)
