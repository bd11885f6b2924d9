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

/// The vocabulary of derivations: what a step claims, in words and as a formula, and what it assumes.
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

    /// Every expression of the step, its symbols among them, but for the point of a limit.
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
                match AssumptionText.parse text with
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
