namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open MathNet.Numerics

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
    let apply (f: Function) (argument: Term) : Term = Application.apply f argument

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
