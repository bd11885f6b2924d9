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
    /// second is taken only where the zero test proves the two equal wherever both have values. Never throws.
    let simplify (assumptions: Assumptions) (term: Term) : Term =
        match normalForm assumptions term with
        | Some shorter when
            shorter.Size < term.Size
            && ZeroTest.isZero assumptions (term - shorter) = Answer.True
            ->
            shorter
        | _ -> term
