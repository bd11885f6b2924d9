namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open System.Numerics
open MathNet.Numerics

/// What a number must be for a function of it to have a real value.
[<RequireQualifiedAccess>]
type Requirement =
    | Positive
    | NonNegative
    | NonZero
    /// None of 0, -1, -2, ...
    | NoPole

/// What a term must be for an expression in which it occurs to have a real value.
type Condition = { Term: Term; Must: Requirement }

module Condition =

    /// Whether the form alone shows that a condition holds.
    let private isPlain (condition: Condition) =
        let number =
            match condition.Term.Shape with
            | Shape.Number q -> Some q
            | _ -> None

        match condition.Must, number with
        | Requirement.Positive, _
        | Requirement.NonZero, None -> condition.Term.Positive
        | Requirement.NonNegative, _ -> condition.Term.NonNegative
        | Requirement.NonZero, Some q -> not q.IsZero
        | Requirement.NoPole, Some q -> not q.IsInteger || q.IsPositive
        | Requirement.NoPole, None -> condition.Term.Positive

    let private needed (conditions: Condition list) =
        conditions |> List.filter (isPlain >> not)

    let private positive term =
        { Term = term; Must = Requirement.Positive }

    let private nonNegative term =
        { Term = term; Must = Requirement.NonNegative }

    let private nonZero term =
        { Term = term; Must = Requirement.NonZero }

    /// What 1/u needs.
    let ofDivisor (u: Term) : Condition list = needed [ nonZero u ]

    /// What f(u) needs beyond u.
    let ofFunction (f: Function) (u: Term) : Condition list =
        needed (
            match f with
            | Function.Ln
            | Function.LogGamma
            | Function.Binet -> [ positive u ]
            | Function.Asin
            | Function.Acos -> [ nonNegative (Term.one - u); nonNegative (Term.one + u) ]
            | Function.Acosh -> [ nonNegative (u - Term.one) ]
            | Function.Atanh -> [ positive (Term.one - u); positive (Term.one + u) ]
            | Function.Tan -> [ nonZero (Term.apply Function.Cos u) ]
            | Function.Gamma
            | Function.Digamma
            | Function.Polygamma _ -> [ { Term = u; Must = Requirement.NoPole } ]
            | Function.LambertW -> [ nonNegative (Term.one + Term.e * u) ]
            | Function.Exp
            | Function.Sin
            | Function.Cos
            | Function.Atan
            | Function.Sinh
            | Function.Cosh
            | Function.Tanh
            | Function.Asinh
            | Function.Abs
            | Function.Erf
            | Function.Erfcx
            | Function.WrightOmega -> []
        )

    /// What bᵉ needs beyond b and e: b > 0, unless e is a number.
    let ofPower (b: Term) (e: Term) : Condition list =
        match e.Shape with
        | Shape.Number r when r.IsInteger -> if r.IsPositive then [] else ofDivisor b
        | Shape.Number r when r.IsPositive -> needed [ nonNegative b ]
        | _ -> needed [ positive b ]

    /// What a term needs, as far as its form shows.
    let ofTerm (term: Term) : Condition list =
        let seen = HashSet<Term>()
        let found = ResizeArray<Condition>()

        let rec visit (term: Term) =
            if term.Depth > 1 && seen.Add term then
                Term.children term |> Array.iter visit

                match term.Shape with
                | Shape.Power(b, e) -> found.AddRange(ofPower b e)
                | Shape.Apply(f, u) -> found.AddRange(ofFunction f u)
                | _ -> ()

        visit term
        List.ofSeq found |> List.distinct

    /// Whether rigorous evaluation shows that a condition fails for these values of the symbols; false says nothing.
    let failsAt (limit: int) (values: Map<string, BigRational>) (condition: Condition) : bool =
        let balls = Sample.balls (2 * limit) values
        let sign = lazy Enclosure.sign limit balls condition.Term

        match condition.Must with
        | Requirement.Positive -> sign.Value = Some -1 || sign.Value = Some 0
        | Requirement.NonNegative -> sign.Value = Some -1
        | Requirement.NonZero -> sign.Value = Some 0
        | Requirement.NoPole ->
            match Enclosure.evaluate limit balls condition.Term with
            | Ok ball ->
                // Exact values are short: dyadic numbers of few digits.
                let value, below = ball.Midpoint, -ball.Midpoint.Exponent

                ball.Radius.IsZero
                && value.Sign <= 0
                && (below.Sign <= 0
                    || (below < BigInteger 4096
                        && (value.Mantissa % (BigInteger.One <<< int below)).IsZero))
            | Error _ -> false

    /// Whether there is a point among a few at which nothing shows that a condition fails.
    let canHold (assumptions: Assumptions) (conditions: Condition list) : bool =
        let symbols =
            conditions
            |> List.map (fun condition -> Term.symbols condition.Term)
            |> Set.unionMany

        conditions.IsEmpty
        || seq { 0..7 }
           |> Seq.exists (fun number ->
               let values = Sample.point assumptions number symbols
               not (conditions |> List.exists (failsAt 128 values)))

    /// The condition in words, as in "log(x) must be above 0".
    let describe (text: Term -> string) (condition: Condition) : string =
        let what =
            match condition.Must with
            | Requirement.Positive -> "above 0"
            | Requirement.NonNegative -> "at least 0"
            | Requirement.NonZero -> "different from 0"
            | Requirement.NoPole -> "none of 0, -1, -2, ..."

        $"{text condition.Term} must be {what}"

/// An expression as it was written: the term that it comes to, and all that it needs to have a real value. That may be more
/// than the term needs: exp(log x) is the term x with the condition x > 0.
type Formula = { Term: Term; Conditions: Condition list }

module Formula =

    /// A term as an expression that needs no more than its form shows.
    let ofTerm (term: Term) : Formula =
        { Term = term; Conditions = Condition.ofTerm term }

    /// A combination of formulas, which needs what they need.
    /// Raises NoValueException as the combination does.
    let combine (combination: Term list -> Term) (formulas: Formula list) : Formula =
        { Term = combination (formulas |> List.map _.Term)
          Conditions = formulas |> List.collect _.Conditions |> List.distinct }
