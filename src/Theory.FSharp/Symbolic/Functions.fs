namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open System.Numerics
open MathNet.Numerics

/// Functions applied to terms: parity, inverses, and the exact values that the field calls well known.
module internal Functions =

    open Canonical

    let private noValue reason = raise (NoValueException reason)
    let private root n = power (integer n) half
    let private piTimes q = scale q Node.pi

    /// sin on [0, π/2], with the angle as a fraction of π.
    let private sines =
        dict
            [ BigRational.Zero, zero
              BigRational.FromIntFraction(1, 12), (root 6 - root 2) / integer 4
              BigRational.FromIntFraction(1, 6), half
              BigRational.FromIntFraction(1, 4), root 2 / integer 2
              BigRational.FromIntFraction(1, 3), root 3 / integer 2
              BigRational.FromIntFraction(5, 12), (root 6 + root 2) / integer 4
              BigRational.FromIntFraction(1, 2), one ]

    let private tangents =
        [ BigRational.Zero, zero
          BigRational.FromIntFraction(1, 12), integer 2 - root 3
          BigRational.FromIntFraction(1, 6), root 3 / integer 3
          BigRational.FromIntFraction(1, 4), one
          BigRational.FromIntFraction(1, 3), root 3
          BigRational.FromIntFraction(5, 12), integer 2 + root 3 ]

    /// q for the term q π.
    let private (|MultipleOfPi|_|) (term: Term) =
        match term.Shape with
        | Shape.Number q when q.IsZero -> Some q
        | Shape.Pi -> Some BigRational.One
        | Shape.Product(q, [| Node Shape.Pi |]) -> Some q
        | _ -> None

    let private floor (q: BigRational) =
        let remainder = (q.Numerator % q.Denominator + q.Denominator) % q.Denominator
        BigRational.FromBigInt((q.Numerator - remainder) / q.Denominator)

    /// sin(q π) if it is in the table.
    let private sineOf (q: BigRational) =
        let two = BigRational.FromInt 2
        let turn = q - two * floor (q / two) // in [0, 2)
        let below = turn < BigRational.One
        let part = if below then turn else turn - BigRational.One

        let part =
            if part > BigRational.FromIntFraction(1, 2) then
                BigRational.One - part
            else
                part

        match sines.TryGetValue part with
        | true, value -> Some(if below then value else negate value)
        | _ -> None

    /// Γ of integers and halves up to this size is written out.
    let private gammaLimit = BigRational.FromInt 200

    let private pole name (q: BigRational) =
        if q.IsInteger && not q.IsPositive then
            noValue $"{name} has a pole at {q}"

    let private gamma (q: BigRational) =
        pole "gamma" q

        if BigRational.Abs q > gammaLimit then
            None
        elif q.IsInteger then
            Some(number (Bernoulli.factorial (int q - 1)))
        elif q.Denominator = BigInteger 2 then
            // Γ(n + 1/2) = √π Π (k - 1/2), k = 1..n; backwards below 1/2.
            let n = int (floor q)

            let factor k =
                BigRational.FromIntFraction(2 * k - 1, 2)

            let product =
                if n >= 0 then
                    Seq.fold (fun p k -> p * factor k) BigRational.One (seq { 1..n })
                else
                    Seq.fold (fun p k -> p / factor k) BigRational.One (seq { n + 1 .. 0 })

            Some(scale product (power Node.pi half))
        else
            None

    /// Σ 1/x^p over the n numbers x = start, start + 1, ....
    let private reciprocals (start: BigRational) p n =
        seq { 0 .. n - 1 }
        |> Seq.sumBy (fun k -> BigRational.Pow(start + BigRational.FromInt k, -p))

    /// ψ(q) at a positive integer or half, from ψ(1), which stays, and ψ(1/2) = ψ(1) - 2 log 2 by ψ(x + 1) = ψ(x) + 1/x.
    /// Source: DLMF 5.4.14, 5.4.15.
    let private digamma (q: BigRational) =
        pole "digamma" q

        if not q.IsPositive || q > gammaLimit || q.IsOne then
            None
        elif q.IsInteger then
            Some(
                Node.apply Function.Digamma one
                + number (reciprocals BigRational.One 1 (int q - 1))
            )
        elif q.Denominator = BigInteger 2 then
            let start = BigRational.FromIntFraction(1, 2)
            let shift = number (reciprocals start 1 (int (floor q)))
            Some(Node.apply Function.Digamma one - integer 2 * ln (integer 2) + shift)
        else
            None

    /// The same for the derivative of order m: ψ⁽ᵐ⁾(1) = m! ζ(m + 1), up to sign, is (2π)^{m+1} |B_{m+1}|/(2(m + 1)) for odd m and stays
    /// for even m; ψ⁽ᵐ⁾(1/2) is 2^{m+1} - 1 times as much. Source: DLMF 5.15, 25.6.2.
    let private polygamma m (q: BigRational) =
        pole "polygamma" q

        let atOne () =
            if m % 2 = 0 then
                Node.apply (Function.Polygamma m) one
            else
                let coefficient =
                    BigRational.Pow(BigRational.FromInt 2, m)
                    * BigRational.Abs(Bernoulli.number (m + 1))
                    / BigRational.FromInt(m + 1)

                scale coefficient (power Node.pi (integer (m + 1)))

        let shifted value start n =
            let signed =
                if m % 2 = 0 then
                    Bernoulli.factorial m
                else
                    -(Bernoulli.factorial m)

            value + number (signed * reciprocals start (m + 1) n)

        if not q.IsPositive || q > gammaLimit || m > 100 || (q.IsOne && m % 2 = 0) then
            None
        elif q.IsInteger then
            Some(shifted (atOne ()) BigRational.One (int q - 1))
        elif q.Denominator = BigInteger 2 then
            let factor = BigRational.Pow(BigRational.FromInt 2, m + 1) - BigRational.One
            Some(shifted (scale factor (atOne ())) (BigRational.FromIntFraction(1, 2)) (int (floor q)))
        else
            None

    let private isOdd f =
        match f with
        | Function.Sin
        | Function.Tan
        | Function.Asin
        | Function.Atan
        | Function.Sinh
        | Function.Tanh
        | Function.Asinh
        | Function.Atanh
        | Function.Erf -> true
        | _ -> false

    let private isEven f =
        match f with
        | Function.Cos
        | Function.Cosh
        | Function.Abs -> true
        | _ -> false

    /// g with f(g(x)) = x wherever g has a value.
    let private rightInverse f =
        match f with
        | Function.Sin -> Some Function.Asin
        | Function.Cos -> Some Function.Acos
        | Function.Tan -> Some Function.Atan
        | Function.Sinh -> Some Function.Asinh
        | Function.Cosh -> Some Function.Acosh
        | Function.Tanh -> Some Function.Atanh
        | Function.Asinh -> Some Function.Sinh
        | Function.Atanh -> Some Function.Tanh
        | _ -> None

    let private outside name (q: BigRational) =
        noValue $"{name}({q}) is not a real number"

    /// The value at a number, if it has a simpler form.
    let private atNumber f (q: BigRational) : Term option =
        match f with
        | Function.Sin
        | Function.Tan
        | Function.Asin
        | Function.Atan
        | Function.Sinh
        | Function.Tanh
        | Function.Asinh
        | Function.Atanh
        | Function.Erf
        | Function.LambertW when q.IsZero -> Some zero
        | Function.Cos
        | Function.Cosh
        | Function.Erfcx when q.IsZero -> Some one
        | Function.Asin
        | Function.Acos when BigRational.Abs q > BigRational.One -> outside "the arc function" q
        | Function.Acosh when q < BigRational.One -> outside "acosh" q
        | Function.Acosh when q.IsOne -> Some zero
        | Function.Atanh when BigRational.Abs q >= BigRational.One -> outside "atanh" q
        | Function.Abs -> Some(number (BigRational.Abs q))
        | Function.Gamma -> gamma q
        | Function.LogGamma when not q.IsPositive -> outside "loggamma" q
        | Function.LogGamma -> gamma q |> Option.map ln
        | Function.Digamma -> digamma q
        | Function.Polygamma order -> polygamma order q
        | Function.Binet when not q.IsPositive -> outside "binet" q
        | _ -> None

    /// sin, cos, tan of rational multiples of π, and the arc functions where they give such.
    let private atAngle f (u: Term) : Term option =
        let angleOf table value =
            table
            |> Seq.tryPick (fun (key, entry: Term) -> if entry = value then Some(piTimes key) else None)

        match f, u with
        | Function.Sin, MultipleOfPi q -> sineOf q
        | Function.Cos, MultipleOfPi q -> sineOf (q + BigRational.FromIntFraction(1, 2))
        | Function.Tan, MultipleOfPi q ->
            match sineOf q, sineOf (q + BigRational.FromIntFraction(1, 2)) with
            | Some _, Some cosine when cosine = zero -> noValue "tan has a pole at odd multiples of pi/2"
            | Some sine, Some cosine -> Some(sine / cosine)
            | _ -> None
        | Function.Asin, _ -> angleOf (sines |> Seq.map (fun entry -> entry.Key, entry.Value)) u
        | Function.Acos, _ ->
            angleOf (sines |> Seq.map (fun entry -> entry.Key, entry.Value)) u
            |> Option.map (fun angle -> piTimes (BigRational.FromIntFraction(1, 2)) - angle)
        | Function.Atan, _ -> angleOf tangents u
        | _ -> None

    /// w for the term w eʷ with a number w ≥ -1.
    let private (|LambertImage|_|) (term: Term) =
        match term.Shape with
        | Shape.Apply(Function.Exp, Node(Shape.Number w)) when w.IsOne -> Some w
        | Shape.Product(c, [| Node(Shape.Apply(Function.Exp, Node(Shape.Number w))) |]) when
            c = w && w >= -BigRational.One
            ->
            Some w
        | _ -> None

    /// |u|, factor by factor.
    let private magnitude (u: Term) : Term =
        let factor (term: Term) =
            match term.Shape with
            | _ when term.NonNegative -> term
            | _ -> Node.apply Function.Abs term

        match u.Shape with
        | Shape.Product(c, factors) ->
            product (Seq.append [ number (BigRational.Abs c) ] (factors |> Seq.map factor))
        | _ -> factor u

    /// f(u). Raises NoValueException at poles and outside the domain of f, where u shows it.
    let rec apply (f: Function) (u: Term) : Term =
        let plain () =
            match u.Shape with
            | Shape.Number q -> atNumber f q |> Option.defaultWith (fun () -> Node.apply f u)
            | _ -> Node.apply f u

        match f, u.Shape with
        | Function.Exp, _ -> exp u
        | Function.Ln, _ -> ln u
        | _, Shape.Apply(g, v) when rightInverse f = Some g -> v
        | _ when negative u && isOdd f -> negate (apply f (negate u))
        | _ when negative u && isEven f -> apply f (negate u)
        | Function.Acos, _ when negative u -> Node.pi - apply f (negate u)
        | Function.Abs, Shape.Number _ -> plain ()
        | Function.Abs, _ -> magnitude u
        | Function.LambertW, _ ->
            match u with
            | LambertImage w -> number w
            | _ -> plain ()
        | _ -> atAngle f u |> Option.defaultWith plain

/// Construction and inspection of terms. Constructors raise NoValueException where the form shows that there is no value.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Term =

    let zero = Canonical.zero
    let one = Canonical.one
    let pi = Node.pi
    /// Euler's number, exp(1).
    let e = Canonical.exp Canonical.one
    /// The symbol of that name.
    let symbol (name: string) : Term = Node.symbol name
    let number (q: BigRational) : Term = Canonical.number q
    let integer (n: int) : Term = Canonical.integer n

    /// n/d.
    let ratio (n: int) (d: int) : Term =
        Canonical.number (BigRational.FromIntFraction(n, d))

    /// The sum, in time n log n: for long sums far better than adding one by one.
    let sum (terms: Term seq) : Term = Canonical.sum terms
    let product (factors: Term seq) : Term = Canonical.product factors
    let power (basis: Term) (exponent: Term) : Term = Canonical.power basis exponent
    /// q times a term.
    let scale (q: BigRational) (term: Term) : Term = Canonical.scale q term
    let sqrt (term: Term) : Term = Canonical.power term Canonical.half
    let exp (term: Term) : Term = Canonical.exp term
    let ln (term: Term) : Term = Canonical.ln term
    let apply (f: Function) (argument: Term) : Term = Functions.apply f argument

    /// A term as rational coefficient times the rest.
    let split (term: Term) : struct (BigRational * Term) =
        match term.Shape with
        | Shape.Number q -> struct (q, one)
        | Shape.Product(c, factors) -> struct (c, Node.product BigRational.One factors)
        | _ -> struct (BigRational.One, term)

    /// The terms of a sum; a term that is not a sum is one.
    let summands (term: Term) : Term list =
        match term.Shape with
        | Shape.Sum terms -> List.ofArray terms
        | _ -> [ term ]

    /// The terms one level down.
    let children (term: Term) : Term array =
        match term.Shape with
        | Shape.Number _
        | Shape.Symbol _
        | Shape.Pi -> [||]
        | Shape.Sum terms
        | Shape.Product(_, terms) -> terms
        | Shape.Power(b, e) -> [| b; e |]
        | Shape.Apply(_, u) -> [| u |]

    /// The term with f applied to the terms one level down, in canonical form again.
    let mapChildren (f: Term -> Term) (term: Term) : Term =
        let same = obj.ReferenceEquals

        match term.Shape with
        | Shape.Number _
        | Shape.Symbol _
        | Shape.Pi -> term
        | Shape.Sum terms ->
            let mapped = Array.map f terms

            if Array.forall2 (fun a b -> same (a, b)) terms mapped then
                term
            else
                sum mapped
        | Shape.Product(c, factors) ->
            let mapped = Array.map f factors

            if Array.forall2 (fun a b -> same (a, b)) factors mapped then
                term
            else
                product (Seq.append [ number c ] mapped)
        | Shape.Power(b, e) ->
            let b', e' = f b, f e
            if same (b, b') && same (e, e') then term else power b' e'
        | Shape.Apply(g, u) ->
            let u' = f u
            if same (u, u') then term else apply g u'

    /// Rewrites from the leaves up. A subterm that occurs several times is rewritten once.
    let rewrite (rule: Term -> Term) (term: Term) : Term =
        let known = Dictionary<Term, Term>()

        let rec visit (term: Term) =
            match known.TryGetValue term with
            | true, result -> result
            | _ ->
                let result = term |> mapChildren visit |> rule
                known[term] <- result
                result

        visit term

    /// Does the symbol occur?
    let contains (name: string) : Term -> bool =
        let symbol = Node.symbol name

        let rec visit (term: Term) =
            term.Symbols &&& symbol.Symbols <> 0UL
            && (match term.Shape with
                | Shape.Symbol other -> other = name
                | _ -> children term |> Array.exists visit)

        visit

    /// The names of all symbols.
    let symbols (term: Term) : Set<string> =
        let seen = HashSet<Term>()
        let mutable names = Set.empty

        let rec visit (term: Term) =
            if term.Symbols <> 0UL && seen.Add term then
                match term.Shape with
                | Shape.Symbol name -> names <- names.Add name
                | _ -> children term |> Array.iter visit

        visit term
        names

    /// The term with a symbol replaced.
    /// Raises NoValueException where the form then shows that there is no value: 1/x at x = 0.
    let substitute (name: string) (value: Term) (term: Term) : Term =
        let symbol = Node.symbol name

        let known = Dictionary<Term, Term>()

        let rec visit (term: Term) =
            if term.Symbols &&& symbol.Symbols = 0UL then
                term
            else
                match known.TryGetValue term with
                | true, result -> result
                | _ ->
                    let result =
                        match term.Shape with
                        | Shape.Symbol other -> if other = name then value else term
                        | _ -> mapChildren visit term

                    known[term] <- result
                    result

        visit term

    /// The term with several symbols replaced, all at once: no value is replaced in turn.
    let substituteAll (values: (string * Term) list) (term: Term) : Term =
        let placeholders =
            values |> List.mapi (fun k (name, value) -> name, $"replaced({k})", value)

        let marked =
            (term, placeholders)
            ||> List.fold (fun term (name, placeholder, _) -> substitute name (symbol placeholder) term)

        (marked, placeholders)
        ||> List.fold (fun term (_, placeholder, value) -> substitute placeholder value term)

    /// What a computation with terms gives, or why there is no value.
    let valued (compute: unit -> 'a) : Result<'a, string> =
        try
            Ok(compute ())
        with NoValueException reason ->
            Error reason
