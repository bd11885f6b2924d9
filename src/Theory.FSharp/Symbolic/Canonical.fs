namespace ImplicitBias.Theory.Symbolic

open System
open System.Numerics
open MathNet.Numerics

/// A term has no value anywhere: 1/0, 0^0, log(0), a pole of gamma. Raised by the constructors of Term; nothing that
/// returns a Result lets it through.
exception NoValueException of reason: string with
    override error.Message = error.reason

/// What a term is made of. Built only by the constructors of the module Term, which keep it canonical.
[<RequireQualifiedAccess; NoEquality; NoComparison>]
type Shape =
    | Number of BigRational
    | Symbol of name: string
    | Pi
    /// At least two terms, none a sum, at most one number, no two the same up to their coefficients.
    | Sum of Term array
    /// Coefficient ≠ 0 times factors, which are neither numbers nor products and have distinct bases; more than one factor
    /// or a coefficient ≠ 1.
    | Product of coefficient: BigRational * factors: Term array
    | Power of basis: Term * exponent: Term
    | Apply of Function * Term

/// An expression over the reals in canonical form, immutable. Symbols stand for real numbers; two terms are equal where
/// both have values if they are equal as values here (the converse is what ZeroTest decides). Equality and hash are O(1)
/// but for adversarial collisions; the order is total and the same in every process, but means nothing.
and [<Sealed>] Term
    internal
    (
        shape: Shape,
        hash: uint64,
        monicHash: uint64,
        symbols: uint64,
        depth: int,
        size: int64,
        positive: bool,
        nonNegative: bool
    ) =
    /// What the term is made of.
    member _.Shape = shape
    member internal _.Hash = hash
    /// The hash without the rational coefficient: like terms share it.
    member internal _.MonicHash = monicHash
    /// One bit per symbol that occurs, by hash: a bit that is not set proves absence.
    member internal _.Symbols = symbols
    /// Nesting depth.
    member _.Depth = depth
    /// The number of nodes, counting shared ones as often as they occur; saturates.
    member _.Size = size
    /// True if the form alone shows a value above zero wherever the term has one, whatever real numbers its symbols are.
    member _.Positive = positive
    /// True if the form alone shows a value that is not below zero, likewise.
    member _.NonNegative = nonNegative

    /// The canonical order: by hash, by structure where hashes collide.
    static member internal Compare(a: Term, b: Term) : int =
        if obj.ReferenceEquals(a, b) then 0
        elif a.Hash <> b.Hash then compare a.Hash b.Hash
        else Term.CompareShapes(a.Shape, b.Shape)

    static member internal CompareArrays(xs: Term array, ys: Term array) : int =
        let mutable order = compare xs.Length ys.Length
        let mutable i = 0

        while order = 0 && i < xs.Length do
            order <- Term.Compare(xs[i], ys[i])
            i <- i + 1

        order

    static member private CompareShapes(a: Shape, b: Shape) : int =
        let number (x: BigRational) (y: BigRational) =
            match BigInteger.Compare(x.Numerator, y.Numerator) with
            | 0 -> BigInteger.Compare(x.Denominator, y.Denominator)
            | order -> order

        let rank shape =
            match shape with
            | Shape.Number _ -> 0
            | Shape.Symbol _ -> 1
            | Shape.Pi -> 2
            | Shape.Sum _ -> 3
            | Shape.Product _ -> 4
            | Shape.Power _ -> 5
            | Shape.Apply _ -> 6

        match a, b with
        | Shape.Number x, Shape.Number y -> number x y
        | Shape.Symbol x, Shape.Symbol y -> String.CompareOrdinal(x, y)
        | Shape.Sum xs, Shape.Sum ys -> Term.CompareArrays(xs, ys)
        | Shape.Product(c, xs), Shape.Product(d, ys) ->
            match number c d with
            | 0 -> Term.CompareArrays(xs, ys)
            | order -> order
        | Shape.Power(x, m), Shape.Power(y, n) ->
            match Term.Compare(x, y) with
            | 0 -> Term.Compare(m, n)
            | order -> order
        | Shape.Apply(f, x), Shape.Apply(g, y) ->
            match compare f g with
            | 0 -> Term.Compare(x, y)
            | order -> order
        | _ -> compare (rank a) (rank b)

    override a.Equals other =
        match other with
        | :? Term as b -> Term.Compare(a, b) = 0
        | _ -> false

    override _.GetHashCode() = int hash

    interface IComparable with
        member a.CompareTo other =
            match other with
            | :? Term as b -> Term.Compare(a, b)
            | _ -> invalidArg (nameof other) "a Term can only be compared with a Term"

    interface IEquatable<Term> with
        member a.Equals b =
            match b with
            | null -> false
            | b -> Term.Compare(a, b) = 0

/// Nodes with their cached facts; no simplification.
module internal Node =

    /// The deepest term that is built: recursion over terms stays far from the end of a 1 MB stack.
    let depthLimit = 1000

    let private many (terms: Term array) =
        let mutable hash = 23UL
        let mutable symbols = 0UL
        let mutable depth = 0
        let mutable size = 1L
        let mutable positive = true
        let mutable nonNegative = true

        for term in terms do
            hash <- StableHash.mix hash term.Hash
            symbols <- symbols ||| term.Symbols
            depth <- max depth term.Depth
            size <- size + term.Size
            positive <- positive && term.Positive
            nonNegative <- nonNegative && term.NonNegative

        if depth >= depthLimit then
            raise (NoValueException $"the expression is nested more than {depthLimit} deep")

        struct (hash, symbols, depth + 1, min size (1L <<< 50), positive, nonNegative)

    let number (q: BigRational) =
        let hash = StableHash.mix 1UL (StableHash.ofNumber q)
        Term(Shape.Number q, hash, 1UL, 0UL, 1, 1L, q.IsPositive, not q.IsNegative)

    /// Symbols whose names begin with this are above zero; no text that the grammar reads does.
    let positiveMark = '+'

    let symbol (name: string) =
        let hash = StableHash.mix 2UL (StableHash.ofText name)
        let positive = name.StartsWith positiveMark
        Term(Shape.Symbol name, hash, hash, 1UL <<< int (hash >>> 58), 1, 1L, positive, positive)

    let pi =
        Term(Shape.Pi, StableHash.mix 3UL 3UL, StableHash.mix 3UL 3UL, 0UL, 1, 1L, true, true)

    let sum (terms: Term array) =
        let struct (hash, symbols, depth, size, _, nonNegative) = many terms
        let hash = StableHash.mix 4UL hash
        let positive = nonNegative && terms |> Array.exists _.Positive
        Term(Shape.Sum terms, hash, hash, symbols, depth, size, positive, nonNegative)

    let product (coefficient: BigRational) (factors: Term array) =
        if factors.Length = 1 && coefficient.IsOne then
            factors[0]
        else
            let struct (hash, symbols, depth, size, positive, nonNegative) = many factors

            let monic =
                if factors.Length = 1 then
                    factors[0].MonicHash
                else
                    StableHash.mix 5UL hash

            let hash =
                if coefficient.IsOne then
                    monic
                else
                    StableHash.mix monic (StableHash.ofNumber coefficient)

            let positive = positive && coefficient.IsPositive
            let nonNegative = nonNegative && coefficient.IsPositive

            Term(
                Shape.Product(coefficient, factors),
                hash,
                monic,
                symbols,
                depth,
                size,
                positive,
                nonNegative
            )

    let power (basis: Term) (exponent: Term) =
        let struct (hash, symbols, depth, size, _, _) = many [| basis; exponent |]
        let hash = StableHash.mix 6UL hash

        let nonNegative =
            basis.NonNegative
            || match exponent.Shape with
               | Shape.Number q -> not q.IsInteger || q.Numerator.IsEven // a real root is not below zero
               | _ -> false

        Term(Shape.Power(basis, exponent), hash, hash, symbols, depth, size, basis.Positive, nonNegative)

    let apply (f: Function) (argument: Term) =
        let struct (hash, symbols, depth, size, positive, nonNegative) = many [| argument |]
        let hash = StableHash.mix (StableHash.mix 7UL (Function.code f)) hash

        let struct (positive, nonNegative) = Function.signs f positive nonNegative
        Term(Shape.Apply(f, argument), hash, hash, symbols, depth, size, positive, nonNegative)

/// The canonical form of sums, products, powers and functions. Only rewritings that hold wherever both sides have a value:
/// ln(x^2) stays, since x may be negative; ln(2 x) = ln 2 + ln x.
module internal Canonical =

    let zero = Node.number BigRational.Zero
    let one = Node.number BigRational.One
    let minusOne = Node.number -BigRational.One
    let half = Node.number (BigRational.FromIntFraction(1, 2))

    let number (q: BigRational) =
        if q.IsZero then zero
        elif q.IsOne then one
        else Node.number q

    let integer (n: int) = number (BigRational.FromInt n)
    let private noValue reason = raise (NoValueException reason)

    let (|Node|) (term: Term) = term.Shape

    /// The rational coefficient.
    let coefficient (term: Term) =
        match term.Shape with
        | Shape.Number q -> q
        | Shape.Product(c, _) -> c
        | _ -> BigRational.One

    let private factorsOf (term: Term) =
        match term.Shape with
        | Shape.Product(_, factors) -> factors
        | _ -> [| term |]

    /// Order of terms up to coefficients; 0 for like terms.
    let private compareMonic (a: Term) (b: Term) =
        if a.MonicHash <> b.MonicHash then
            compare a.MonicHash b.MonicHash
        else
            match a.Shape, b.Shape with
            | Shape.Number _, Shape.Number _ -> 0
            | Shape.Number _, _ -> -1
            | _, Shape.Number _ -> 1
            | _ -> Term.CompareArrays(factorsOf a, factorsOf b)

    let private withCoefficient (c: BigRational) (term: Term) =
        match term.Shape with
        | Shape.Number _ -> number c
        | Shape.Product(_, factors) -> Node.product c factors
        | _ -> Node.product c [| term |]

    /// Adds terms, none of them a sum, in canonical order.
    let private collect (terms: Term array) =
        let collected = ResizeArray<Term>(terms.Length)
        let mutable i = 0

        while i < terms.Length do
            let mutable j = i + 1

            while j < terms.Length && compareMonic terms[i] terms[j] = 0 do
                j <- j + 1

            if j = i + 1 then
                match terms[i].Shape with
                | Shape.Number q when q.IsZero -> ()
                | _ -> collected.Add terms[i]
            else
                let mutable c = BigRational.Zero

                for k in i .. j - 1 do
                    c <- c + coefficient terms[k]

                if not c.IsZero then
                    collected.Add(withCoefficient c terms[i])

            i <- j

        match collected.Count with
        | 0 -> zero
        | 1 -> collected[0]
        | _ -> Node.sum (collected.ToArray())

    let private summandsOf (term: Term) =
        match term.Shape with
        | Shape.Sum terms -> terms
        | _ -> [| term |]

    /// Two ordered arrays as one.
    let private merge (xs: Term array) (ys: Term array) =
        let merged = Array.zeroCreate (xs.Length + ys.Length)
        let mutable i = 0
        let mutable j = 0

        for k in 0 .. merged.Length - 1 do
            if j = ys.Length || (i < xs.Length && compareMonic xs[i] ys[j] <= 0) then
                merged[k] <- xs[i]
                i <- i + 1
            else
                merged[k] <- ys[j]
                j <- j + 1

        merged

    /// a + b, linear in their lengths.
    let add (a: Term) (b: Term) : Term =
        collect (merge (summandsOf a) (summandsOf b))

    /// The sum, in time n log n.
    let sum (terms: Term seq) : Term =
        let flat = ResizeArray<Term>()

        for term in terms do
            match term.Shape with
            | Shape.Sum inner -> flat.AddRange inner
            | _ -> flat.Add term

        match flat.Count with
        | 0 -> zero
        | 1 -> flat[0]
        | _ ->
            flat.Sort compareMonic
            collect (flat.ToArray())

    /// c times a term; into a sum it is distributed.
    let rec scale (c: BigRational) (term: Term) : Term =
        if c.IsZero then
            zero
        elif c.IsOne then
            term
        else
            match term.Shape with
            | Shape.Number q -> number (c * q)
            | Shape.Sum terms -> Node.sum (terms |> Array.map (scale c))
            | _ -> withCoefficient (c * coefficient term) term

    let negate (term: Term) = scale -BigRational.One term

    /// A sum as content · primitive: integer coefficients without a common factor, the first one above zero.
    let private primitive (sum: Term) (terms: Term array) =
        let content = BigRationals.content (Seq.map coefficient terms)

        let content =
            if (coefficient terms[0]).IsNegative then
                -content
            else
                content

        struct (content,
                (if content.IsOne then
                     sum
                 else
                     scale (BigRational.Reciprocal content) sum))

    /// The base that all exponentials share.
    let private exponential = Node.symbol "exp(1)"

    let rec product (terms: Term seq) : Term =
        let mutable c = BigRational.One
        let factors = ResizeArray<Term>()

        for term in terms do
            match term.Shape with
            | Shape.Number q -> c <- c * q
            | Shape.Product(d, inner) ->
                c <- c * d
                factors.AddRange inner
            | _ -> factors.Add term

        if c.IsZero then zero else multiply c factors

    and private basisOf (factor: Term) =
        match factor.Shape with
        | Shape.Power(b, _) -> b
        | Shape.Apply(Function.Exp, _) -> exponential
        | _ -> factor

    and private exponentOf (factor: Term) =
        match factor.Shape with
        | Shape.Power(_, e) -> e
        | Shape.Apply(Function.Exp, u) -> u
        | _ -> one

    /// c times factors, which are neither numbers nor products, in any order.
    and private multiply (c: BigRational) (factors: ResizeArray<Term>) : Term =
        let compareBasis a b = Term.Compare(basisOf a, basisOf b)
        factors.Sort(compareBasis)
        let merged = ResizeArray<Term>(factors.Count)
        let mutable c = c
        let mutable settled = true
        let mutable i = 0

        while i < factors.Count do
            let mutable j = i + 1

            while j < factors.Count && compareBasis factors[i] factors[j] = 0 do
                j <- j + 1

            let basis = basisOf factors[i]

            let factor =
                if j = i + 1 then
                    factors[i]
                else
                    let exponents = seq { for k in i .. j - 1 -> exponentOf factors[k] } |> sum

                    if obj.ReferenceEquals(basis, exponential) then
                        exp exponents
                    else
                        power basis exponents

            match factor.Shape with
            | Shape.Number q -> c <- c * q
            | Shape.Product(d, inner) ->
                c <- c * d
                merged.AddRange inner
                settled <- false
            | Shape.Sum sumTerms when factors.Count > 1 ->
                let struct (content, primitive) = primitive factor sumTerms
                c <- c * content
                merged.Add primitive
                settled <- settled && Term.Compare(primitive, basis) = 0
            | _ ->
                merged.Add factor
                settled <- settled && Term.Compare(basisOf factor, basis) = 0

            i <- j

        if not settled then
            multiply c merged
        else
            match merged.Count with
            | 0 -> number c
            | 1 -> scale c merged[0]
            | _ -> Node.product c (merged.ToArray())

    /// Π pᵉ over the prime powers of q > 0 to the power r; integer parts of exponents are written out if BigRationals.affordable.
    and private numberPower (q: BigRational) (r: BigRational) =
        let mutable c = BigRational.One
        let factors = ResizeArray<Term>()

        for p, k in Factorisation.ofRational q do
            let p = BigRational.FromBigInt p
            let e = BigRational.FromInt k * r
            let whole = BigRationals.floor e

            let whole =
                if BigRationals.affordable p whole then
                    whole
                else
                    BigInteger.Zero

            c <- c * BigRationals.power p whole
            let rest = e - BigRational.FromBigInt whole

            if not rest.IsZero then
                factors.Add(
                    if rest.IsOne then
                        number p
                    else
                        Node.power (number p) (number rest)
                )

        // Distinct bases, so nothing is left to merge.
        factors.Sort(fun a b -> Term.Compare(basisOf a, basisOf b))

        if factors.Count = 0 then
            number c
        else
            Node.product c (factors.ToArray())

    /// q > 0 to a power that is not a number, by primes: 4^(x+1) = 4 · 2^(2x).
    and private numberToTerm (q: BigRational) (e: Term) =
        let constant (term: Term) =
            match term.Shape with
            | Shape.Number n -> Some(BigRationals.floor n)
            | _ -> None

        let primePower (p: BigInteger, k: int) =
            let p = BigRational.FromBigInt p
            let e = scale (BigRational.FromInt k) e

            let whole =
                match e.Shape with
                | Shape.Sum terms ->
                    terms |> Array.tryPick constant |> Option.filter (BigRationals.affordable p)
                | _ -> None

            match whole with
            | Some whole ->
                let rest = sum [ e; number -(BigRational.FromBigInt whole) ]
                BigRationals.power p whole, Node.power (number p) rest
            | None -> BigRational.One, Node.power (number p) e

        let coefficients, factors =
            Factorisation.ofRational q |> List.map primePower |> List.unzip

        factors
        |> Array.ofList
        |> Array.sortWith (fun a b -> Term.Compare(basisOf a, basisOf b))
        |> Node.product (List.fold (*) BigRational.One coefficients)

    /// bᵉ. Raises NoValueException for 0^0, 1/0, and powers of negative numbers with exponents that are not integers.
    and power (b: Term) (e: Term) : Term =
        match b.Shape, e.Shape with
        | Shape.Number n, Shape.Number r when n.IsZero ->
            if r.IsPositive then zero
            elif r.IsZero then noValue "0^0 has no value"
            else noValue "division by zero"
        | _, Shape.Number r when r.IsZero -> one
        | _, Shape.Number r when r.IsOne -> b
        | Shape.Number n, _ when n.IsOne -> one
        | Shape.Number n, Shape.Number r ->
            if r.IsInteger && BigRationals.affordable n r.Numerator then
                number (BigRationals.power n r.Numerator)
            elif n.IsPositive then
                numberPower n r
            elif r.IsInteger then
                let size = numberPower -n r
                if r.Numerator.IsEven then size else negate size
            else
                noValue $"the negative number {n} has no real power {r}"
        | Shape.Number n, _ when n.IsZero ->
            if e.Positive then
                zero
            else
                noValue "a power of 0 needs an exponent above zero"
        | Shape.Number n, _ when n.IsPositive -> numberToTerm n e
        | Shape.Apply(Function.Exp, u), _ -> exp (product [ u; e ])
        | Shape.Power(inner, m), Shape.Number r when
            r.IsInteger
            || (match m.Shape with
                | Shape.Number q -> not q.IsInteger
                | _ -> false)
            ->
            power inner (product [ m; e ])
        | Shape.Power(inner, m), _ when inner.Positive -> power inner (product [ m; e ])
        | Shape.Product(c, factors), Shape.Number r when r.IsInteger ->
            product (Seq.append [ power (number c) e ] (factors |> Seq.map (fun f -> power f e)))
        | Shape.Product(c, factors), _ when
            not (BigRational.Abs c).IsOne || factors |> Array.exists _.Positive
            ->
            let positive, other = factors |> Array.partition _.Positive
            let size = BigRational.Abs c
            let rest = product (Seq.append [ number (c / size) ] other)

            product (
                Seq.append [ power (number size) e; power' rest e ] (positive |> Seq.map (fun f -> power f e))
            )
        | Shape.Sum terms, _ ->
            let struct (content, primitive) = primitive b terms

            match e.Shape with
            | Shape.Number r when r.IsInteger && not content.IsOne ->
                product [ power (number content) e; Node.power primitive e ]
            | _ when not (BigRational.Abs content).IsOne ->
                let size = BigRational.Abs content
                product [ power (number size) e; Node.power (scale (BigRational.Reciprocal size) b) e ]
            | _ -> Node.power b e
        | _ -> Node.power b e

    /// A power whose base has no positive factor left to split off.
    and private power' (b: Term) (e: Term) =
        match b.Shape with
        | Shape.Product _ -> Node.power b e
        | _ -> power b e

    /// eᵘ. Rational multiples of logarithms in u become powers.
    and exp (u: Term) : Term =
        let asPower (term: Term) =
            match term.Shape with
            | Shape.Apply(Function.Ln, v) -> Some v
            | Shape.Product(c, [| Node(Shape.Apply(Function.Ln, v)) |]) -> Some(power v (number c))
            | _ -> None

        match u.Shape with
        | Shape.Number q when q.IsZero -> one
        | Shape.Sum terms when terms |> Array.exists (asPower >> Option.isSome) ->
            let powers = terms |> Array.choose asPower
            let rest = terms |> Array.filter (asPower >> Option.isNone) |> sum
            product (Seq.append [ exp rest ] powers)
        | _ -> asPower u |> Option.defaultWith (fun () -> Node.apply Function.Exp u)

    /// ln u. Factors that are positive by their form are split off.
    and ln (u: Term) : Term =
        match u.Shape with
        | Shape.Number q when q.IsOne -> zero
        | Shape.Number q when q.IsZero -> noValue "log(0) has no value"
        | Shape.Number q when q.IsNegative -> noValue $"the negative number {q} has no real logarithm"
        | Shape.Number q ->
            Factorisation.ofRational q
            |> Seq.map (fun (p, k) ->
                scale (BigRational.FromInt k) (Node.apply Function.Ln (number (BigRational.FromBigInt p))))
            |> sum
        | Shape.Apply(Function.Exp, v) -> v
        | Shape.Power(b, e) when b.Positive -> product [ e; ln b ]
        | Shape.Power(b, Node(Shape.Number r)) when not (r.IsInteger && r.Numerator.IsEven) -> scale r (ln b)
        | Shape.Product(c, factors) when not (BigRational.Abs c).IsOne || factors |> Array.exists _.Positive ->
            let positive, other = factors |> Array.partition _.Positive
            let size = BigRational.Abs c
            let rest = product (Seq.append [ number (c / size) ] other)

            let rest =
                match rest.Shape with
                | Shape.Product _ -> Node.apply Function.Ln rest
                | _ -> ln rest

            sum (Seq.append [ ln (number size); rest ] (positive |> Seq.map ln))
        | Shape.Sum terms ->
            let struct (content, _) = primitive u terms
            let size = BigRational.Abs content

            if size.IsOne then
                Node.apply Function.Ln u
            else
                sum
                    [ ln (number size)
                      Node.apply Function.Ln (scale (BigRational.Reciprocal size) u) ]
        | _ -> Node.apply Function.Ln u

    /// True if u is written with a minus: exactly one of u and -u is, unless u = 0.
    let negative (u: Term) =
        match u.Shape with
        | Shape.Sum terms -> (coefficient terms[0]).IsNegative
        | _ -> (coefficient u).IsNegative

// The operators are members of Term, and F# takes members only in the file of their type: hence one file.
type Term with
    static member (+)(a: Term, b: Term) : Term = Canonical.add a b
    static member (-)(a: Term, b: Term) : Term = Canonical.add a (Canonical.negate b)
    static member (*)(a: Term, b: Term) : Term = Canonical.product [| a; b |]

    /// Raises NoValueException if b is the number 0.
    static member (/)(a: Term, b: Term) : Term =
        Canonical.product [| a; Canonical.power b Canonical.minusOne |]

    static member (~-)(a: Term) : Term = Canonical.negate a
    /// Raises NoValueException for 0^0, 1/0 and roots of negative numbers.
    static member Pow(b: Term, e: Term) : Term = Canonical.power b e
