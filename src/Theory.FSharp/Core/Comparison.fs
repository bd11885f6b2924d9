namespace ImplicitBias.Theory

open MathNet.Symbolics
open ImplicitBias.Theory.Symbolic

/// Two terms that a step sets against each other under assumptions.
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

/// What a step claims, as terms to compare: both sides of an identity, a derivative taken against the one claimed.
module Comparison =

    let private both left right (combine: Term -> Term -> 'a) : Result<'a, string> =
        attempt {
            let! left = Conversion.toTerm left
            let! right = Conversion.toTerm right
            return! Term.valued (fun () -> combine left right)
        }

    /// Symbols and their values by name, as terms.
    let internal values (pairs: (Expression * Expression) list) : Result<(string * Term) list, string> =
        pairs
        |> List.map (fun (symbol, value) ->
            Conversion.toTerm value |> Result.map (fun value -> Numeric.name symbol, value))
        |> collect

    /// The terms that a step compares, with the rule that leads from one to the other. None for a citation.
    let ofStep (step: Step) : Result<Comparison list, string> =
        let assumed = Step.assumptions step

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
            | Substitution(_, expression, replaced, result) ->
                attempt {
                    let! replaced = values replaced

                    return!
                        both expression result (fun expression result ->
                            [ compare "substitute" (Term.substituteAll replaced expression) result ])
                }
            | SolvesOde(_, time, equations) ->
                let name = Numeric.name time

                attempt {
                    let! solutions =
                        values [ for unknown, solution, _ in equations -> unknown, solution ]

                    return!
                        equations
                        |> List.map (fun (unknown, solution, rate) ->
                            both solution rate (fun solution rate ->
                                compare
                                    $"d{Numeric.name unknown}/d{name} against the rate at the solution"
                                    (Derivative.differentiate name solution)
                                    (Term.substituteAll solutions rate)))
                        |> collect
                }
            | Assuming(_, step) -> compared step
            | Cited _ -> Ok []

        compared step
