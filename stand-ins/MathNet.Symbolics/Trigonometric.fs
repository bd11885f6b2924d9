namespace MathNet.Symbolics

open System.Numerics
open MathNet.Numerics
open MathNet.Symbolics.Operators

/// <summary>
/// Rules of circular and hyperbolic functions.
/// Source: J. S. Cohen, Computer Algebra and Symbolic Computation: Elementary Algorithms (2002), section 7.2.
/// </summary>
[<RequireQualifiedAccess>]
module Trigonometric =
    /// A power or multiple angle beyond this is left alone: its expansion would be of no use to anybody.
    let private largestMultiple = BigInteger 100

    let private small (n: BigRational) =
        n.IsInteger && BigInteger.Abs n.Numerator <= largestMultiple

    /// (sine, cosine) of a sum of angles, and of whole multiples of an angle, in those of the angles. sign is -1 for circular and
    /// 1 for hyperbolic functions.
    let rec private expandPair sine cosine sign angle =
        let add (s1, c1) (s2, c2) =
            s1 * c2 + c1 * s2, c1 * c2 + sign * s1 * s2

        match angle with
        | Sum terms -> terms |> List.map (expandPair sine cosine sign) |> List.reduce add
        | Product(Number n :: rest) when small n && not n.IsOne && n <> -BigRational.One ->
            let single = product rest
            let once = sine single, cosine single

            let addOnce pair _ =
                let s, c = add pair once in Algebraic.expand s, Algebraic.expand c

            let s, c =
                (once, [ 2 .. System.Math.Abs(BigRational.ToInt32 n) ]) ||> List.fold addOnce

            (if n.IsNegative then -s else s), c
        | _ -> sine angle, cosine angle

    /// <summary>
    /// Sine, cosine, sinh and cosh of sums and of whole multiples of angles in those of the single angles, everywhere in x.
    /// </summary>
    [<CompiledName("Expand")>]
    let rec expand (x: Expression) : Expression =
        match Structure.map expand x with
        | Function(Sin, angle) -> fst (expandPair sin cos minusOne (Algebraic.expand angle))
        | Function(Cos, angle) -> snd (expandPair sin cos minusOne (Algebraic.expand angle))
        | Function(Sinh, angle) -> fst (expandPair sinh cosh one (Algebraic.expand angle))
        | Function(Cosh, angle) -> snd (expandPair sinh cosh one (Algebraic.expand angle))
        | x -> x

    let private isSinCos x =
        match x with
        | Function((Sin | Cos | Sinh | Cosh), _) -> true
        | Power(Function((Sin | Cos | Sinh | Cosh), _), Number n) -> n.IsInteger && n.IsPositive
        | _ -> false

    /// <summary>The factors of x other than powers of sine, cosine, sinh and cosh, and the factors that are.</summary>
    [<CompiledName("SeparateFactors")>]
    let separateFactors (x: Expression) : Expression * Expression =
        let trigonometric, others = Algebraic.factors x |> List.partition isSinCos
        product others, product trigonometric

    /// f(a)·g(b) as a sum.
    let private contractPair f a g b =
        let plus, minus = Algebraic.expand (a + b), Algebraic.expand (a - b)

        match f, g with
        | Sin, Sin -> Some((cos minus - cos plus) / two)
        | Cos, Cos -> Some((cos plus + cos minus) / two)
        | Sin, Cos -> Some((sin plus + sin minus) / two)
        | Cos, Sin -> Some((sin plus - sin minus) / two)
        | Sinh, Sinh -> Some((cosh plus - cosh minus) / two)
        | Cosh, Cosh -> Some((cosh plus + cosh minus) / two)
        | Sinh, Cosh -> Some((sinh plus + sinh minus) / two)
        | Cosh, Sinh -> Some((sinh plus - sinh minus) / two)
        | _ -> None

    /// Multiplies a combination of sines and cosines, linear in them, by one more.
    let private multiplyBy factor total =
        let term t =
            let others, trigonometric = separateFactors t

            match trigonometric, factor with
            | Function(f, a), Function(g, b) ->
                match contractPair f a g b with
                | Some contracted -> others * contracted
                | None -> t * factor
            | _ -> t * factor

        Algebraic.expand (sum (Algebraic.summands total |> List.map term))

    let rec private contractProduct x =
        match Algebraic.expandMain x with
        | Sum terms -> sum (List.map contractTerm terms)
        | x ->
            let others, trigonometric = separateFactors x

            let single =
                Algebraic.factors trigonometric
                |> List.collect (function
                    | Power(b, Number n) when small n -> List.replicate (BigRational.ToInt32 n) b
                    | factor -> [ factor ])

            match single with
            | []
            | [ _ ] -> x
            | first :: rest ->
                Algebraic.expandMain (
                    others * ((first, rest) ||> List.fold (fun total f -> multiplyBy f total))
                )

    and private contractTerm x =
        match x with
        | Product _
        | Power _ -> contractProduct x
        | x -> x

    /// <summary>Products and powers of sine, cosine, sinh and cosh as sums of functions of multiple angles, everywhere in x.</summary>
    [<CompiledName("Contract")>]
    let rec contract (x: Expression) : Expression =
        match Structure.map contract x with
        | Function(f, angle) -> apply f (Algebraic.expand angle)
        | x -> contractTerm x

    /// <summary>Tangent, cotangent, secant and cosecant, circular and hyperbolic, in sine and cosine.</summary>
    [<CompiledName("Substitute")>]
    let rec substitute (x: Expression) : Expression =
        match Structure.map substitute x with
        | Function(Tan, x) -> sin x / cos x
        | Function(Cot, x) -> cos x / sin x
        | Function(Sec, x) -> invert (cos x)
        | Function(Csc, x) -> invert (sin x)
        | Function(Tanh, x) -> sinh x / cosh x
        | Function(Coth, x) -> cosh x / sinh x
        | Function(Sech, x) -> invert (cosh x)
        | Function(Csch, x) -> invert (sinh x)
        | x -> x

    /// f(-x) = ±f(x) for sums that begin with a minus sign, so that sin(x - y) and sin(y - x) cancel.
    let rec private orient (x: Expression) : Expression =
        match Structure.map orient x with
        | Function((Sin | Sinh) as f, Sum(first :: _ as terms)) when isNegated first ->
            -(apply f (opposite terms))
        | Function((Cos | Cosh) as f, Sum(first :: _ as terms)) when isNegated first ->
            apply f (opposite terms)
        | x -> x

    and private isNegated term =
        match term with
        | Number n
        | Product(Number n :: _) -> n.IsNegative
        | _ -> false

    and private opposite terms = sum (List.map negate terms)

    /// <summary>
    /// Writes x in sine and cosine over a common denominator, expands and contracts both parts. Undefined when the denominator vanishes
    /// identically.
    /// </summary>
    [<CompiledName("Simplify")>]
    let simplify (x: Expression) : Expression =
        let fraction = Rational.rationalize (substitute x)
        let part = expand >> contract >> orient
        let numerator = part (Rational.numerator fraction)
        let denominator = part (Rational.denominator fraction)

        if denominator = zero then
            Undefined
        else
            numerator / denominator
