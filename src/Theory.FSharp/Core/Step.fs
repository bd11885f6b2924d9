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

    let private ofFinding finding =
        match finding with
        | Normalised -> Exact
        | Vanishing points -> Sampled points
        | NonZero(values, difference) ->
            let point =
                values
                |> Map.toList
                |> List.map (fun (name, value) -> $"{name} = {value:g6}")
                |> String.concat ", "

            Wrong $"the sides differ by {difference:g6} at {point}"
        | Unknown reason -> NotDecided reason

    /// Checks one step.
    let check (step: Step) : StepEvidence =
        match step with
        | Identity(_, left, right) -> ZeroTest.equal left right |> ofFinding
        | Derivative(_, symbol, primitive, derivative) ->
            try
                ZeroTest.equal (Calculus.differentiate symbol primitive) derivative |> ofFinding
            with error ->
                NotDecided error.Message
        | Cited _ -> FromSource

    /// The evidence in words, as shown to the reader.
    let describe (evidence: StepEvidence) : string =
        match evidence with
        | Exact -> "exact"
        | Sampled points -> $"sampled at {points} points"
        | FromSource -> "cited"
        | Wrong witness -> $"wrong: {witness}"
        | NotDecided reason -> $"not decided: {reason}"
