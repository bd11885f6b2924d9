namespace ImplicitBias.Theory

open MathNet.Symbolics
open ImplicitBias.Theory.Symbolic

/// One load-bearing step of a derivation. All symbols stand for positive numbers.
type Step =
    /// left = right, identically.
    | Identity of claim: string * left: Expression * right: Expression
    /// d primitive / d symbol = derivative, identically.
    | Derivative of claim: string * symbol: Expression * primitive: Expression * derivative: Expression
    /// Taken from the source without a check.
    | Cited of claim: string

/// How a step is known, from strongest to weakest. Never worded stronger than it was found.
type StepEvidence =
    /// Reduced to 0 = 0 by exact normal forms.
    | Exact
    /// Held to rounding at this many points; not a proof.
    | Sampled of points: int
    /// Taken from the source.
    | FromSource
    /// False, with the point that shows it.
    | Wrong of witness: string
    /// Neither reduced nor evaluated.
    | NotDecided of reason: string

module Step =

    /// What the step claims, in words.
    let claim (step: Step) : string =
        match step with
        | Identity(claim, _, _)
        | Derivative(claim, _, _, _)
        | Cited claim -> claim

    /// The step as a formula in infix; empty for a citation.
    let formula (step: Step) : string =
        match step with
        | Identity(_, left, right) -> $"{Infix.format left} = {Infix.format right}"
        | Derivative(_, symbol, primitive, derivative) ->
            $"d/d{Infix.format symbol} [{Infix.format primitive}] = {Infix.format derivative}"
        | Cited _ -> ""

    let private zero (term: Term) : StepEvidence =
        let positive =
            Term.symbols term
            |> Seq.fold (fun all symbol -> Assumptions.assume Fact.Positive symbol all) Assumptions.none

        match ZeroTest.isZero positive term with
        | Answer.True -> Exact
        | Answer.False witness -> Wrong $"left - right is not zero: {witness}"
        | Answer.Unknown reason -> NotDecided reason

    let private checkTerms left right (difference: Term -> Term -> Term) =
        match Conversion.toTerm left, Conversion.toTerm right with
        | Ok left, Ok right ->
            try
                zero (difference left right)
            with NoValueException reason ->
                NotDecided reason
        | Error reason, _
        | _, Error reason -> NotDecided reason

    /// Checks one step.
    let check (step: Step) : StepEvidence =
        match step with
        | Identity(_, left, right) -> checkTerms left right (-)
        | Derivative(_, symbol, primitive, derivative) ->
            let differentiate = Derivative.differentiate (Numeric.name symbol)
            checkTerms primitive derivative (fun primitive derivative -> differentiate primitive - derivative)
        | Cited _ -> FromSource

    /// The evidence in words, as shown to the reader.
    let describe (evidence: StepEvidence) : string =
        match evidence with
        | Exact -> "exact"
        | Sampled points -> $"sampled at {points} points"
        | FromSource -> "cited"
        | Wrong witness -> $"wrong: {witness}"
        | NotDecided reason -> $"not decided: {reason}"
