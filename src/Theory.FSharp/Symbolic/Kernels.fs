namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open System.Numerics
open MathNet.Numerics
open ImplicitBias.Theory.Symbolic // Polynomial is ours

/// A quotient of polynomials in kernels.
type internal Fraction = { Top: Polynomial; Bottom: Polynomial }

/// What a power of a kernel equals.
type internal Rule =
    | Free
    /// kernel^order = replacement, a polynomial in kernels that come to rest.
    | Cyclic of order: int * replacement: Polynomial

/// A polynomial that roots and logarithms are taken of; any two in use have no common factor.
[<AllowNullLiteral>]
type internal Base(polynomial: Polynomial) =
    member _.Polynomial = polynomial
    /// The kernel |p|^(1/order), once it is needed.
    member val Root: int option = None with get, set
    /// The kernel log |p|, once it is needed.
    member val Log: int option = None with get, set
    /// The sign of p as a polynomial: ±1, or a kernel whose square is 1.
    member val Sign: Polynomial option = None with get, set
    /// Whether p is itself the sign of something, so that |p| = 1.
    member val IsSign = false with get, set

/// What a kernel with fractional powers stands for.
type internal Positive =
    | ExponentialOf of Fraction
    | RootOf of Base

/// A polynomial in use turned out to have these factors.
exception internal Split of factors: Term list

/// The kernels of a normal form and the arithmetic of fractions of polynomials in them, kept reduced by their rules.
type internal Kernels() =

    /// Exponents of positive kernels count units of this: exp(u)^(1/2) and exp(u)^(1/3) are powers of one kernel.
    let units = 5040

    let terms = ResizeArray<Term>()
    let rules = ResizeArray<Rule>()
    let positives = Dictionary<int, Positive>()
    let plain = Dictionary<Term, int>()
    let arguments = ResizeArray<Fraction>()

    let kernel (term: Term) rule =
        terms.Add term
        rules.Add rule
        terms.Count - 1

    let plainKernel (term: Term) =
        match plain.TryGetValue term with
        | true, index -> index
        | _ ->
            let index = kernel term Free
            plain[term] <- index
            index

    let isPositiveKernel v = positives.ContainsKey v

    let rec reduce (p: Polynomial) : Polynomial =
        let mutable changed = false

        let reduceMonomial (m: Monomial) q =
            let mutable rest = []
            let mutable factor = Polynomial.constant q

            for v, e in List.rev m do
                match rules[v] with
                | Cyclic(order, replacement) when e >= order ->
                    changed <- true
                    factor <- Polynomial.multiply factor (Polynomial.power (e / order) replacement)

                    if e % order > 0 then
                        rest <- (v, e % order) :: rest
                | _ -> rest <- (v, e) :: rest

            Polynomial.multiplyMonomial rest BigRational.One factor

        let needs (m: Monomial) =
            m
            |> List.exists (fun (v, e) ->
                match rules[v] with
                | Cyclic(order, _) -> e >= order
                | Free -> false)

        if p |> Map.exists (fun m _ -> needs m) then
            let result =
                (Polynomial.zero, p)
                ||> Map.fold (fun sum m q ->
                    if needs m then
                        Polynomial.add sum (reduceMonomial m q)
                    else
                        Polynomial.add sum (Map.ofList [ m, q ]))

            if changed then reduce result else result
        else
            p

    let zero = { Top = Polynomial.zero; Bottom = Polynomial.one }
    let ofPolynomial p = { Top = p; Bottom = Polynomial.one }
    let ofRational q = ofPolynomial (Polynomial.constant q)
    let one = ofRational BigRational.One
    let ofKernel v = ofPolynomial (Polynomial.variable v)

    let nonZero (p: Polynomial) =
        if p.IsEmpty then
            raise (NoValueException "division by zero")

        p

    /// Takes out common monomials and, where it is cheap, common factors.
    let cancel (x: Fraction) : Fraction =
        if x.Top.IsEmpty then
            zero
        else
            match x.Bottom with
            | Polynomial.Constant q -> ofPolynomial (Polynomial.scale (BigRational.Reciprocal q) x.Top)
            | bottom ->
                let common =
                    try
                        PolynomialFactors.gcd x.Top bottom
                    with Polynomial.TooLarge ->
                        Polynomial.one

                match
                    common, Polynomial.divideExactly x.Top common, Polynomial.divideExactly bottom common
                with
                | Polynomial.Constant _, _, _ -> x
                | _, Some top, Some(Polynomial.Constant q) ->
                    ofPolynomial (Polynomial.scale (BigRational.Reciprocal q) top)
                | _, Some top, Some bottom -> { Top = top; Bottom = bottom }
                | _ -> x

    let fraction top bottom =
        cancel { Top = reduce top; Bottom = nonZero (reduce bottom) }

    let multiply x y =
        if x.Bottom = Polynomial.one && y.Bottom = Polynomial.one then
            ofPolynomial (reduce (Polynomial.multiply x.Top y.Top))
        else
            fraction (Polynomial.multiply x.Top y.Top) (Polynomial.multiply x.Bottom y.Bottom)

    let invert x =
        { Top = x.Bottom; Bottom = nonZero x.Top }

    let add x y =
        if x.Bottom = y.Bottom then
            let top = Polynomial.add x.Top y.Top

            if x.Bottom = Polynomial.one then
                ofPolynomial top
            else
                fraction top x.Bottom
        else
            let common =
                try
                    PolynomialFactors.gcd x.Bottom y.Bottom
                with Polynomial.TooLarge ->
                    Polynomial.one

            let quotient p =
                Polynomial.divideExactly p common |> Option.defaultValue p

            let left, right = quotient x.Bottom, quotient y.Bottom

            fraction
                (Polynomial.add (Polynomial.multiply x.Top right) (Polynomial.multiply y.Top left))
                (Polynomial.multiply x.Bottom right)

    let scale q x =
        { x with Top = Polynomial.scale q x.Top }
        |> fun x -> if x.Top.IsEmpty then zero else x

    let power (n: int) x =
        if n >= 0 then
            fraction (Polynomial.power n x.Top) (Polynomial.power n x.Bottom)
        else
            fraction (Polynomial.power -n x.Bottom) (Polynomial.power -n (nonZero x.Top))

    let same x y =
        Polynomial.subtract (Polynomial.multiply x.Top y.Bottom) (Polynomial.multiply y.Top x.Bottom)
        |> reduce
        |> Polynomial.isZero

    let unitOf v = if isPositiveKernel v then units else 1

    let termOfPolynomial (p: Polynomial) =
        p
        |> Map.toSeq
        |> Seq.map (fun (m, q) ->
            let powers =
                m |> Seq.map (fun (v, e) -> Term.power terms[v] (Term.ratio e (unitOf v)))

            Term.product (Seq.append [ Term.number q ] powers))
        |> Term.sum

    let termOf x =
        termOfPolynomial x.Top / termOfPolynomial x.Bottom

    let isFree v =
        match rules[v] with
        | Free -> true
        | Cyclic _ -> false

    /// Roots that multiply the whole denominator move to the numerator.
    let rationalise (x: Fraction) : Fraction =
        let roots =
            Polynomial.commonMonomial x.Bottom
            |> List.choose (fun (v, e) ->
                match rules[v] with
                | Cyclic(order, _) when isPositiveKernel v && order = units -> Some(v, order - e % order)
                | _ -> None)

        if roots.IsEmpty then
            x
        else
            let factor = Polynomial.monomial (List.sortByDescending fst roots)
            fraction (Polynomial.multiply x.Top factor) (Polynomial.multiply x.Bottom factor)

    let parts (x: Fraction) : (BigRational * Fraction) list =
        let x = rationalise (fraction x.Top x.Bottom)

        let over bottom p =
            p
            |> Map.toList
            |> List.map (fun (m, q) -> q, { Top = Polynomial.monomial m; Bottom = bottom })

        match x.Bottom with
        | Polynomial.Constant q -> x.Top |> Polynomial.scale (BigRational.Reciprocal q) |> over Polynomial.one
        | bottom ->
            let struct (quotient, remainder) = Polynomial.divide x.Top bottom
            over Polynomial.one quotient @ over bottom remainder

    let singleKernel (x: Fraction) : int option =
        match x.Bottom, Map.toList x.Top with
        | Polynomial.Constant _, [ [ v, 1 ], _ ] when not (isPositiveKernel v) -> Some v
        | _ -> None

    member _.Units = units
    member val Zero = zero
    member val One = one
    /// What each kernel stands for.
    member _.Terms = terms
    /// What powers of each kernel equal.
    member _.Rules = rules
    /// The kernels that are positive and have fractional powers.
    member _.Positives = positives
    /// w to u for every kernel w = W(u), that is w eʷ = u.
    member val Lambert = Dictionary<int, Fraction>()

    /// Cosines and sines of π/d: twice their value is an algebraic integer of at most this degree, no conjugate above 2.
    member val Cyclotomic = Dictionary<int, int>()

    /// A new kernel.
    member _.Create(term: Term, rule: Rule) : int = kernel term rule

    /// The kernel of a symbol or π.
    member _.Plain(term: Term) : int = plainKernel term

    member _.IsPositive(v: int) = isPositiveKernel v
    member _.IsFree(v: int) = isFree v

    /// Notes a fraction that a kernel is a function of.
    member _.Mention(argument: Fraction) = arguments.Add argument

    /// Whether a kernel occurs in a polynomial.
    static member Contains(v: int, p: Polynomial) : bool =
        p |> Map.exists (fun (m: Monomial) _ -> m |> List.exists (fst >> (=) v))

    /// Whether a kernel occurs in the argument of another.
    member _.IsMentioned(v: int) : bool =
        arguments
        |> Seq.exists (fun x -> Kernels.Contains(v, x.Top) || Kernels.Contains(v, x.Bottom))

    /// A polynomial with every power that a rule knows replaced.
    member _.Reduce(p: Polynomial) : Polynomial = reduce p

    /// p, which must not be 0: raises NoValueException.
    member _.NonZero(p: Polynomial) : Polynomial = nonZero p

    member _.OfPolynomial(p: Polynomial) : Fraction = ofPolynomial p
    member _.OfRational(q: BigRational) : Fraction = ofRational q
    member _.OfKernel(v: int) : Fraction = ofKernel v
    member _.Fraction(top: Polynomial, bottom: Polynomial) : Fraction = fraction top bottom
    member _.Add(x: Fraction, y: Fraction) : Fraction = add x y
    member _.Multiply(x: Fraction, y: Fraction) : Fraction = multiply x y
    member _.Invert(x: Fraction) : Fraction = invert x
    member _.Scale(q: BigRational, x: Fraction) : Fraction = scale q x
    member _.Power(n: int, x: Fraction) : Fraction = power n x

    /// Whether the difference of two fractions reduces to 0.
    member _.Same(x: Fraction, y: Fraction) : bool = same x y

    member _.TermOf(p: Polynomial) : Term = termOfPolynomial p
    member _.TermOf(x: Fraction) : Term = termOf x

    /// x as Σ cᵢ xᵢ with rational cᵢ and xᵢ monomials or monomials over the denominator.
    member _.Parts(x: Fraction) : (BigRational * Fraction) list = parts x

    /// The kernel that a fraction is, if it is one and not a positive one.
    member _.Single(x: Fraction) : int option = singleKernel x
