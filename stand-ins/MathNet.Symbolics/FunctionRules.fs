namespace MathNet.Symbolics

open MathNet.Numerics

/// What a function application simplifies to without being asked: exact values, parity, limits at infinity, and a function of an
/// inverse function. A function of its own inverse, sin(asin x) = x, holds for all x; ln(exp x) and asinh(sinh x) are given as x, which
/// holds for real x.
module internal FunctionRules =
    open Numeric

    let private integer (n: int) = Number(BigRational.FromInt n)
    let private minusOne = integer -1
    let private half = Number(BigRational.FromIntFraction(1, 2))
    let private imaginary = Constant I
    let private rightAngle = half * Constant Pi
    let private sqrt x = Simplification.pow x half
    let private reciprocal x = Simplification.pow x minusOne

    /// -x for an x with a negative number in front.
    let private (|Negated|_|) x =
        match x with
        | Number n when n.IsNegative -> Some(Number -n)
        | Product(Number n :: _) when n.IsNegative -> Some(-x)
        | _ -> None

    let private (|MinusOne|_|) x = if x = minusOne then Some() else None

    let private (|Infinite|_|) x =
        match x with
        | PositiveInfinity
        | NegativeInfinity
        | ComplexInfinity -> Some()
        | _ -> None

    let private isOdd f =
        match f with
        | Sin
        | Tan
        | Csc
        | Cot
        | Sinh
        | Tanh
        | Csch
        | Coth
        | Asin
        | Atan
        | Acot
        | Asinh
        | Atanh
        | Acsch
        | Acoth -> true
        | _ -> false

    let private isEven f =
        match f with
        | Abs
        | Cos
        | Sec
        | Cosh
        | Sech -> true
        | _ -> false

    /// (sin u, cos u) for u an inverse circular function of x.
    let private circularOfInverse inverse x =
        let square = x * x

        match inverse with
        | Asin -> Some(x, sqrt (one - square))
        | Acos -> Some(sqrt (one - square), x)
        | Atan -> Some(x / sqrt (one + square), reciprocal (sqrt (one + square)))
        | Acsc -> Some(reciprocal x, sqrt (one - reciprocal square))
        | Asec -> Some(sqrt (one - reciprocal square), reciprocal x)
        | Acot ->
            Some(reciprocal (sqrt (one + reciprocal square) * x), reciprocal (sqrt (one + reciprocal square)))
        | _ -> None

    /// (sinh u, cosh u) for u an inverse hyperbolic function of x.
    let private hyperbolicOfInverse inverse x =
        let square = x * x

        match inverse with
        | Asinh -> Some(x, sqrt (one + square))
        | Acosh -> Some(sqrt ((x - one) / (x + one)) * (x + one), x)
        | Atanh -> Some(x / sqrt (one - square), reciprocal (sqrt (one - square)))
        | Acsch -> Some(reciprocal x, sqrt (one + reciprocal square))
        | Asech -> Some(sqrt ((one - x) / (one + x)) * (one + x) / x, reciprocal x)
        | Acoth ->
            Some(reciprocal (sqrt (one - reciprocal square) * x), reciprocal (sqrt (one - reciprocal square)))
        | _ -> None

    let private ofInverse f inverse x =
        let combine (s, c) =
            match f with
            | Sin
            | Sinh -> s
            | Cos
            | Cosh -> c
            | Tan
            | Tanh -> s / c
            | Csc
            | Csch -> reciprocal s
            | Sec
            | Sech -> reciprocal c
            | _ -> c / s

        match f with
        | Sin
        | Cos
        | Tan
        | Csc
        | Sec
        | Cot -> circularOfInverse inverse x |> Option.map combine
        | Sinh
        | Cosh
        | Tanh
        | Csch
        | Sech
        | Coth -> hyperbolicOfInverse inverse x |> Option.map combine
        | _ -> None

    /// Values at 0, ±1, π, i and the infinities.
    let private special f x =
        match f, x with
        | Abs, Number n -> Some(Number(BigRational.Abs n))
        | Abs, Approximation a -> Some(Approximation(Approximation.abs a))
        | Abs, Constant I -> Some one
        | (Abs | Ln | Lg), Infinite -> Some PositiveInfinity

        | (Ln | Lg), Zero -> Some NegativeInfinity
        | (Ln | Lg), One -> Some zero
        | Ln, MinusOne -> Some(Constant Pi * imaginary)
        | Ln, Constant E -> Some one
        | Ln, Constant I -> Some(rightAngle * imaginary)
        | Lg, Number n when n = BigRational.FromInt 10 -> Some one

        | Exp, Zero -> Some one
        | Exp, One -> Some(Constant E)
        | Exp, MinusOne -> Some(reciprocal (Constant E))
        | Exp, Product [ Constant Pi; Constant I ] -> Some minusOne
        | Exp, PositiveInfinity -> Some PositiveInfinity
        | Exp, NegativeInfinity -> Some zero
        | Exp, ComplexInfinity -> Some Undefined

        | (Sin | Tan | Sinh | Tanh | Asin | Atan | Asinh | Atanh), Zero -> Some zero
        | (Cos | Sec | Cosh | Sech), Zero -> Some one
        | (Csc | Cot | Csch | Coth | Acsc | Asec | Acsch), Zero -> Some ComplexInfinity
        | (Sin | Tan), Constant Pi -> Some zero
        | (Cos | Sec), Constant Pi -> Some minusOne
        | (Csc | Cot), Constant Pi -> Some ComplexInfinity
        | (Sin | Cos | Tan | Csc | Sec | Cot), Infinite -> Some Undefined

        | Sin, Constant I -> Some(imaginary * Function(Sinh, one))
        | Cos, Constant I -> Some(Function(Cosh, one))
        | Tan, Constant I -> Some(imaginary * Function(Tanh, one))
        | Csc, Constant I -> Some(-imaginary * Function(Csch, one))
        | Sec, Constant I -> Some(Function(Sech, one))
        | Cot, Constant I -> Some(-imaginary * Function(Coth, one))
        | Sinh, Constant I -> Some(imaginary * Function(Sin, one))
        | Cosh, Constant I -> Some(Function(Cos, one))
        | Tanh, Constant I -> Some(imaginary * Function(Tan, one))
        | Csch, Constant I -> Some(-imaginary * Function(Csc, one))
        | Sech, Constant I -> Some(Function(Sec, one))
        | Coth, Constant I -> Some(-imaginary * Function(Cot, one))

        | Sinh, (PositiveInfinity | NegativeInfinity) -> Some x
        | Cosh, (PositiveInfinity | NegativeInfinity) -> Some PositiveInfinity
        | (Tanh | Coth), PositiveInfinity -> Some one
        | (Tanh | Coth), NegativeInfinity -> Some minusOne
        | (Csch | Sech), (PositiveInfinity | NegativeInfinity) -> Some zero
        | (Sinh | Cosh | Tanh | Csch | Sech | Coth), ComplexInfinity -> Some Undefined

        | (Asin | Acsc), One -> Some rightAngle
        | (Asin | Acsc), MinusOne -> Some(-rightAngle)
        | (Acos | Asec | Acosh | Asech), One -> Some zero
        | (Acos | Asec), MinusOne -> Some(Constant Pi)
        | (Acosh | Asech), MinusOne -> Some(Constant Pi * imaginary)
        | (Acos | Acot), Zero -> Some rightAngle
        | (Acosh | Acoth), Zero -> Some(rightAngle * imaginary)
        | Asech, Zero -> Some PositiveInfinity
        | (Atan | Acot), One -> Some(rightAngle * half)
        | (Atanh | Acoth), One -> Some PositiveInfinity
        | Asin, Constant I -> Some(imaginary * Function(Asinh, one))
        | Asinh, Constant I -> Some(rightAngle * imaginary)

        | (Atan | Asec), PositiveInfinity -> Some rightAngle
        | Atan, NegativeInfinity -> Some(-rightAngle)
        | Asec, NegativeInfinity -> Some rightAngle
        | (Acot | Acsc | Acsch | Acoth), Infinite -> Some zero
        | Asinh, (PositiveInfinity | NegativeInfinity) -> Some x
        | Acosh, (PositiveInfinity | NegativeInfinity) -> Some PositiveInfinity
        | (Asin | Acos | Atan | Asec | Asinh | Acosh | Atanh | Asech), ComplexInfinity -> Some Undefined
        | _ -> None

    /// f(x) in normal form.
    let rec apply (f: Function) (x: Expression) : Expression =
        match special f x with
        | Some value -> value
        | None ->
            match f, x with
            | _, Undefined -> Undefined
            | Exp, Function(Ln, y) -> y
            | Ln, Function(Exp, y)
            | Ln, Power(Constant E, y) -> y
            | Asinh, Function(Sinh, y) -> y
            | Ln, Number n when n.Numerator.IsOne -> minusOne * Function(Ln, Number(BigRational.Reciprocal n))
            | _, Negated y when isOdd f -> minusOne * apply f y
            | _, Negated y when isEven f -> apply f y
            | _, Function(inverse, y) -> ofInverse f inverse y |> Option.defaultValue (Function(f, x))
            | _ -> Function(f, x)

    /// f(x₁, …, xₙ) in normal form.
    let applyN (f: FunctionN) (xs: Expression list) : Expression =
        match f, xs with
        | _ when List.contains Undefined xs -> Undefined
        | BesselJ, [ Zero; Zero ] -> one
        | _ -> FunctionN(f, xs)
