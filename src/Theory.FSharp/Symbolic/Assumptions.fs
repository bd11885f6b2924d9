namespace ImplicitBias.Theory.Symbolic

open System.Numerics
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

/// Facts about symbols, and where they let a symbol lie.
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

    /// The end of the integers in a range whose end is q: the least integer in it, for a lower end.
    let private firstInteger (bound: Bound) =
        let least = BigRational.FromBigInt(BigRationals.ceiling bound.At)

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

    /// That a symbol lies in a range.
    let internal factsOf (range: Extent) : Fact list =
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
        | [] -> [ Fact.Real ]
        | facts -> facts

    /// The same, but that of this symbol nothing is known except that it lies in a range.
    let ranging (symbol: string) (range: Extent) (assumptions: Assumptions) : Assumptions =
        { Known = assumptions.Known.Add(symbol, factsOf range) }

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

    /// Whether no number is left for a symbol.
    let isEmpty (symbol: string) (assumptions: Assumptions) : bool =
        match extent symbol assumptions with
        | { From = Some low; To = Some high } ->
            low.At > high.At
            || (low.At = high.At && not (low.Included && high.Included))
            || (low.At = high.At && low.At.IsZero && isNonZero symbol assumptions)
        | _ -> false
