namespace ImplicitBias.Theory

open MathNet.Symbolics
open ImplicitBias.Theory.Symbolic

/// How a step of a derivation is checked: by zero tests, limits, signs and enclosures of the terms that it compares.
module Derivation =

    let private vanishes (comparison: Comparison) : StepEvidence =
        try
            let difference = comparison.Before - comparison.After

            match ZeroTest.isZero comparison.Assumptions difference with
            | Answer.True -> Exact
            | Answer.False witness -> Wrong $"left - right: {witness}"
            | Answer.Unknown reason ->
                match ZeroTest.vanishesAt comparison.Assumptions difference with
                | 0 -> NotDecided reason
                | points -> Sampled points
        with NoValueException reason ->
            NotDecided reason

    let private pointOf
        (assumptions: Assumptions)
        (name: string)
        (towards: Expression)
        : Result<Point, string> =
        match towards with
        | PositiveInfinity -> Ok Point.Infinity
        | NegativeInfinity -> Ok Point.NegativeInfinity
        | _ ->
            Conversion.toTerm towards
            |> Result.map (fun place ->
                let isEnd (bound: Bound option) =
                    match bound with
                    | Some bound -> Term.number bound.At = place
                    | None -> false

                let extent = Assumptions.extent name assumptions

                if isEnd extent.From then Point.Above place
                elif isEnd extent.To then Point.Below place
                else Point.At place)

    /// The limit of a term that needs what some expressions need.
    let private limit (comparison: Comparison) (expressions: Expression list) (term: Term) =
        match comparison.Towards with
        | None -> Error "nothing goes to a limit"
        | Some(name, towards) ->
            attempt {
                let! point = pointOf comparison.Assumptions name towards
                let! conditions = StepDomain.needs expressions

                return Limits.at comparison.Assumptions name point { Term = term; Conditions = conditions }
            }

    let private checkLimit (comparison: Comparison) (expression: Expression) (value: Expression) =
        match limit comparison [ expression ] comparison.Before with
        | Error reason
        | Ok(Limit.Unknown reason) -> NotDecided reason
        | Ok Limit.Infinity ->
            if value = Operators.infinity then
                Exact
            else
                Wrong "the limit is oo"
        | Ok Limit.NegativeInfinity ->
            if value = NegativeInfinity then
                Exact
            else
                Wrong "the limit is -oo"
        | Ok(Limit.Value found) when value = Operators.infinity || value = NegativeInfinity ->
            Wrong $"the limit is {InfixText.print found}"
        | Ok(Limit.Value found) ->
            match vanishes { comparison with Before = found } with
            | Wrong _ -> Wrong $"the limit is {InfixText.print found}"
            | evidence -> evidence

    let private checkExpansion (comparison: Comparison) (expressions: Expression list) =
        try
            match limit comparison expressions (comparison.Before / comparison.After) with
            | Error reason
            | Ok(Limit.Unknown reason) -> NotDecided reason
            | Ok(Limit.Value _) -> Exact
            | Ok Limit.Infinity
            | Ok Limit.NegativeInfinity -> Wrong "the error over the remainder is unbounded"
        with NoValueException reason ->
            NotDecided reason

    let private checkMonotone (comparison: Comparison) (name: string) (direction: Direction) =
        let inside = Assumptions.inside name comparison.Assumptions

        let slope =
            if direction = Increasing then
                comparison.Before
            else
                -comparison.Before

        match Sign.decide inside slope with
        | Ok Sign.Positive -> Exact
        | Ok _ -> Wrong "its derivative has the opposite sign, or vanishes"
        | Error reason ->
            match Region.isNonNegative inside slope with
            | Decision.Refuted witness -> Wrong $"its derivative has the wrong sign: {witness}"
            | _ -> NotDecided reason

    /// Checks one step. Nothing is thrown but for assumptions that cannot be read.
    let check (step: Step) : StepEvidence =
        let rec decide (step: Step) (comparisons: Comparison list) =
            match step, comparisons with
            | Assuming(_, inner), _ -> decide inner comparisons
            | Cited _, _ -> FromSource
            | Limit(_, _, _, expression, value), [ comparison ] -> checkLimit comparison expression value
            | Expansion(_, _, _, expression, approximation, remainder), [ comparison ] ->
                checkExpansion comparison [ expression; approximation; remainder ]
            | Inequality _, [ comparison ] ->
                Region.isNonNegative comparison.Assumptions (comparison.After - comparison.Before)
                |> StepEvidence.ofDecision
            | Monotone(_, symbol, _, direction), [ comparison ] ->
                checkMonotone comparison (Numeric.name symbol) direction
            | _ -> comparisons |> List.map vanishes |> StepEvidence.weakest

        match Comparison.ofStep step with
        | Ok comparisons -> lazy (decide step comparisons) |> StepDomain.whereDefined comparisons step
        | Error reason -> NotDecided reason
