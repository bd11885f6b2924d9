namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open System.Numerics
open MathNet.Numerics
open ImplicitBias.Theory.Symbolic // Polynomial is ours

/// Sines and cosines: an angle of each kind has one pair of kernels, and sums and multiples are polynomials in them.
type internal Angles(kernels: Kernels) =

    let rules = kernels.Rules
    let zero = kernels.Zero
    let one = kernels.One
    let cyclotomic = kernels.Cyclotomic
    let kernel term rule = kernels.Create(term, rule)
    let plainKernel term = kernels.Plain term
    let add x y = kernels.Add(x, y)
    let multiply x y = kernels.Multiply(x, y)
    let scale q x = kernels.Scale(q, x)
    let ofKernel variable = kernels.OfKernel variable
    let same x y = kernels.Same(x, y)
    let termOf (x: Fraction) = kernels.TermOf x
    let parts x = kernels.Parts x
    let singleKernel x = kernels.Single x

    let angles =
        ResizeArray<struct (Fraction * BigInteger * Fraction * Fraction * int * int)>()

    /// cos and sin of n times the angle with the given cos and sin.
    let rec multiple (n: int) (cosine: Fraction, sine: Fraction) : Fraction * Fraction =
        if n < 0 then
            let cosine, sine = multiple -n (cosine, sine)
            cosine, scale -BigRational.One sine
        elif n = 0 then
            one, zero
        elif n = 1 then
            cosine, sine
        else
            let half = multiple (n / 2) (cosine, sine)
            let twice = sumOfAngles half half

            if n % 2 = 0 then
                twice
            else
                sumOfAngles twice (cosine, sine)

    and sumOfAngles (cosA, sinA) (cosB, sinB) =
        let minus x = scale -BigRational.One x
        add (multiply cosA cosB) (minus (multiply sinA sinB)), add (multiply sinA cosB) (multiply cosA sinB)

    /// cos and sin of (1/denominator) angle, as kernels or as known values.
    let generator
        (normalise: Term -> Fraction)
        (angle: Fraction)
        (denominator: BigInteger)
        : Fraction * Fraction =
        let term = termOf angle / Term.number (BigRational.FromBigInt denominator)
        let known f = Term.apply f term
        let raised exponent (u: Term) = normalise (Term.power u exponent)

        match term.Shape, (known Function.Cos).Shape, (known Function.Sin).Shape with
        // Arcs that lie in [-π/2, π/2], where the cosine is not negative.
        | Shape.Apply(Function.Asin, u), _, _ ->
            raised (Term.ratio 1 2) (Term.one - u ** Term.integer 2), normalise u
        | Shape.Apply(Function.Atan, u), _, _ ->
            let cosine = raised (Term.ratio -1 2) (Term.one + u ** Term.integer 2)
            cosine, multiply cosine (normalise u)
        | _, Shape.Apply(Function.Cos, _), Shape.Apply(Function.Sin, _) ->
            let cosine = kernel (known Function.Cos) Free
            let square = Polynomial.monomial [ cosine, 2 ]

            let sine =
                kernel (known Function.Sin) (Cyclic(2, Polynomial.subtract Polynomial.one square))

            if angle = ofKernel (plainKernel Term.pi) && denominator < BigInteger 100 then
                cyclotomic[cosine] <- int denominator
                cyclotomic[sine] <- 2 * int denominator

            ofKernel cosine, ofKernel sine
        | _ -> normalise (known Function.Cos), normalise (known Function.Sin)

    /// cos and sin of factor times the angle.
    let angleOf normalise (factor: BigRational) (angle: Fraction) : Fraction * Fraction =
        let found =
            angles
            |> Seq.tryFindIndex (fun struct (known, _, _, _, _, _) -> same known angle)

        // The sine of an arc is an argument, and no kernel of the angle's own.
        let kernelOf x =
            match singleKernel x with
            | Some variable when
                (match kernels.Terms[variable].Shape with
                 | Shape.Apply((Function.Sin | Function.Cos), _) -> true
                 | _ -> false)
                ->
                variable
            | _ -> -1

        let limited (n: BigInteger) =
            if BigInteger.Abs n > BigInteger 64 then
                raise Polynomial.TooLarge

            int n

        let times (q: BigRational) pair = multiple (limited q.Numerator) pair

        match found with
        | Some index ->
            let struct (_, denominator, cosine, sine, cosineKernel, sineKernel) = angles[index]
            let divisor = BigInteger.GreatestCommonDivisor(denominator, factor.Denominator)
            let common = denominator / divisor * factor.Denominator

            if common = denominator then
                times (factor * BigRational.FromBigInt denominator) (cosine, sine)
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

                times (factor * BigRational.FromBigInt common) finer
        | None ->
            let cosine, sine = generator normalise angle factor.Denominator
            kernels.Mention angle
            angles.Add(struct (angle, factor.Denominator, cosine, sine, kernelOf cosine, kernelOf sine))
            times (BigRational.FromBigInt factor.Numerator) (cosine, sine)

    let cosineAndSine normalise (x: Fraction) : Fraction * Fraction =
        parts x
        |> List.map (fun (factor, angle) -> angleOf normalise factor angle)
        |> List.fold sumOfAngles (one, zero)

    /// cos x and sin x; normalise brings the values that are known to normal form.
    member _.CosineAndSine(normalise: Term -> Fraction, x: Fraction) : Fraction * Fraction =
        cosineAndSine normalise x
