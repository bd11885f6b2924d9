namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open MathNet.Numerics

/// Derivatives of terms.
[<RequireQualifiedAccess>]
module Derivative =

    let private two = Term.integer 2
    let private half = Term.ratio 1 2

    /// f'(u).
    let internal ofFunction (f: Function) (u: Term) : Term =
        let inverse term = Term.power term (Term.integer -1)
        let apply g = Term.apply g u

        match f with
        | Function.Exp -> apply Function.Exp
        | Function.Ln -> inverse u
        | Function.Sin -> apply Function.Cos
        | Function.Cos -> -(apply Function.Sin)
        | Function.Tan -> Term.one + Term.power (apply Function.Tan) two
        | Function.Asin -> Term.power (Term.one - Term.power u two) -half
        | Function.Acos -> -(Term.power (Term.one - Term.power u two) -half)
        | Function.Atan -> inverse (Term.one + Term.power u two)
        | Function.Sinh -> apply Function.Cosh
        | Function.Cosh -> apply Function.Sinh
        | Function.Tanh -> Term.one - Term.power (apply Function.Tanh) two
        | Function.Asinh -> Term.power (Term.one + Term.power u two) -half
        | Function.Acosh -> Term.power (u - Term.one) -half * Term.power (u + Term.one) -half
        | Function.Atanh -> inverse (Term.one - Term.power u two)
        | Function.Abs -> apply Function.Sign
        | Function.Sign -> Term.zero
        | Function.Erf -> two / Term.sqrt Term.pi * Term.exp (-(Term.power u two))
        | Function.Erfcx -> two * u * apply Function.Erfcx - two / Term.sqrt Term.pi
        | Function.Gamma -> apply Function.Gamma * apply Function.Digamma
        | Function.LogGamma -> apply Function.Digamma
        | Function.Binet -> apply Function.Digamma - Term.ln u + inverse (two * u)
        | Function.Digamma -> apply (Function.Polygamma 1)
        | Function.Polygamma order -> apply (Function.Polygamma(order + 1))
        | Function.LambertW ->
            // e^-W / (1 + W), which unlike W / (u (1 + W)) has a value at u = 0.
            let w = apply Function.LambertW
            Term.exp -w * inverse (Term.one + w)
        | Function.WrightOmega ->
            let w = apply Function.WrightOmega
            w * inverse (Term.one + w)

    /// The derivative of a term by the symbol of this name, exact where the term is differentiable: |u| gives sign(u), which
    /// is the derivative for u ≠ 0. Symbols are independent of each other. A subterm that occurs several times is
    /// differentiated once.
    /// Raises NoValueException for a term without a value.
    let by (name: string) (term: Term) : Term =
        let occurs = Term.contains name
        let known = Dictionary<Term, Term>()

        let rec derive (term: Term) =
            if not (occurs term) then
                Term.zero
            else
                match known.TryGetValue term with
                | true, result -> result
                | _ ->
                    let result = rule term
                    known[term] <- result
                    result

        and rule (term: Term) =
            match term.Shape with
            | Shape.Number _
            | Shape.Pi -> Term.zero
            | Shape.Symbol _ -> Term.one
            | Shape.Sum terms -> terms |> Seq.map derive |> Term.sum
            | Shape.Product(c, factors) ->
                factors
                |> Seq.mapi (fun i factor ->
                    if occurs factor then
                        factors
                        |> Seq.mapi (fun j other -> if i = j then derive factor else other)
                        |> Seq.append [ Term.number c ]
                        |> Term.product
                    else
                        Term.zero)
                |> Term.sum
            | Shape.Power(b, e) when not (occurs e) -> e * Term.power b (e - Term.one) * derive b
            | Shape.Power(b, e) when not (occurs b) -> term * Term.ln b * derive e
            | Shape.Power(b, e) -> term * (derive e * Term.ln b + e * derive b / b)
            | Shape.Apply(f, u) -> ofFunction f u * derive u

        derive term
