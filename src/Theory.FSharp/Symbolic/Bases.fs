namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open System.Numerics
open MathNet.Numerics
open ImplicitBias.Theory.Symbolic // Polynomial is ours

/// Roots, logarithms and exponentials of fractions: polynomials as products of bases, any two of them without a common factor.
type internal Bases(assumptions: Assumptions, kernels: Kernels) =

    let rules = kernels.Rules
    let positives = kernels.Positives
    let units = kernels.Units
    let zero = kernels.Zero
    let one = kernels.One
    let lambert = kernels.Lambert
    let kernel term rule = kernels.Create(term, rule)
    let add x y = kernels.Add(x, y)
    let multiply x y = kernels.Multiply(x, y)
    let scale q x = kernels.Scale(q, x)
    let invert x = kernels.Invert x
    let fraction top bottom = kernels.Fraction(top, bottom)
    let ofKernel variable = kernels.OfKernel variable
    let reduce p = kernels.Reduce p
    let nonZero p = kernels.NonZero p
    let same x y = kernels.Same(x, y)
    let termOfPolynomial (p: Polynomial) = kernels.TermOf p
    let termOf (x: Fraction) = kernels.TermOf x
    let parts x = kernels.Parts x
    let singleKernel x = kernels.Single x
    let isFree variable = kernels.IsFree variable
    let isPositiveKernel variable = kernels.IsPositive variable

    let bases = ResizeArray<Base>()
    let primes = Dictionary<BigInteger, Base>()
    let atoms = Dictionary<int, Base>()
    let exponentials = ResizeArray<struct (Fraction * int)>()

    let signOf (b: Base) : Polynomial =
        match b.Sign with
        | Some sign -> sign
        | None ->
            let term = termOfPolynomial b.Polynomial
            let interval, _ = Extents.evaluate assumptions term

            let sign =
                if Interval.isNonNegative interval then
                    Polynomial.one
                elif Interval.isNonPositive interval then
                    Polynomial.negate Polynomial.one
                else
                    let sign = kernel (Term.apply Function.Abs term / term) (Cyclic(2, Polynomial.one))
                    let itself = Base(Polynomial.variable sign)
                    itself.IsSign <- true
                    itself.Sign <- Some itself.Polynomial
                    atoms[sign] <- itself
                    itself.Polynomial

            b.Sign <- Some sign
            sign

    let isMentioned variable =
        kernels.IsMentioned variable
        || bases |> Seq.exists (fun b -> Kernels.Contains(variable, b.Polynomial))

    let rootOf (b: Base) : int =
        match b.Root with
        | Some root -> root
        | None ->
            let size = Term.apply Function.Abs (termOfPolynomial b.Polynomial)
            let sign = signOf b

            let root =
                match Map.toList b.Polynomial with
                | [ [ variable, 1 ], _ ] when isFree variable ->
                    // A kernel with a root is a power of the root from here on: x - √x has the factor √x. What was made
                    // without the root must be made anew.
                    if isMentioned variable then
                        raise (Split [ Term.sqrt size ])

                    let root = kernel size Free

                    rules[variable] <-
                        Cyclic(1, Polynomial.multiply sign (Polynomial.monomial [ root, units ]))

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
                    match PolynomialFactors.gcd p b.Polynomial with
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
                [ for factor, exponent in PolynomialFactors.squareFree p do
                      let b = Base factor
                      bases.Add b
                      b, exponent ]

    let primeBase (prime: BigInteger) =
        match primes.TryGetValue prime with
        | true, b -> b
        | _ ->
            let b = Base(Polynomial.constant (BigRational.FromBigInt prime))
            b.Sign <- Some Polynomial.one
            primes[prime] <- b
            b

    let atomBase variable =
        match atoms.TryGetValue variable with
        | true, b -> b
        | _ ->
            let b = Base(Polynomial.variable variable)
            atoms[variable] <- b
            b

    let decompose (p: Polynomial) : (Base * int) list * (int * int) list =
        let p = nonZero (reduce p)
        let content = Polynomial.content p
        let monomial = Polynomial.commonMonomial p

        let rest =
            Polynomial.divideExactly p (Polynomial.monomial monomial)
            |> Option.map Polynomial.primitive
            |> Option.defaultWith (fun () -> raise Polynomial.TooLarge)

        let numeric =
            Factorisation.ofRational content
            |> List.map (fun (prime, exponent) -> primeBase prime, exponent)

        let positive, other = monomial |> List.partition (fst >> isPositiveKernel)

        let atomic =
            other |> List.map (fun (variable, exponent) -> atomBase variable, exponent)

        numeric @ atomic @ overBases rest, positive

    /// Π kernelᵉ with exponents of any sign.
    let ofPowers (powers: (int * int) list) : Fraction =
        let merged =
            powers
            |> List.groupBy fst
            |> List.map (fun (variable, all) -> variable, List.sumBy snd all)
            |> List.sortByDescending fst

        let part sign =
            merged
            |> List.choose (fun (variable, exponent) ->
                if sign * exponent > 0 then
                    Some(variable, sign * exponent)
                else
                    None)
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

    let sizeToPower (power: BigRational) (p: Polynomial) : (int * int) list =
        let bases, positive = decomposeSize p

        let ofPositive (variable, exponent) =
            let scaled = power * BigRational.FromInt exponent

            if not scaled.IsInteger then
                raise Polynomial.TooLarge

            variable, int scaled.Numerator

        (bases
         |> List.map (fun (b, exponent) -> rootOf b, inUnits (power * BigRational.FromInt exponent)))
        @ List.map ofPositive positive

    let rationalPower (power: BigRational) (x: Fraction) : Fraction =
        if x.Top.IsEmpty then
            if power.IsPositive then
                zero
            else
                raise (NoValueException "division by zero")
        else
            ofPowers (sizeToPower power x.Top @ sizeToPower -power x.Bottom)

    let rec logOfSize (p: Polynomial) : Fraction =
        let bases, positive = decomposeSize p

        let ofBase (b: Base, exponent) =
            let log =
                match b.Polynomial |> Map.toList with
                | [ [ variable, 1 ], _ ] when lambert.ContainsKey variable ->
                    // w eʷ = u, so log |w| = log |u| - w.
                    add (logarithm lambert[variable]) (scale -BigRational.One (ofKernel variable))
                | _ -> ofKernel (logOf b)

            scale (BigRational.FromInt exponent) log

        let ofPositive (variable, exponent) =
            let factor = BigRational.FromIntFraction(exponent, units)

            match positives[variable] with
            | ExponentialOf u -> scale factor u
            | RootOf b -> scale factor (ofKernel (logOf b))

        (List.map ofBase bases @ List.map ofPositive positive) |> List.fold add zero

    and logarithm (x: Fraction) : Fraction =
        if x.Top.IsEmpty then
            raise (NoValueException "log(0) has no value")

        add (logOfSize x.Top) (scale -BigRational.One (logOfSize x.Bottom))

    let baseOfLog variable =
        Seq.concat [ Seq.cast<Base> bases; Seq.cast primes.Values; Seq.cast atoms.Values ]
        |> Seq.tryFind (fun b -> b.Log = Some variable)

    let exponential (x: Fraction) : Fraction =
        let ofPart (coefficient: BigRational, part: Fraction) =
            match singleKernel part with
            | Some variable when (baseOfLog variable).IsSome ->
                let b = (baseOfLog variable).Value
                ofPowers [ rootOf b, inUnits coefficient ]
            | Some variable when lambert.ContainsKey variable ->
                // eʷ = u/w for w eʷ = u.
                rationalPower coefficient (multiply lambert[variable] (invert (ofKernel variable)))
            | _ ->
                let index =
                    exponentials
                    |> Seq.tryPick (fun struct (known, index) -> if same known part then Some index else None)
                    |> Option.defaultWith (fun () ->
                        let index = kernel (Term.exp (termOf part)) Free
                        positives[index] <- ExponentialOf part
                        exponentials.Add(struct (part, index))
                        kernels.Mention part
                        index)

                ofPowers [ index, inUnits coefficient ]

        parts x |> List.map ofPart |> List.fold multiply one

    /// -1 or 1, or a kernel whose square is 1.
    member _.SignOf(b: Base) : Polynomial = signOf b

    /// p ≠ 0 as powers of bases and of positive kernels (in their units), up to sign.
    member _.Decompose(p: Polynomial) : (Base * int) list * (int * int) list = decompose p

    /// |x|^r.
    member _.Power(r: BigRational, x: Fraction) : Fraction = rationalPower r x

    /// log |x|.
    member _.Logarithm(x: Fraction) : Fraction = logarithm x

    /// eˣ.
    member _.Exponential(x: Fraction) : Fraction = exponential x
