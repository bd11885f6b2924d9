namespace ImplicitBias.Theory

open MathNet.Symbolics
open ImplicitBias.Theory.Symbolic

/// Which way a function goes.
type Direction =
    | Increasing
    | Decreasing

/// One load-bearing step of a derivation. Symbols stand for positive numbers, unless Assuming says what they are.
type Step =
    /// left = right, identically.
    | Identity of claim: string * left: Expression * right: Expression
    /// d primitive / d symbol = derivative, identically.
    | Derivative of claim: string * symbol: Expression * primitive: Expression * derivative: Expression
    /// primitive is an antiderivative of integrand in symbol; checked by differentiating.
    | Antiderivative of claim: string * symbol: Expression * integrand: Expression * primitive: Expression
    /// expression → value as symbol → towards: a number, or Operators.infinity or its negative, for both. To an end of where
    /// the symbol can lie, as 0 for a positive one, the limit is taken from inside.
    | Limit of
        claim: string *
        symbol: Expression *
        towards: Expression *
        expression: Expression *
        value: Expression
    /// expression = approximation + O(remainder) as symbol → towards.
    | Expansion of
        claim: string *
        symbol: Expression *
        towards: Expression *
        expression: Expression *
        approximation: Expression *
        remainder: Expression
    /// smaller ≤ larger, wherever the symbols can lie.
    | Inequality of claim: string * smaller: Expression * larger: Expression
    /// expression increases or decreases in symbol, strictly.
    | Monotone of claim: string * symbol: Expression * expression: Expression * direction: Direction
    /// expression with symbols replaced by values, all at once, is result.
    | Substitution of
        claim: string *
        expression: Expression *
        values: (Expression * Expression) list *
        result: Expression
    /// The functions of time solve the equations d unknown/dt = rate: (unknown, its solution, its rate) each.
    | SolvesOde of claim: string * time: Expression * equations: (Expression * Expression * Expression) list
    /// A step under assumptions as in "m real, x in [0,1], t large"; symbols that are not named are positive.
    | Assuming of assumptions: string * step: Step
    /// Taken from the source without a check.
    | Cited of claim: string

/// How a step is known, from strongest to weakest. Never worded stronger than it was found.
type StepEvidence =
    /// By exact algebra: a normal form, a limit, a sign.
    | Exact
    /// By rigorous interval evaluation on so many boxes that cover the region.
    | Enclosed of boxes: int
    /// Held to every digit computed at this many points; not a proof.
    | Sampled of points: int
    /// Taken from the source.
    | FromSource
    /// Neither reduced nor evaluated.
    | NotDecided of reason: string
    /// False, with the point that shows it.
    | Wrong of witness: string

/// What a step says of two terms under assumptions, for showing it.
type Comparison =
    {
        /// As in "differentiate in t, then compare".
        Rule: string
        Before: Term
        After: Term
        Assumptions: Assumptions
        /// The symbol that goes to a limit, and where; None for what holds at every point.
        Towards: (string * Expression) option
    }

module Step =

    /// What the step claims, in words.
    let rec claim (step: Step) : string =
        match step with
        | Identity(claim, _, _)
        | Derivative(claim, _, _, _)
        | Antiderivative(claim, _, _, _)
        | Limit(claim, _, _, _, _)
        | Expansion(claim, _, _, _, _, _)
        | Inequality(claim, _, _)
        | Monotone(claim, _, _, _)
        | Substitution(claim, _, _, _)
        | SolvesOde(claim, _, _)
        | Cited claim -> claim
        | Assuming(_, step) -> claim step

    /// The kind of step, as in "identity".
    let rec kind (step: Step) : string =
        match step with
        | Identity _ -> "identity"
        | Derivative _ -> "derivative"
        | Antiderivative _ -> "antiderivative"
        | Limit _ -> "limit"
        | Expansion _ -> "expansion"
        | Inequality _ -> "inequality"
        | Monotone _ -> "monotonicity"
        | Substitution _ -> "substitution"
        | SolvesOde _ -> "solution of differential equations"
        | Cited _ -> "citation"
        | Assuming(_, step) -> kind step

    /// Infix text of an expression as it was written.
    let private text (expression: Expression) : string =
        match expression with
        | PositiveInfinity -> "oo"
        | NegativeInfinity -> "-oo"
        | _ -> Infix.format expression

    /// The step as a formula in infix; empty for a citation.
    let rec formula (step: Step) : string =
        match step with
        | Identity(_, left, right) -> $"{text left} = {text right}"
        | Derivative(_, symbol, primitive, derivative) ->
            $"d/d{text symbol} [{text primitive}] = {text derivative}"
        | Antiderivative(_, symbol, integrand, primitive) ->
            $"∫ {text integrand} d{text symbol} = {text primitive}"
        | Limit(_, symbol, towards, expression, value) ->
            $"{text expression} → {text value} as {text symbol} → {text towards}"
        | Expansion(_, symbol, towards, expression, approximation, remainder) ->
            $"{text expression} = {text approximation} + O({text remainder}) as {text symbol} → {text towards}"
        | Inequality(_, smaller, larger) -> $"{text smaller} ≤ {text larger}"
        | Monotone(_, symbol, expression, direction) ->
            let goes = if direction = Increasing then "increases" else "decreases"
            $"{text expression} {goes} in {text symbol}"
        | Substitution(_, expression, values, result) ->
            let replaced =
                values
                |> List.map (fun (symbol, value) -> $"{text symbol} = {text value}")
                |> String.concat ", "

            $"{text expression} at {replaced} is {text result}"
        | SolvesOde(_, time, equations) ->
            equations
            |> List.map (fun (unknown, solution, rate) ->
                $"{text unknown} = {text solution} solves d{text unknown}/d{text time} = {text rate}")
            |> String.concat "; "
        | Cited _ -> ""
        | Assuming(_, step) -> formula step

    let rec private expressions (step: Step) : Expression list =
        match step with
        | Identity(_, left, right)
        | Inequality(_, left, right) -> [ left; right ]
        | Derivative(_, symbol, primitive, derivative) -> [ symbol; primitive; derivative ]
        | Antiderivative(_, symbol, integrand, primitive) -> [ symbol; integrand; primitive ]
        | Limit(_, symbol, _, expression, value) -> [ symbol; expression; value ]
        | Expansion(_, symbol, _, expression, approximation, remainder) ->
            [ symbol; expression; approximation; remainder ]
        | Monotone(_, symbol, expression, _) -> [ symbol; expression ]
        | Substitution(_, expression, values, result) ->
            expression
            :: result
            :: List.collect (fun (symbol, value) -> [ symbol; value ]) values
        | SolvesOde(_, time, equations) ->
            time
            :: List.collect (fun (unknown, solution, rate) -> [ unknown; solution; rate ]) equations
        | Assuming(_, step) -> expressions step
        | Cited _ -> []

    /// What the step assumes of every symbol in it.
    /// Raises ArgumentException if the assumptions of the step cannot be read: a mistake in the theorem file.
    let assumptions (step: Step) : Assumptions =
        let rec stated (step: Step) =
            match step with
            | Assuming(text, inner) ->
                match Assumptions.parse text with
                | Ok assumptions -> Assumptions.merge assumptions (stated inner)
                | Error reason -> invalidArg (nameof step) reason
            | _ -> Assumptions.none

        let stated = stated step

        expressions step
        |> Seq.collect Structure.collectIdentifiers
        |> Seq.map Numeric.name
        |> Seq.distinct
        |> Seq.filter (fun symbol -> (Assumptions.facts symbol stated).IsEmpty)
        |> Seq.fold (fun all symbol -> Assumptions.assume Fact.Positive symbol all) stated

    let private term (expression: Expression) : Result<Term, string> = Conversion.toTerm expression

    let private both left right (combine: Term -> Term -> 'a) : Result<'a, string> =
        match term left, term right with
        | Ok left, Ok right ->
            try
                Ok(combine left right)
            with NoValueException reason ->
                Error reason
        | Error reason, _
        | _, Error reason -> Error reason

    /// Replaces all symbols at once: fresh names first, so that no value is replaced in turn.
    let private replaceAll (values: (Expression * Term) list) (target: Term) : Term =
        let fresh =
            values
            |> List.mapi (fun k (symbol, value) -> Numeric.name symbol, $"replaced({k})", value)

        let renamed =
            (target, fresh)
            ||> List.fold (fun target (name, placeholder, _) ->
                Term.substitute name (Term.symbol placeholder) target)

        (renamed, fresh)
        ||> List.fold (fun target (_, placeholder, value) -> Term.substitute placeholder value target)

    let private allTerms (pairs: (Expression * Expression) list) : Result<(Expression * Term) list, string> =
        (pairs, Ok [])
        ||> List.foldBack (fun (symbol, value) rest ->
            match term value, rest with
            | Ok value, Ok rest -> Ok((symbol, value) :: rest)
            | Error reason, _
            | _, Error reason -> Error reason)

    /// The terms that a step compares, with the rule that leads from one to the other. None for a citation.
    let comparisons (step: Step) : Result<Comparison list, string> =
        let assumed = assumptions step

        let compare rule before after =
            { Rule = rule; Before = before; After = after; Assumptions = assumed; Towards = None }

        let one rule left right =
            both left right (fun before after -> [ compare rule before after ])

        let rec compared (step: Step) =
            match step with
            | Identity(_, left, right) -> one "two sides of an identity" left right
            | Inequality(_, smaller, larger) -> one "smaller and larger side" smaller larger
            | Derivative(_, symbol, primitive, derivative) ->
                let name = Numeric.name symbol

                both primitive derivative (fun primitive derivative ->
                    [ compare $"differentiate in {name}" (Derivative.differentiate name primitive) derivative ])
            | Antiderivative(_, symbol, integrand, primitive) ->
                let name = Numeric.name symbol

                both primitive integrand (fun primitive integrand ->
                    [ compare
                          $"differentiate the antiderivative in {name}"
                          (Derivative.differentiate name primitive)
                          integrand ])
            | Limit(_, symbol, towards, expression, value) ->
                let value =
                    if value = Operators.infinity || value = NegativeInfinity then
                        Operators.zero
                    else
                        value

                both expression value (fun expression value ->
                    [ { compare "limit" expression value with Towards = Some(Numeric.name symbol, towards) } ])
            | Expansion(_, symbol, towards, expression, approximation, remainder) ->
                both (expression - approximation) remainder (fun error remainder ->
                    [ { compare "error and remainder" error remainder with
                          Towards = Some(Numeric.name symbol, towards) } ])
            | Monotone(_, symbol, expression, _) ->
                let name = Numeric.name symbol

                both expression Operators.zero (fun expression zero ->
                    [ compare
                          $"sign of the derivative in {name}"
                          (Derivative.differentiate name expression)
                          zero ])
            | Substitution(_, expression, values, result) ->
                allTerms values
                |> Result.bind (fun values ->
                    both expression result (fun expression result ->
                        [ compare "substitute" (replaceAll values expression) result ]))
            | SolvesOde(_, time, equations) ->
                let name = Numeric.name time

                allTerms (equations |> List.map (fun (unknown, solution, _) -> unknown, solution))
                |> Result.bind (fun solutions ->
                    (equations, Ok [])
                    ||> List.foldBack (fun (unknown, solution, rate) rest ->
                        rest
                        |> Result.bind (fun rest ->
                            both solution rate (fun solution rate ->
                                compare
                                    $"d{Numeric.name unknown}/d{name} against the rate at the solution"
                                    (Derivative.differentiate name solution)
                                    (replaceAll solutions rate)
                                :: rest))))
            | Assuming(_, step) -> compared step
            | Cited _ -> Ok []

        compared step

    let private formulas (expressions: Expression list) : Result<Formula list, string> =
        (expressions, Ok [])
        ||> List.foldBack (fun expression rest ->
            match Conversion.toFormula expression, rest with
            | Ok formula, Ok rest -> Ok(formula :: rest)
            | Error reason, _
            | _, Error reason -> Error reason)

    let private needs (expressions: Expression list) : Result<Condition list, string> =
        formulas expressions |> Result.map (List.collect _.Conditions)

    /// What the expressions of a step need to have real values, as they are written. Of a limit and an expansion only what
    /// holds on the way counts, and that is for them to find out.
    let rec private demanded (step: Step) : Result<Condition list, string> =
        /// What expressions need once symbols in them have values.
        let replaced (values: (Expression * Expression) list) expressions =
            match allTerms values, needs expressions with
            | Ok values, Ok conditions ->
                try
                    conditions
                    |> List.map (fun condition -> { condition with Term = replaceAll values condition.Term })
                    |> Ok
                with NoValueException reason ->
                    Error reason
            | Error reason, _
            | _, Error reason -> Error reason

        let both a b =
            Result.bind (fun a -> Result.map (fun b -> a @ b) b) a

        match step with
        | Identity(_, left, right)
        | Derivative(_, _, left, right)
        | Antiderivative(_, _, left, right)
        | Inequality(_, left, right) -> needs [ left; right ]
        | Monotone(_, _, expression, _) -> needs [ expression ]
        | Limit(_, _, _, _, (PositiveInfinity | NegativeInfinity))
        | Expansion _
        | Cited _ -> Ok []
        | Limit(_, _, _, _, value) -> needs [ value ]
        | Substitution(_, expression, values, result) ->
            both (needs (result :: List.map snd values)) (replaced values [ expression ])
        | SolvesOde(_, _, equations) ->
            let solutions =
                equations |> List.map (fun (unknown, solution, _) -> unknown, solution)

            let rates = equations |> List.map (fun (_, _, rate) -> rate)
            both (needs (List.map snd solutions)) (replaced solutions rates)
        | Assuming(_, step) -> demanded step

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
            term towards
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
                let! conditions = needs expressions

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

    let private ofDecision (decision: Decision) : StepEvidence =
        match decision with
        | Decision.Exact -> Exact
        | Decision.Enclosed boxes -> Enclosed boxes
        | Decision.Refuted witness -> Wrong witness
        | Decision.Unknown reason -> NotDecided reason

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

    let private weaker (a: StepEvidence) (b: StepEvidence) : StepEvidence =
        let rank evidence =
            match evidence with
            | Exact -> 0
            | Enclosed _ -> 1
            | Sampled _ -> 2
            | FromSource -> 3
            | NotDecided _ -> 4
            | Wrong _ -> 5

        match a, b with
        | Enclosed m, Enclosed n -> Enclosed(m + n)
        | Sampled m, Sampled n -> Sampled(min m n)
        | _ -> if rank b > rank a then b else a

    /// The weakest of several pieces of evidence: what the whole is worth.
    let weakest (evidence: StepEvidence list) : StepEvidence = List.fold weaker Exact evidence

    /// What is left of evidence for a claim about expressions if they, and the derivatives made of them, must have real values
    /// wherever the symbols can lie.
    let private whereDefined (comparisons: Comparison list) (step: Step) (evidence: Lazy<StepEvidence>) =
        let assumed = assumptions step

        /// Where there need only be a value for the rules of differentiation to apply.
        let rec derived (step: Step) =
            match step with
            | Derivative _
            | Antiderivative _
            | SolvesOde _ ->
                comparisons
                |> List.collect (fun comparison -> Condition.ofTerm comparison.Before)
                |> Domain.covers assumed
            | Monotone(_, symbol, expression, _) ->
                let name = Numeric.name symbol

                let slopes =
                    comparisons
                    |> List.collect (fun comparison -> Condition.ofTerm comparison.Before)

                match needs [ expression ], Domain.covers (Assumptions.inside name assumed) slopes with
                | Ok conditions, (Decision.Exact | Decision.Enclosed _) ->
                    Domain.covers (Assumptions.across name assumed) conditions
                | _, decision -> decision
            | Assuming(_, step) -> derived step
            | _ -> Decision.Exact

        match demanded step |> Result.map (Domain.covers assumed >> ofDecision) with
        | Ok(Wrong witness) -> Wrong witness
        | domain ->
            match evidence.Value, domain with
            | (Wrong _ | FromSource as known), _ -> known
            | _, Error reason -> NotDecided reason
            | known, Ok given ->
                match derived step with
                | Decision.Refuted reason -> weakest [ known; given; NotDecided reason ]
                | rules -> weakest [ known; given; ofDecision rules ]

    /// Checks one step. Nothing is thrown but for assumptions that cannot be read.
    let check (step: Step) : StepEvidence =
        let comparisons = comparisons step

        let rec decide (step: Step) (comparisons: Comparison list) =
            match step, comparisons with
            | Assuming(_, inner), _ -> decide inner comparisons
            | Cited _, _ -> FromSource
            | Limit(_, _, _, expression, value), [ comparison ] -> checkLimit comparison expression value
            | Expansion(_, _, _, expression, approximation, remainder), [ comparison ] ->
                checkExpansion comparison [ expression; approximation; remainder ]
            | Inequality _, [ comparison ] ->
                Region.isNonNegative comparison.Assumptions (comparison.After - comparison.Before)
                |> ofDecision
            | Monotone(_, symbol, _, direction), [ comparison ] ->
                checkMonotone comparison (Numeric.name symbol) direction
            | _ -> comparisons |> List.map vanishes |> weakest

        match comparisons with
        | Ok comparisons -> lazy (decide step comparisons) |> whereDefined comparisons step
        | Error reason -> NotDecided reason

    /// The kind of evidence in one or two words: exact, enclosed, sampled, cited, not decided or wrong.
    let grade (evidence: StepEvidence) : string =
        match evidence with
        | Exact -> "exact"
        | Enclosed _ -> "enclosed"
        | Sampled _ -> "sampled"
        | FromSource -> "cited"
        | NotDecided _ -> "not decided"
        | Wrong _ -> "wrong"

    /// The evidence in words, as shown to the reader.
    let describe (evidence: StepEvidence) : string =
        match evidence with
        | Exact -> "exact"
        | Enclosed boxes -> $"enclosed on {boxes} boxes"
        | Sampled points -> $"sampled at {points} points"
        | FromSource -> "cited"
        | Wrong witness -> $"wrong: {witness}"
        | NotDecided reason -> $"not decided: {reason}"
