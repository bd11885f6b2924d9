namespace ImplicitBias.Theory.Symbolic

open MathNet.Numerics
open MathNet.Symbolics

/// Terms from and to the expressions of MathNet.Symbolics.
module Conversion =

    /// The functions of terms, as opposed to those of MathNet.Symbolics.
    type private Real = ImplicitBias.Theory.Symbolic.Function

    let private functions =
        [ Exp, Real.Exp
          Ln, Real.Ln
          Sin, Real.Sin
          Cos, Real.Cos
          Tan, Real.Tan
          Asin, Real.Asin
          Acos, Real.Acos
          Atan, Real.Atan
          Sinh, Real.Sinh
          Cosh, Real.Cosh
          Tanh, Real.Tanh
          Asinh, Real.Asinh
          Acosh, Real.Acosh
          Atanh, Real.Atanh
          Abs, Real.Abs ]

    exception private NotAvailable of reason: string

    let private unavailable reason = raise (NotAvailable reason)

    let private guard (convert: unit -> 'a) : Result<'a, string> =
        try
            Ok(convert ())
        with
        | NotAvailable reason
        | NoValueException reason -> Error reason

    /// Notes what an expression needs to have a real value.
    type private Needs = ResizeArray<Condition>

    let private apply (needs: Needs) f x =
        needs.AddRange(Condition.ofFunction f x)
        Term.apply f x

    let private quotient (needs: Needs) top bottom =
        needs.AddRange(Condition.ofDivisor bottom)
        top / bottom

    let rec private termOf (needs: Needs) (expression: Expression) : Term =
        let termOf = termOf needs

        let overOne f x =
            quotient needs Term.one (apply needs f x)

        let ln x = apply needs Real.Ln x

        match expression with
        | Number q -> Term.number q
        | Identifier(Symbol name) -> Term.symbol name
        | Constant Pi -> Term.pi
        | Constant E -> Term.e
        | Sum terms -> Term.sum (List.map termOf terms)
        | Product factors -> Term.product (List.map termOf factors)
        | Power(b, e) ->
            let b, e = termOf b, termOf e
            needs.AddRange(Condition.ofPower b e)
            Term.power b e
        | Expression.Function(f, x) ->
            match List.tryFind (fst >> (=) f) functions, f with
            | Some(_, g), _ -> apply needs g (termOf x)
            | None, Lg -> ln (termOf x) / Term.ln (Term.integer 10)
            | None, Csc -> overOne Real.Sin (termOf x)
            | None, Sec -> overOne Real.Cos (termOf x)
            | None, Cot -> overOne Real.Tan (termOf x)
            | None, Csch -> overOne Real.Sinh (termOf x)
            | None, Sech -> overOne Real.Cosh (termOf x)
            | None, Coth -> overOne Real.Tanh (termOf x)
            | None, other -> unavailable $"the kernel does not know the function {other}"
        | FunctionN(Log, [ basis; x ]) -> quotient needs (ln (termOf x)) (ln (termOf basis))
        | Approximation _ ->
            unavailable $"{Infix.format expression} is a floating-point number, not an exact one"
        | other -> unavailable $"the kernel does not know {Infix.format other}"

    let rec private expressionOf (term: Term) : Expression =
        match term.Shape with
        | Shape.Number q -> Operators.fromRational q
        | Shape.Symbol name -> Operators.symbol name
        | Shape.Pi -> Operators.Pi
        | Shape.Sum terms -> Operators.sum (terms |> Array.map expressionOf |> List.ofArray)
        | Shape.Product(c, factors) ->
            Operators.product (
                Operators.fromRational c :: (factors |> Array.map expressionOf |> List.ofArray)
            )
        | Shape.Power(b, e) -> Operators.pow (expressionOf b) (expressionOf e)
        | Shape.Apply(Real.Exp, u) when u = Term.one -> Operators.E
        | Shape.Apply(f, u) ->
            match functions |> List.tryFind (snd >> (=) f) with
            | Some(g, _) -> Operators.apply g (expressionOf u)
            | None -> unavailable $"MathNet.Symbolics has no function {f}"

    /// An expression as a formula of the kernel. Error for what is not exact or not real: floating-point numbers, infinities,
    /// functions of several variables, 1/0.
    let toFormula (expression: Expression) : Result<Formula, string> =
        guard (fun () ->
            let needs = Needs()
            let term = termOf needs expression
            { Term = term; Conditions = needs |> Seq.distinct |> List.ofSeq })

    /// The term of an expression, canonical. Error as of toFormula.
    let toTerm (expression: Expression) : Result<Term, string> =
        toFormula expression |> Result.map _.Term

    /// The expression of a term. Error for functions that MathNet.Symbolics lacks: erf, gamma, Lambert W and others.
    let toExpression (term: Term) : Result<Expression, string> = guard (fun () -> expressionOf term)
