namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open MathNet.Numerics

/// Derivatives of terms.
module Derivative =

    let private square (u: Term) = u ** Term.integer 2
    let private overRoot (u: Term) = u ** Term.ratio -1 2

    /// f'(u), the derivative of the outer function alone.
    let internal outer (f: Function) (u: Term) : Term =
        match f with
        | Function.Exp -> Term.exp u
        | Function.Ln -> Term.one / u
        | Function.Sin -> Term.apply Function.Cos u
        | Function.Cos -> -(Term.apply Function.Sin u)
        | Function.Tan -> Term.one + square (Term.apply Function.Tan u)
        | Function.Asin -> overRoot (Term.one - square u)
        | Function.Acos -> -(overRoot (Term.one - square u))
        | Function.Atan -> Term.one / (Term.one + square u)
        | Function.Sinh -> Term.apply Function.Cosh u
        | Function.Cosh -> Term.apply Function.Sinh u
        | Function.Tanh -> Term.one - square (Term.apply Function.Tanh u)
        | Function.Asinh -> overRoot (square u + Term.one)
        | Function.Acosh -> overRoot (u - Term.one) * overRoot (u + Term.one)
        | Function.Atanh -> Term.one / (Term.one - square u)
        | Function.Abs -> Term.apply Function.Abs u / u
        | Function.Erf -> Term.integer 2 / Term.sqrt Term.pi * Term.exp -(square u)
        | Function.Erfcx ->
            Term.integer 2 * u * Term.apply Function.Erfcx u
            - Term.integer 2 / Term.sqrt Term.pi
        | Function.Gamma -> Term.apply Function.Gamma u * Term.apply Function.Digamma u
        | Function.LogGamma -> Term.apply Function.Digamma u
        | Function.Binet -> Term.apply Function.Digamma u - Term.ln u + Term.ratio 1 2 / u
        | Function.Digamma -> Term.apply (Function.Polygamma 1) u
        | Function.Polygamma order -> Term.apply (Function.Polygamma(order + 1)) u
        | Function.LambertW ->
            let w = Term.apply Function.LambertW u
            Term.exp -w / (Term.one + w)
        | Function.WrightOmega ->
            let w = Term.apply Function.WrightOmega u
            w / (Term.one + w)

    /// ∂ term/∂ symbol, valid wherever it has a value: |u| has the derivative |u|/u.
    /// Raises NoValueException where the form of the derivative shows that there is none.
    let differentiate (symbol: string) (term: Term) : Term =
        let occurs = Term.contains symbol
        let known = Dictionary<Term, Term>()

        let rec visit (term: Term) =
            if not (occurs term) then
                Term.zero
            else
                match known.TryGetValue term with
                | true, result -> result
                | _ ->
                    let result = derive term
                    known[term] <- result
                    result

        and derive term =
            match term.Shape with
            | Shape.Symbol _ -> Term.one
            | Shape.Sum terms -> terms |> Seq.map visit |> Term.sum
            | Shape.Product(c, factors) ->
                factors
                |> Seq.filter occurs
                |> Seq.map (fun factor ->
                    let others =
                        factors |> Seq.filter (fun other -> not (obj.ReferenceEquals(other, factor)))

                    Term.product (Seq.append [ Term.number c; visit factor ] others))
                |> Term.sum
            | Shape.Power(b, e) when not (occurs e) -> e * Term.power b (e - Term.one) * visit b
            | Shape.Power(b, e) ->
                // b^e (e' log b + e b'/b)
                let logarithmic = visit e * Term.ln b

                let whole =
                    if occurs b then
                        logarithmic + e * visit b / b
                    else
                        logarithmic

                term * whole
            | Shape.Apply(f, u) -> outer f u * visit u
            | _ -> Term.zero

        visit term
