namespace ImplicitBias.Theory.Symbolic

/// Shorter forms of terms.
[<RequireQualifiedAccess>]
module Simplification =

    let private normalForm (assumptions: Assumptions) (term: Term) : Term option =
        try
            Some(NormalForm.Run(assumptions, fun form -> form.Simplify term))
        with
        | NoValueException _
        | Polynomial.TooLarge -> None

    /// The shorter of a term and its normal form, a quotient of expanded polynomials in exponentials, logarithms and roots. The
    /// second is taken only where the zero test proves the two equal wherever both have values. An Error where the expression
    /// has no value at any point that was tried. Never throws.
    let simplify (assumptions: Assumptions) (formula: Formula) : Result<Term, string> =
        let term = formula.Term

        match normalForm assumptions term with
        | _ when not (Condition.canHold assumptions formula.Conditions) ->
            Error "it has no real value at any point that was tried"
        | Some shorter when
            shorter.Size < term.Size
            && ZeroTest.isZero assumptions (term - shorter) = Answer.True
            ->
            Ok shorter
        | _ -> Ok term
