namespace ImplicitBias.Theory

open MathNet.Symbolics
open ImplicitBias.Theory.Symbolic

/// Where the expressions of a step, and the derivatives made of them, have real values (docs/decisions/0008-real-values.md).
module internal StepDomain =

    /// What expressions need to have real values, as they are written.
    let needs (expressions: Expression list) : Result<Condition list, string> =
        expressions
        |> List.map Conversion.toFormula
        |> collect
        |> Result.map (List.collect _.Conditions)

    /// What expressions need once symbols in them have values.
    let private needsAt (values: (Expression * Expression) list) expressions =
        attempt {
            let! values = Comparison.values values
            let! conditions = needs expressions

            return!
                Term.valued (fun () ->
                    [ for condition in conditions ->
                          { condition with Term = Term.substituteAll values condition.Term } ])
        }

    let private bothNeeds a b =
        [ a; b ] |> collect |> Result.map List.concat

    /// What the expressions of a step need to have real values. Of a limit and an expansion only what holds on the way
    /// counts, and that is for them to find out.
    let rec private demanded (step: Step) : Result<Condition list, string> =
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
            bothNeeds (needs (result :: List.map snd values)) (needsAt values [ expression ])
        | SolvesOde(_, _, equations) ->
            let solutions = [ for unknown, solution, _ in equations -> unknown, solution ]
            let rates = [ for _, _, rate in equations -> rate ]
            bothNeeds (needs (List.map snd solutions)) (needsAt solutions rates)
        | Assuming(_, step) -> demanded step

    /// Whether the rules of differentiation apply wherever the symbols can lie.
    let rec private rulesApply assumed (comparisons: Comparison list) (step: Step) : Decision =
        let derivatives () =
            comparisons
            |> List.collect (fun comparison -> Condition.ofTerm comparison.Before)

        match step with
        | Derivative _
        | Antiderivative _
        | SolvesOde _ -> Domain.covers assumed (derivatives ())
        | Monotone(_, symbol, expression, _) ->
            let name = Numeric.name symbol

            match needs [ expression ], Domain.covers (Assumptions.inside name assumed) (derivatives ()) with
            | Ok conditions, (Decision.Exact | Decision.Enclosed _) ->
                Domain.covers (Assumptions.across name assumed) conditions
            | _, decision -> decision
        | Assuming(_, step) -> rulesApply assumed comparisons step
        | _ -> Decision.Exact

    /// What is left of evidence for a claim about expressions if they, and the derivatives made of them, must have real values
    /// wherever the symbols can lie.
    let whereDefined
        (comparisons: Comparison list)
        (step: Step)
        (evidence: Lazy<StepEvidence>)
        : StepEvidence =
        let assumed = Step.assumptions step

        match demanded step |> Result.map (Domain.covers assumed >> StepEvidence.ofDecision) with
        | Ok(Wrong witness) -> Wrong witness
        | domain ->
            match evidence.Value, domain with
            | (Wrong _ | FromSource as known), _ -> known
            | _, Error reason -> NotDecided reason
            | known, Ok given ->
                match rulesApply assumed comparisons step with
                | Decision.Refuted reason -> StepEvidence.weakest [ known; given; NotDecided reason ]
                | rules -> StepEvidence.weakest [ known; given; StepEvidence.ofDecision rules ]
