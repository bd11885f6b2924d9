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

/// Terms as quotients of polynomials in kernels: symbols, π, exponentials, logarithms, roots, sines and cosines, and the
/// functions nothing is known about. Every rewriting holds wherever both sides have a value, so a term whose numerator
/// vanishes is zero; the converse holds only as far as the kernels are independent.
/// Sources: Risch (1979); Moses (1971) for the form; van der Hoeven (2002) for zero tests of constants.
type internal NormalForm private (assumptions: Assumptions, factors: Term list) =

    /// Exponents of positive kernels count units of this: exp(u)^(1/2) and exp(u)^(1/3) are powers of one kernel.
    let units = 5040

    let terms = ResizeArray<Term>()
    let rules = ResizeArray<Rule>()
    let positives = Dictionary<int, Positive>()
    let plain = Dictionary<Term, int>()
    let bases = ResizeArray<Base>()
    let primes = Dictionary<BigInteger, Base>()
    let atoms = Dictionary<int, Base>()
    let exponentials = ResizeArray<struct (Fraction * int)>()

    let opaque =
        Dictionary<Function, ResizeArray<struct (Fraction * int)>>(HashIdentity.Structural)

    let angles =
        ResizeArray<struct (Fraction * BigInteger * Fraction * Fraction * int * int)>()

    let lambert = Dictionary<int, Fraction>()

    /// Cosines and sines of π/d: twice their value is an algebraic integer of at most this degree, no conjugate above 2.
    let cyclotomic = Dictionary<int, int>()

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
                        Polynomial.gcd x.Top bottom
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
                    Polynomial.gcd x.Bottom y.Bottom
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

    // ---- bases -----------------------------------------------------------------------------------------------------

    let signOf (b: Base) : Polynomial =
        match b.Sign with
        | Some sign -> sign
        | None ->
            let term = termOfPolynomial b.Polynomial
            let interval, _ = Extents.evaluate assumptions term

            let sign =
                if Extents.isNonNegative interval then
                    Polynomial.one
                elif Extents.isNonPositive interval then
                    Polynomial.negate Polynomial.one
                else
                    let sign = kernel (Term.apply Function.Sign term) (Cyclic(2, Polynomial.one))
                    let itself = Base(Polynomial.variable sign)
                    itself.IsSign <- true
                    itself.Sign <- Some itself.Polynomial
                    atoms[sign] <- itself
                    itself.Polynomial

            b.Sign <- Some sign
            sign

    let isFree v =
        match rules[v] with
        | Free -> true
        | Cyclic _ -> false

    let isMentioned v =
        let inPolynomial =
            Map.exists (fun (m: Monomial) _ -> m |> List.exists (fst >> (=) v))

        let inFraction x =
            inPolynomial x.Top || inPolynomial x.Bottom

        bases |> Seq.exists (fun b -> inPolynomial b.Polynomial)
        || exponentials |> Seq.exists (fun struct (x, _) -> inFraction x)
        || opaque.Values |> Seq.exists (Seq.exists (fun struct (x, _) -> inFraction x))
        || angles |> Seq.exists (fun struct (x, _, _, _, _, _) -> inFraction x)

    let rootOf (b: Base) : int =
        match b.Root with
        | Some root -> root
        | None ->
            let size = Term.apply Function.Abs (termOfPolynomial b.Polynomial)
            let sign = signOf b

            let root =
                match Map.toList b.Polynomial with
                | [ [ v, 1 ], _ ] when isFree v ->
                    // A kernel with a root is a power of the root from here on: x - √x has the factor √x. What was made
                    // without the root must be made anew.
                    if isMentioned v then
                        raise (Split [ Term.sqrt size ])

                    let root = kernel size Free
                    rules[v] <- Cyclic(1, Polynomial.multiply sign (Polynomial.monomial [ root, units ]))
                    root
                | _ -> kernel size (Cyclic(units, Polynomial.multiply sign b.Polynomial))

            positives[root] <- RootOf b
            b.Root <- Some root
            root

    let logOf (b: Base) : int =
        match b.Log with
        | Some log -> log
        | None ->
            let size = Term.apply Function.Abs (termOfPolynomial b.Polynomial)
            let log = kernel (Term.ln size) Free
            b.Log <- Some log
            log

    /// A primitive polynomial without monomial factors as a product of bases.
    let rec overBases (p: Polynomial) : (Base * int) list =
        match p with
        | Polynomial.Constant _ -> []
        | _ ->
            let met =
                bases
                |> Seq.tryPick (fun b ->
                    match Polynomial.gcd p b.Polynomial with
                    | Polynomial.Constant _ -> None
                    | common -> Some(b, common))

            match met with
            | Some(b, common) ->
                let quotient whole =
                    match Polynomial.divideExactly whole common with
                    | Some quotient -> Polynomial.primitive quotient
                    | None -> raise Polynomial.TooLarge

                if common = b.Polynomial then
                    (b, 1) :: overBases (quotient p)
                else
                    raise (Split [ termOfPolynomial common; termOfPolynomial (quotient b.Polynomial) ])
            | None ->
                [ for factor, k in Polynomial.squareFree p do
                      let b = Base factor
                      bases.Add b
                      b, k ]

    let primeBase (p: BigInteger) =
        match primes.TryGetValue p with
        | true, b -> b
        | _ ->
            let b = Base(Polynomial.constant (BigRational.FromBigInt p))
            b.Sign <- Some Polynomial.one
            primes[p] <- b
            b

    let atomBase v =
        match atoms.TryGetValue v with
        | true, b -> b
        | _ ->
            let b = Base(Polynomial.variable v)
            atoms[v] <- b
            b

    /// p ≠ 0 as powers of bases and of positive kernels (in their units), up to sign.
    let decompose (p: Polynomial) : (Base * int) list * (int * int) list =
        let p = nonZero (reduce p)
        let content = Polynomial.content p
        let monomial = Polynomial.commonMonomial p

        let rest =
            Polynomial.divideExactly p (Polynomial.monomial monomial)
            |> Option.map Polynomial.primitive
            |> Option.defaultWith (fun () -> raise Polynomial.TooLarge)

        let numeric =
            Factorisation.ofRational content |> List.map (fun (p, k) -> primeBase p, k)

        let positive, other = monomial |> List.partition (fst >> isPositiveKernel)
        numeric @ (other |> List.map (fun (v, e) -> atomBase v, e)) @ overBases rest, positive

    /// Π kernelᵉ with exponents of any sign.
    let ofPowers (powers: (int * int) list) : Fraction =
        let merged =
            powers
            |> List.groupBy fst
            |> List.map (fun (v, all) -> v, List.sumBy snd all)
            |> List.sortByDescending fst

        let part sign =
            merged
            |> List.choose (fun (v, e) -> if sign * e > 0 then Some(v, sign * e) else None)
            |> Polynomial.monomial

        fraction (part 1) (part -1)

    /// The whole number of units that q is.
    let inUnits (q: BigRational) : int =
        let scaled = q * BigRational.FromInt units

        if not scaled.IsInteger || BigInteger.Abs scaled.Numerator > BigInteger 10000000 then
            raise Polynomial.TooLarge

        int scaled.Numerator

    /// |p| as powers, as in decompose: signs leave it.
    let decomposeSize (p: Polynomial) =
        let bases, positive = decompose p
        bases |> List.filter (fun (b, _) -> not b.IsSign), positive

    let sizeToPower (r: BigRational) (p: Polynomial) : (int * int) list =
        let bases, positive = decomposeSize p

        let ofPositive (v, e) =
            let scaled = r * BigRational.FromInt e

            if not scaled.IsInteger then
                raise Polynomial.TooLarge

            v, int scaled.Numerator

        (bases |> List.map (fun (b, k) -> rootOf b, inUnits (r * BigRational.FromInt k)))
        @ List.map ofPositive positive

    /// |x|^r.
    let rationalPower (r: BigRational) (x: Fraction) : Fraction =
        if x.Top.IsEmpty then
            if r.IsPositive then
                zero
            else
                raise (NoValueException "division by zero")
        else
            ofPowers (sizeToPower r x.Top @ sizeToPower -r x.Bottom)

    let rec logOfSize (p: Polynomial) : Fraction =
        let bases, positive = decomposeSize p

        let ofBase (b: Base, k) =
            let log =
                match b.Polynomial |> Map.toList with
                | [ [ v, 1 ], _ ] when lambert.ContainsKey v ->
                    // w eʷ = u, so log |w| = log |u| - w.
                    add (logarithm lambert[v]) (scale -BigRational.One (ofKernel v))
                | _ -> ofKernel (logOf b)

            scale (BigRational.FromInt k) log

        let ofPositive (v, e) =
            let factor = BigRational.FromIntFraction(e, units)

            match positives[v] with
            | ExponentialOf u -> scale factor u
            | RootOf b -> scale factor (ofKernel (logOf b))

        (List.map ofBase bases @ List.map ofPositive positive) |> List.fold add zero

    /// log |x|.
    and logarithm (x: Fraction) : Fraction =
        if x.Top.IsEmpty then
            raise (NoValueException "log(0) has no value")

        add (logOfSize x.Top) (scale -BigRational.One (logOfSize x.Bottom))

    // ---- exponentials and trigonometry -----------------------------------------------------------------------------

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

    /// x as Σ cᵢ xᵢ with rational cᵢ and xᵢ monomials or monomials over the denominator.
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

    let baseOfLog v =
        Seq.concat [ Seq.cast<Base> bases; Seq.cast primes.Values; Seq.cast atoms.Values ]
        |> Seq.tryFind (fun b -> b.Log = Some v)

    let exponential (x: Fraction) : Fraction =
        let ofPart (c: BigRational, part: Fraction) =
            match singleKernel part with
            | Some v when (baseOfLog v).IsSome ->
                let b = (baseOfLog v).Value
                ofPowers [ rootOf b, inUnits c ]
            | Some v when lambert.ContainsKey v ->
                // eʷ = u/w for w eʷ = u.
                rationalPower c (multiply lambert[v] (invert (ofKernel v)))
            | _ ->
                let index =
                    exponentials
                    |> Seq.tryPick (fun struct (known, index) -> if same known part then Some index else None)
                    |> Option.defaultWith (fun () ->
                        let index = kernel (Term.exp (termOf part)) Free
                        positives[index] <- ExponentialOf part
                        exponentials.Add(struct (part, index))
                        index)

                ofPowers [ index, inUnits c ]

        parts x |> List.map ofPart |> List.fold multiply one

    let opaqueKernel (f: Function) (x: Fraction) : int =
        let known =
            match opaque.TryGetValue f with
            | true, known -> known
            | _ ->
                let known = ResizeArray()
                opaque[f] <- known
                known

        known
        |> Seq.tryPick (fun struct (argument, index) -> if same argument x then Some index else None)
        |> Option.defaultWith (fun () ->
            let index = kernel (Term.apply f (termOf x)) Free
            known.Add(struct (x, index))
            index)

    /// cos and sin of n times the angle with the given cos and sin.
    let rec multiple (n: int) (c: Fraction, s: Fraction) : Fraction * Fraction =
        if n < 0 then
            let c, s = multiple -n (c, s)
            c, scale -BigRational.One s
        elif n = 0 then
            one, zero
        elif n = 1 then
            c, s
        else
            let half = multiple (n / 2) (c, s)
            let twice = sumOfAngles half half
            if n % 2 = 0 then twice else sumOfAngles twice (c, s)

    and sumOfAngles (c, s) (d, t) =
        let minus x = scale -BigRational.One x
        add (multiply c d) (minus (multiply s t)), add (multiply s d) (multiply c t)

    /// cos and sin of (1/denominator) angle, as kernels or as known values.
    let rec generator
        (normalise: Term -> Fraction)
        (angle: Fraction)
        (denominator: BigInteger)
        : Fraction * Fraction =
        let term = termOf angle / Term.number (BigRational.FromBigInt denominator)
        let known f = Term.apply f term

        match (known Function.Cos).Shape, (known Function.Sin).Shape with
        | Shape.Apply(Function.Cos, _), Shape.Apply(Function.Sin, _) ->
            let cosine = kernel (known Function.Cos) Free
            let square = Polynomial.monomial [ cosine, 2 ]

            let sine =
                kernel (known Function.Sin) (Cyclic(2, Polynomial.subtract Polynomial.one square))

            if angle = ofKernel (plainKernel Term.pi) && denominator < BigInteger 100 then
                cyclotomic[cosine] <- int denominator
                cyclotomic[sine] <- 2 * int denominator

            ofKernel cosine, ofKernel sine
        | _ -> normalise (known Function.Cos), normalise (known Function.Sin)

    let angleOf normalise (c: BigRational) (angle: Fraction) : Fraction * Fraction =
        let found =
            angles
            |> Seq.tryFindIndex (fun struct (known, _, _, _, _, _) -> same known angle)

        let kernelOf x =
            singleKernel x |> Option.defaultValue -1

        let limited (n: BigInteger) =
            if BigInteger.Abs n > BigInteger 64 then
                raise Polynomial.TooLarge

            int n

        let times (q: BigRational) pair = multiple (limited q.Numerator) pair

        match found with
        | Some index ->
            let struct (_, denominator, cosine, sine, cosineKernel, sineKernel) = angles[index]
            let divisor = BigInteger.GreatestCommonDivisor(denominator, c.Denominator)
            let common = denominator / divisor * c.Denominator

            if common = denominator then
                times (c * BigRational.FromBigInt denominator) (cosine, sine)
            else
                // A finer angle is needed: the old kernels are polynomials in the new ones.
                let finer = generator normalise angle common
                let oldCosine, oldSine = multiple (limited (common / denominator)) finer

                if oldCosine.Bottom <> Polynomial.one || oldSine.Bottom <> Polynomial.one then
                    raise Polynomial.TooLarge

                if cosineKernel >= 0 then
                    rules[cosineKernel] <- Cyclic(1, oldCosine.Top)

                if sineKernel >= 0 then
                    rules[sineKernel] <- Cyclic(1, oldSine.Top)

                angles[index] <-
                    struct (angle, common, fst finer, snd finer, kernelOf (fst finer), kernelOf (snd finer))

                times (c * BigRational.FromBigInt common) finer
        | None ->
            let cosine, sine = generator normalise angle c.Denominator
            angles.Add(struct (angle, c.Denominator, cosine, sine, kernelOf cosine, kernelOf sine))
            times (BigRational.FromBigInt c.Numerator) (cosine, sine)

    let cosineAndSine normalise (x: Fraction) : Fraction * Fraction =
        parts x
        |> List.map (fun (c, angle) -> angleOf normalise c angle)
        |> List.fold sumOfAngles (one, zero)

    // ---- functions -------------------------------------------------------------------------------------------------

    let half = BigRational.FromIntFraction(1, 2)
    let minus x = scale -BigRational.One x

    /// x = v + n with n the integer part of the constant term.
    let withoutInteger (x: Fraction) : Fraction * int =
        let constant =
            parts x
            |> List.tryPick (fun (c, part) -> if part = one then Some c else None)
            |> Option.defaultValue BigRational.Zero

        let n = BigInteger.Divide(constant.Numerator, constant.Denominator)

        // Numbers keep a positive rest, so that no pole is met.
        let n =
            if (parts x).Length = 1 && constant.IsInteger then
                BigInteger.Zero
            else
                n

        if BigInteger.Abs n > BigInteger 64 then
            x, 0
        else
            add x (ofRational -(BigRational.FromBigInt n)), int n

    /// Σ f(v + j) for j from 0 below n; for n < 0 minus the terms from n below 0.
    let telescoped (f: Fraction -> Fraction) (v: Fraction) (n: int) =
        let term j =
            f (add v (ofRational (BigRational.FromInt j)))

        if n >= 0 then
            [ for j in 0 .. n - 1 -> term j ] |> List.fold add zero
        else
            [ for j in n .. -1 -> minus (term j) ] |> List.fold add zero

    let absolute (x: Fraction) =
        let signed (p: Polynomial) =
            let bases, _ = decompose p
            let struct (_, leading) = Polynomial.leading p

            let sign =
                if leading.IsNegative then
                    Polynomial.negate Polynomial.one
                else
                    Polynomial.one

            bases
            |> List.fold
                (fun product (b, k) ->
                    if k % 2 = 0 then
                        product
                    else
                        Polynomial.multiply product (signOf b))
                sign
            |> Polynomial.multiply p

        if x.Top.IsEmpty then
            zero
        else
            fraction (signed x.Top) (signed x.Bottom)

    let rec apply (normalise: Term -> Fraction) (f: Function) (argument: Term) : Fraction =
        let x = normalise argument
        let squareRoot y = rationalPower half y

        let plus q y =
            add y (ofRational (BigRational.FromInt q))

        match f with
        | Function.Exp -> exponential x
        | Function.Ln -> logarithm x
        | Function.Sin -> snd (cosineAndSine normalise x)
        | Function.Cos -> fst (cosineAndSine normalise x)
        | Function.Tan ->
            let c, s = cosineAndSine normalise x
            multiply s (invert c)
        | Function.Sinh -> scale half (add (exponential x) (minus (exponential (minus x))))
        | Function.Cosh -> scale half (add (exponential x) (exponential (minus x)))
        | Function.Tanh ->
            let grown, decayed = exponential x, exponential (minus x)
            multiply (add grown (minus decayed)) (invert (add grown decayed))
        | Function.Asinh -> logarithm (add x (squareRoot (plus 1 (multiply x x))))
        | Function.Acosh -> logarithm (add x (multiply (squareRoot (plus -1 x)) (squareRoot (plus 1 x))))
        | Function.Atanh -> scale half (logarithm (multiply (plus 1 x) (invert (plus 1 (minus x)))))
        | Function.Acos ->
            add
                (scale half (ofKernel (plainKernel Term.pi)))
                (minus (ofKernel (opaqueKernel Function.Asin x)))
        | Function.Abs -> absolute x
        | Function.Erfcx ->
            let erf = opaqueKernel Function.Erf x
            multiply (exponential (multiply x x)) (plus 1 (minus (ofKernel erf)))
        | Function.LogGamma -> logarithm (gamma x)
        | Function.Gamma -> gamma x
        | Function.Binet ->
            // log Γ(x) - (x - 1/2) log x + x - log(2π)/2
            let logOfTwoPi =
                logarithm (scale (BigRational.FromInt 2) (ofKernel (plainKernel Term.pi)))

            [ logarithm (gamma x)
              minus (multiply (add x (ofRational -half)) (logarithm x))
              x
              scale -half logOfTwoPi ]
            |> List.reduce add
        | Function.Digamma ->
            let v, n = withoutInteger x
            add (ofKernel (opaqueKernel f v)) (telescoped invert v n)
        | Function.Polygamma order ->
            let v, n = withoutInteger x

            let factor =
                Seq.fold (fun product (k: int) -> product * BigInteger k) BigInteger.One (seq { 1..order })

            let signed = BigRational.FromBigInt(if order % 2 = 0 then factor else -factor)
            add (ofKernel (opaqueKernel f v)) (telescoped (invert >> power (order + 1) >> scale signed) v n)
        | Function.LambertW -> lambertOf x
        | Function.WrightOmega -> lambertOf (exponential x)
        | Function.Sign
        | Function.Asin
        | Function.Atan
        | Function.Erf -> ofKernel (opaqueKernel f x)

    and lambertOf (x: Fraction) : Fraction =
        let w = opaqueKernel Function.LambertW x
        lambert[w] <- x
        ofKernel w

    and gamma (x: Fraction) : Fraction =
        let v, n = withoutInteger x
        let value = ofKernel (opaqueKernel Function.Gamma v)

        let factor j =
            add v (ofRational (BigRational.FromInt j))

        if n >= 0 then
            [ for j in 0 .. n - 1 -> factor j ] |> List.fold multiply value
        else
            [ for j in n .. -1 -> invert (factor j) ] |> List.fold multiply value

    let known = Dictionary<Term, Fraction>()

    let rec normalise (term: Term) : Fraction =
        match known.TryGetValue term with
        | true, result -> result
        | _ ->
            let result =
                match term.Shape with
                | Shape.Number q -> ofRational q
                | Shape.Symbol _
                | Shape.Pi -> ofKernel (plainKernel term)
                | Shape.Sum terms -> terms |> Seq.map normalise |> Seq.reduce add
                | Shape.Product(c, factors) ->
                    factors |> Seq.map normalise |> Seq.fold multiply (ofRational c)
                | Shape.Power(b, e) -> raised b e
                | Shape.Apply(f, u) -> apply normalise f u

            known[term] <- result
            result

    and raised (b: Term) (e: Term) =
        match e.Shape with
        | Shape.Number r when r.IsInteger ->
            if BigInteger.Abs r.Numerator > BigInteger 1000 then
                raise Polynomial.TooLarge

            power (int r.Numerator) (normalise b)
        | Shape.Number r -> rationalPower r (normalise b)
        | _ -> exponential (multiply (normalise e) (logarithm (normalise b)))

    // ---- algebraic numbers -----------------------------------------------------------------------------------------

    /// Kernels that are algebraic numbers.
    let rec isAlgebraic v =
        match positives.TryGetValue v with
        | true, RootOf b -> b.Polynomial |> Map.forall (fun m _ -> m |> List.forall (fst >> isAlgebraic))
        | _ -> cyclotomic.ContainsKey v

    /// Whether a sum of products of roots of integers and cosines of π/d vanishes. Times a power of 2 it is an algebraic
    /// integer; if that is not zero, its product with its conjugates, fewer than the degree and none above a bound, is at
    /// least 1 in size. So a value closer to zero than bound^(1 - degree) is zero.
    let algebraicVanishes (p: Polynomial) : bool =
        let p = Polynomial.primitive p
        let steps = Dictionary<int, int>()

        let rec collect (p: Polynomial) =
            for KeyValue(m, _) in p do
                for v, e in m do
                    match steps.TryGetValue v with
                    | true, step ->
                        steps[v] <- int (BigInteger.GreatestCommonDivisor(BigInteger step, BigInteger e))
                    | _ ->
                        steps[v] <- int (BigInteger.GreatestCommonDivisor(BigInteger units, BigInteger e))

                        match positives.TryGetValue v with
                        | true, RootOf b -> collect b.Polynomial
                        | _ -> ()

        collect p

        let degree =
            (1.0, steps)
            ||> Seq.fold (fun product (KeyValue(v, step)) ->
                match cyclotomic.TryGetValue v with
                | true, degree -> product * float degree
                | _ -> product * float (units / step))

        // The power of 2 that makes every cosine an integer, in p and below its roots.
        let rec halves (p: Polynomial) : int =
            p
            |> Map.toSeq
            |> Seq.map (fun (m, _) ->
                m
                |> List.sumBy (fun (v, e) ->
                    match positives.TryGetValue v with
                    | true, RootOf b -> halves b.Polynomial * (e / units + 1)
                    | _ -> e))
            |> Seq.max

        // log2 of a bound on the conjugates.
        let rec size (p: Polynomial) : float =
            let ofMonomial (m: Monomial, q: BigRational) =
                let factors =
                    m
                    |> List.sumBy (fun (v, e) ->
                        match positives.TryGetValue v with
                        | true, RootOf b -> max 0.0 (size b.Polynomial) * float e / float units
                        | _ -> 0.0)

                factors + float ((BigInteger.Abs q.Numerator).GetBitLength())

            (p |> Map.toSeq |> Seq.map ofMonomial |> Seq.max)
            + System.Math.Log2(float p.Count)

        let shift = float (halves p)
        let needed = (degree - 1.0) * (size p + shift + 1.0) + shift + 2.0

        needed < 4000.0
        && (match Enclosure.evaluate (int needed + 200) Map.empty (termOfPolynomial p) with
            | Ok ball ->
                (Ball.magnitude ball).IsZero
                || (Ball.magnitude ball).Top < BigInteger(-int needed)
            | Error _ -> false)

    /// Splits by the kernels that are not algebraic numbers; each coefficient must vanish.
    let vanishes (p: Polynomial) : bool =
        p.IsEmpty
        || p
           |> Map.toSeq
           |> Seq.groupBy (fun (m, _) -> m |> List.filter (fst >> isAlgebraic >> not))
           |> Seq.forall (fun (_, part) ->
               part
               |> Seq.map (fun (m, q) -> m |> List.filter (fst >> isAlgebraic), q)
               |> Map.ofSeq
               |> algebraicVanishes)

    do
        for factor in factors do
            decompose (normalise factor).Top |> ignore

    /// A computation with normal forms; it starts anew, knowing better, when bases turn out to have common factors.
    /// Raises NoValueException and TooLarge.
    static member Run(assumptions: Assumptions, compute: NormalForm -> 'a) : 'a =
        let rec attempt patience factors =
            try
                Polynomial.limited (fun () -> compute (NormalForm(assumptions, factors)))
            with Split more ->
                if patience = 0 then
                    raise Polynomial.TooLarge

                attempt (patience - 1) (more @ factors)

        attempt 8 []

    /// Whether the normal form of a term is zero. False says nothing.
    member _.IsZero(term: Term) : bool =
        let x = normalise term
        x.Top.IsEmpty || vanishes (reduce x.Top)

    /// Factors and exponents whose product has the sign of a term, which is not zero.
    member _.Factors(term: Term) : (Term * int) list =
        let x = normalise term

        let factorsOf sign (p: Polynomial) =
            let bases, positive = decompose p

            (bases |> List.map (fun (b, k) -> termOfPolynomial b.Polynomial, sign * k))
            @ (positive |> List.map (fun (v, _) -> terms[v], sign))

        // Bases are primitive: the sign of the leading coefficient is left over.
        let leadingSign (p: Polynomial) =
            let struct (_, q) = Polynomial.leading p
            q.Sign

        if x.Top.IsEmpty then
            [ Term.zero, 1 ]
        else
            let sign = leadingSign x.Top * leadingSign x.Bottom
            (Term.integer sign, 1) :: factorsOf 1 x.Top @ factorsOf -1 x.Bottom

    /// The normal form as a term. Raises NoValueException and TooLarge.
    member _.Simplify(term: Term) : Term =
        let x = normalise term
        termOfPolynomial x.Top / termOfPolynomial x.Bottom
