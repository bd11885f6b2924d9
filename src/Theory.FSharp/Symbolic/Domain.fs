namespace ImplicitBias.Theory.Symbolic

open MathNet.Numerics

/// Whether expressions have real values. One convention holds throughout (docs/decisions/0008-real-values.md): an
/// expression has a value at a point where all its subexpressions have real values there, as they are written.
module Domain =

    /// Points at which conditions tend to fail: samples, and simple numbers inside of what is assumed, one alone or all equal.
    let private points (assumptions: Assumptions) (symbols: Set<string>) : Map<string, BigRational> seq =
        seq {
            let samples = [ for number in 0..5 -> Sample.point assumptions number symbols ]
            yield! samples

            let simple symbol =
                Assumptions.extent symbol assumptions |> ZeroTest.simplePoints

            let admitted symbol (value: BigRational) =
                not (value.IsZero && Assumptions.isNonZero symbol assumptions)
                && (value.IsInteger
                    || not (Assumptions.facts symbol assumptions |> List.contains Fact.Integer))

            for symbol in symbols do
                for value in simple symbol do
                    if admitted symbol value then
                        for sample in List.truncate 2 samples do
                            sample.Add(symbol, value)

                        if
                            symbols
                            |> Seq.forall (fun other ->
                                admitted other value && List.contains value (simple other))
                        then
                            symbols |> Seq.map (fun other -> other, value) |> Map.ofSeq
        }

    /// Whether a condition holds wherever the symbols can lie; never Refuted.
    let private holdsThere (assumptions: Assumptions) (condition: Condition) : Decision =
        let term = condition.Term

        let isExact =
            match condition.Must with
            | Requirement.NonNegative -> Slopes.isNonNegative assumptions term
            | Requirement.NonZero -> Slopes.isPositive assumptions term || Slopes.isPositive assumptions -term
            | Requirement.Positive
            | Requirement.NoPole -> Slopes.isPositive assumptions term

        match condition.Must with
        | _ when isExact -> Decision.Exact
        | Requirement.NonNegative ->
            match Region.isNonNegative assumptions term with
            | Decision.Refuted _ -> Decision.Unknown ""
            | decision -> decision
        | _ -> Decision.Unknown ""

    /// The same; a symbol that is not 0 is above or below it.
    let rec private holds (assumptions: Assumptions) (condition: Condition) : Decision =
        let isSplit symbol =
            let straddles (bound: Bound option) sign =
                bound |> Option.forall (fun bound -> sign * bound.At.Sign > 0)

            let extent = Assumptions.extent symbol assumptions

            Assumptions.isNonZero symbol assumptions
            && straddles extent.From -1
            && straddles extent.To 1

        match Term.symbols condition.Term |> Seq.tryFind isSplit with
        | None -> holdsThere assumptions condition
        | Some symbol ->
            let above, below =
                holds (Assumptions.assume Fact.Positive symbol assumptions) condition,
                holds (Assumptions.assume Fact.Negative symbol assumptions) condition

            match above, below with
            | Decision.Exact, other
            | other, Decision.Exact -> other
            | Decision.Enclosed m, Decision.Enclosed n -> Decision.Enclosed(m + n)
            | _ -> Decision.Unknown ""

    /// Whether conditions hold wherever the symbols can lie, or a point at which one does not.
    let covers (assumptions: Assumptions) (conditions: Condition list) : Decision =
        let symbols =
            conditions
            |> List.map (fun condition -> Term.symbols condition.Term)
            |> Set.unionMany

        let needed condition =
            Condition.describe InfixText.print condition

        let both decision condition =
            match decision with
            | Decision.Exact
            | Decision.Enclosed _ ->
                match decision, holds assumptions condition with
                | Decision.Exact, (Decision.Exact | Decision.Enclosed _ as other)
                | other, Decision.Exact -> other
                | Decision.Enclosed m, Decision.Enclosed n -> Decision.Enclosed(m + n)
                | _ ->
                    Decision.Unknown
                        $"whether there is a real value everywhere is not known: {needed condition}"
            | _ -> decision

        let failure =
            points assumptions symbols
            |> Seq.tryPick (fun point ->
                conditions
                |> List.tryFind (Condition.failsAt 128 point)
                |> Option.map (fun condition -> condition, point))

        match failure with
        | Some(condition, point) ->
            let used = Term.symbols condition.Term

            let where =
                point |> Map.filter (fun symbol _ -> used.Contains symbol) |> Sample.describe

            let where = if where = "" then "" else $" at {where}"
            Decision.Refuted $"there is no real value{where}: {needed condition}"
        | None -> List.fold both Decision.Exact conditions
