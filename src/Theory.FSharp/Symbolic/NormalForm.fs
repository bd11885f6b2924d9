namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open System.Numerics
open MathNet.Numerics
open ImplicitBias.Theory.Symbolic // Polynomial is ours

/// Terms as quotients of polynomials in kernels: symbols, π, exponentials, logarithms, roots, sines and cosines, and the
/// functions nothing is known about. Every rewriting holds wherever both sides have a value, so a term whose numerator
/// vanishes is zero; the converse holds only as far as the kernels are independent.
/// Sources: Risch (1979); Moses (1971) for the form; van der Hoeven (2002) for zero tests of constants.
type internal NormalForm private (assumptions: Assumptions, factors: Term list) =

    let kernels = Kernels()
    let bases = Bases(assumptions, kernels)
    let angles = Angles kernels
    let terms = kernels.Terms
    let zero = kernels.Zero
    let one = kernels.One
    let lambert = kernels.Lambert
    let kernel term rule = kernels.Create(term, rule)
    let plainKernel term = kernels.Plain term
    let add x y = kernels.Add(x, y)
    let multiply x y = kernels.Multiply(x, y)
    let scale q x = kernels.Scale(q, x)
    let invert x = kernels.Invert x
    let power n x = kernels.Power(n, x)
    let fraction top bottom = kernels.Fraction(top, bottom)
    let ofKernel variable = kernels.OfKernel variable
    let ofRational q = kernels.OfRational q
    let reduce p = kernels.Reduce p
    let same x y = kernels.Same(x, y)
    let termOfPolynomial (p: Polynomial) = kernels.TermOf p
    let termOf (x: Fraction) = kernels.TermOf x
    let parts x = kernels.Parts x
    let rationalPower r x = bases.Power(r, x)
    let logarithm x = bases.Logarithm x
    let exponential x = bases.Exponential x
    let decompose p = bases.Decompose p
    let signOf b = bases.SignOf b
    let cosineAndSine normalise x = angles.CosineAndSine(normalise, x)

    let opaque =
        Dictionary<Function, ResizeArray<struct (Fraction * int)>>(HashIdentity.Structural)

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
            kernels.Mention x
            index)

    let half = BigRational.FromIntFraction(1, 2)
    let minus x = scale -BigRational.One x

    /// x = rest + integer, with the integer part of the constant term.
    let withoutInteger (x: Fraction) : Fraction * int =
        let constant =
            parts x
            |> List.tryPick (fun (coefficient, part) -> if part = one then Some coefficient else None)
            |> Option.defaultValue BigRational.Zero

        let integer = BigInteger.Divide(constant.Numerator, constant.Denominator)

        // Numbers keep a positive rest, so that no pole is met.
        let integer =
            if (parts x).Length = 1 && constant.IsInteger then
                BigInteger.Zero
            else
                integer

        if BigInteger.Abs integer > BigInteger 64 then
            x, 0
        else
            add x (ofRational -(BigRational.FromBigInt integer)), int integer

    /// Σ f(start + j) for j from 0 below count; for count < 0 minus the terms from count below 0.
    let telescoped (f: Fraction -> Fraction) (start: Fraction) (count: int) =
        let term j =
            f (add start (ofRational (BigRational.FromInt j)))

        if count >= 0 then
            [ for j in 0 .. count - 1 -> term j ] |> List.fold add zero
        else
            [ for j in count .. -1 -> minus (term j) ] |> List.fold add zero

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
                (fun product (b, exponent) ->
                    if exponent % 2 = 0 then
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
            let cosine, sine = cosineAndSine normalise x
            multiply sine (invert cosine)
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
            let rest, integer = withoutInteger x
            add (ofKernel (opaqueKernel f rest)) (telescoped invert rest integer)
        | Function.Polygamma order ->
            let rest, integer = withoutInteger x

            let factor =
                Seq.fold (fun product (k: int) -> product * BigInteger k) BigInteger.One (seq { 1..order })

            let signed = BigRational.FromBigInt(if order % 2 = 0 then factor else -factor)

            add
                (ofKernel (opaqueKernel f rest))
                (telescoped (invert >> power (order + 1) >> scale signed) rest integer)
        | Function.LambertW -> lambertOf x
        | Function.WrightOmega -> lambertOf (exponential x)
        | Function.Atan -> arctangent x
        | Function.Asin
        | Function.Erf -> ofKernel (opaqueKernel f x)

    and arctangent (x: Fraction) : Fraction =
        let opaque x = ofKernel (opaqueKernel Function.Atan x)

        match x.Top, x.Bottom with
        | Polynomial.Constant top, Polynomial.Constant bottom ->
            match GaussianArcs.decompose (top / bottom) with
            | None -> opaque x
            | Some(quarters, arcs) ->
                let start =
                    scale (BigRational.FromIntFraction(quarters, 4)) (ofKernel (plainKernel Term.pi))

                (start, arcs)
                ||> List.fold (fun sum (arc, multiple) ->
                    add sum (scale (BigRational.FromInt multiple) (opaque (ofRational arc))))
        | _ -> opaque x

    and lambertOf (x: Fraction) : Fraction =
        let w = opaqueKernel Function.LambertW x
        lambert[w] <- x
        ofKernel w

    and gamma (x: Fraction) : Fraction =
        let rest, integer = withoutInteger x
        let value = ofKernel (opaqueKernel Function.Gamma rest)

        let factor j =
            add rest (ofRational (BigRational.FromInt j))

        if integer >= 0 then
            [ for j in 0 .. integer - 1 -> factor j ] |> List.fold multiply value
        else
            [ for j in integer .. -1 -> invert (factor j) ] |> List.fold multiply value

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
        | Shape.Number rational when rational.IsInteger ->
            if BigInteger.Abs rational.Numerator > BigInteger 1000 then
                raise Polynomial.TooLarge

            power (int rational.Numerator) (normalise b)
        | Shape.Number rational -> rationalPower rational (normalise b)
        | _ -> exponential (multiply (normalise e) (logarithm (normalise b)))

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
        x.Top.IsEmpty || AlgebraicNumbers(kernels).Vanishes(reduce x.Top)

    /// Factors and exponents whose product has the sign of a term, which is not zero.
    member _.Factors(term: Term) : (Term * int) list =
        // Reduced anew: a kernel that came to have a root is a power of the root, which changes what leads.
        let x = normalise term
        let x = { Top = reduce x.Top; Bottom = reduce x.Bottom }

        let factorsOf sign (p: Polynomial) =
            let bases, positive = decompose p

            (bases
             |> List.map (fun (b, exponent) -> termOfPolynomial b.Polynomial, sign * exponent))
            @ (positive |> List.map (fun (variable, _) -> terms[variable], sign))

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
