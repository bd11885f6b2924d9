namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open MathNet.Numerics

/// What a term tends to.
type internal Tendency =
    | Finite of Term
    /// +∞ or -∞, as the sign says.
    | Infinite of sign: int

/// Rewrites a term, for large values of its variable, into exponentials, logarithms and functions that have a power series
/// where their arguments go. `limit` and `sign` answer about the large variable. Sines and cosines of arguments that go
/// to infinity become symbols between -1 and 1: what holds for all their values holds for the oscillation. A function of them
/// must have a value for all their values, so that it is bounded. Source of the idea: D. Gruntz (1996), section 5.
[<Sealed>]
type internal Tractable(varies: Term -> bool, limit: Term -> Tendency, sign: Term -> int) =

    let one = Term.one
    let two = Term.integer 2
    let half = Term.ratio 1 2
    let square u = Term.power u two
    let inverse u = Term.power u (Term.integer -1)
    let apply f u = Term.apply f u

    let undecided term reason =
        raise (UndecidedException $"{InfixText.print term}: {reason}")

    let oscillations = Dictionary<Term, Term>()

    let oscillating (term: Term) =
        match oscillations.TryGetValue term with
        | true, symbol -> symbol
        | _ ->
            if oscillations.Count = Tractable.MostOscillations then
                raise (UndecidedException "too many oscillating functions")

            let symbol = Term.symbol $"{Tractable.OscillationMark}{oscillations.Count}"
            oscillations[term] <- symbol
            symbol

    let require (conditions: Condition list) =
        for condition in conditions do
            if Tractable.Oscillates condition.Term then
                let found = sign condition.Term

                let holds =
                    match condition.Must with
                    | Requirement.NonNegative -> found >= 0
                    | Requirement.NonZero -> found <> 0
                    | Requirement.Positive
                    | Requirement.NoPole -> found > 0

                if not holds then
                    undecided condition.Term "it oscillates out of a domain"

    let (|Integer|_|) (term: Term) =
        match term.Shape with
        | Shape.Number q when q.IsInteger && BigRational.Abs q <= BigRational.FromInt 1000 -> Some(int q)
        | _ -> None

    let isOne (term: Term) =
        term = one || (not (term.Shape.IsNumber) && sign (term - one) = 0)

    /// log Γ(u) for u → ∞, by Binet's function.
    let stirling u =
        (u - half) * Term.ln u - u
        + half * Term.ln (two * Term.pi)
        + apply Function.Binet u

    let rec rewritten (f: Function) (u: Term) : Term =
        let term = Term.apply f u

        match f with
        | Function.Tan ->
            let cosine = rewritten Function.Cos u
            require (Condition.ofDivisor cosine)
            rewritten Function.Sin u / cosine
        | Function.Sinh -> half * (Term.exp u - Term.exp -u)
        | Function.Cosh -> half * (Term.exp u + Term.exp -u)
        | Function.Tanh ->
            let decay = Term.exp (Term.integer -2 * u)
            (one - decay) / (one + decay)
        | Function.Acos -> half * Term.pi - rewritten Function.Asin u
        | Function.Asinh ->
            match limit u with
            | Infinite sign when sign < 0 -> -(Term.ln (Term.sqrt (one + square u) - u))
            | _ -> Term.ln (u + Term.sqrt (one + square u))
        | Function.Acosh -> Term.ln (u + Term.sqrt (u - one) * Term.sqrt (u + one))
        | Function.Atanh -> half * (Term.ln (one + u) - Term.ln (one - u))
        | Function.Abs -> Term.integer (sign u) * u
        | Function.Sin
        | Function.Cos ->
            match limit u with
            | Finite _ -> term
            | Infinite _ -> oscillating term
        | Function.Asin ->
            match limit u with
            | Finite c when isOne c ->
                half * Term.pi - two * apply Function.Asin (Term.sqrt (half * (one - u)))
            | Finite c when isOne -c ->
                two * apply Function.Asin (Term.sqrt (half * (one + u))) - half * Term.pi
            | Finite _ -> term
            | Infinite _ -> undecided term "no real value here"
        | Function.Atan ->
            match limit u with
            | Finite _ -> term
            | Infinite sign -> Term.integer sign * half * Term.pi - apply Function.Atan (inverse u)
        | Function.Erf ->
            match limit u with
            | Finite _ -> term
            | Infinite sign ->
                let u' = Term.integer sign * u
                Term.integer sign * (one - Term.exp (-(square u)) * apply Function.Erfcx u')
        | Function.Erfcx ->
            match limit u with
            | Infinite sign when sign < 0 -> two * Term.exp (square u) - apply Function.Erfcx -u
            | _ -> term
        | Function.Gamma ->
            match limit u with
            | Infinite sign when sign > 0 -> Term.exp (stirling u)
            | Infinite _ -> undecided term "it oscillates between poles"
            | Finite(Integer n) when n <= 0 ->
                Term.apply Function.Gamma (u + Term.integer (1 - n))
                / Term.product [ for k in 0 .. -n -> u + Term.integer k ]
            | Finite _ -> term
        | Function.LogGamma ->
            match limit u with
            | Infinite sign when sign > 0 -> stirling u
            | Infinite _ -> undecided term "no real value here"
            | Finite(Integer 0) -> apply Function.LogGamma (u + one) - Term.ln u
            | Finite _ -> term
        | Function.Binet ->
            match limit u with
            | Finite(Integer 0) ->
                rewritten Function.LogGamma u - (u - half) * Term.ln u + u
                - half * Term.ln (two * Term.pi)
            | _ -> term
        | Function.Digamma ->
            match limit u with
            | Infinite sign when sign < 0 -> undecided term "it oscillates between poles"
            | Finite(Integer n) when n <= 0 ->
                apply Function.Digamma (u + Term.integer (1 - n))
                - Term.sum [ for k in 0 .. -n -> inverse (u + Term.integer k) ]
            | _ -> term
        | Function.Polygamma order ->
            match limit u with
            | Infinite sign when sign < 0 -> undecided term "it oscillates between poles"
            | Finite(Integer n) when n <= 0 ->
                // ψₘ(u) = ψₘ(u + 1) - (-1)ᵐ m!/u^(m+1)
                let scale = Bernoulli.factorial order
                let scale = if order % 2 = 0 then scale else -scale

                apply f (u + Term.integer (1 - n))
                - Term.scale
                    scale
                    (Term.sum
                        [ for k in 0 .. -n -> Term.power (u + Term.integer k) (Term.integer (-order - 1)) ])
            | _ -> term
        | Function.LambertW ->
            match limit u with
            | Infinite sign when sign > 0 -> apply Function.WrightOmega (Term.ln u)
            | Infinite _ -> undecided term "no real value here"
            | Finite _ -> term
        | Function.WrightOmega ->
            match limit u with
            | Infinite sign when sign < 0 -> apply Function.LambertW (Term.exp u)
            | _ -> term
        | Function.Exp
        | Function.Ln -> term

    /// b^e as e^(e log b). The sign of b is asked for here, since exp and log may cancel before anybody else asks.
    let exponential b e =
        require (Condition.ofFunction Function.Ln b)

        if sign b < 0 then
            raise (NoValueException $"{InfixText.print b} is negative and its exponent varies")

        Term.exp (e * Term.ln b)

    let known = Dictionary<Term, Term>()

    let rec rewrite (term: Term) : Term =
        if not (varies term) then
            term
        else
            match known.TryGetValue term with
            | true, result -> result
            | _ ->
                // Powers are not built again before they are rewritten: (u v)^w would come back as u^w v^w.
                let result =
                    match term.Shape with
                    | Shape.Power(b, e) when varies e -> exponential (rewrite b) (rewrite e)
                    | Shape.Power(b, e) ->
                        let b = rewrite b
                        require (Condition.ofPower b e)
                        Term.power b e
                    | Shape.Apply(f, u) ->
                        let u = rewrite u
                        require (Condition.ofFunction f u)
                        rewritten f u
                    | _ -> Term.mapChildren rewrite term

                known[term] <- result
                known[result] <- result
                result

    /// Symbols whose names begin with this stand for sines and cosines that oscillate between -1 and 1.
    static member OscillationMark: char = '~'

    /// So many different ones.
    static member MostOscillations = 8

    /// Whether a term contains an oscillation.
    static member Oscillates(term: Term) : bool =
        Term.symbols term
        |> Seq.exists (fun (name: string) -> name.StartsWith Tractable.OscillationMark)

    /// The term, rewritten from the leaves up.
    member _.Rewrite(term: Term) : Term = rewrite term
