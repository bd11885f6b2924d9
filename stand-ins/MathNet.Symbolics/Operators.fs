namespace MathNet.Symbolics

open System.Numerics
open MathNet.Numerics

/// <summary>
/// Construction of expressions. Opening this module shadows the floating-point functions of the same names (<c>sqrt</c>, <c>exp</c>,
/// <c>abs</c>, ...).
/// </summary>
module Operators =
    /// <summary>0.</summary>
    let zero = Expression.Zero
    /// <summary>1.</summary>
    let one = Expression.One
    /// <summary>2.</summary>
    let two = Number(BigRational.FromInt 2)
    /// <summary>-1.</summary>
    let minusOne = Number(BigRational.FromInt -1)
    /// <summary>π.</summary>
    let Pi = Constant Constant.Pi
    /// <summary>The imaginary unit.</summary>
    let I = Constant Constant.I
    /// <summary>Euler's number.</summary>
    let E = Constant Constant.E
    /// <summary>No value: 0/0, ∞ - ∞, or an infinity times a factor of unknown sign.</summary>
    let undefined = Undefined
    /// <summary>+∞.</summary>
    let infinity = PositiveInfinity
    /// <summary>An infinity without direction, 1/0.</summary>
    let complexInfinity = ComplexInfinity
    /// <summary>-∞.</summary>
    let negativeInfinity = NegativeInfinity

    /// <summary>The identifier of that name.</summary>
    let symbol (name: string) = Identifier(Symbol name)

    /// <summary>An approximate number; use rationals where exactness matters.</summary>
    let fromReal (floatingPoint: float) =
        match floatingPoint with
        | x when System.Double.IsNaN x -> Undefined
        | x when System.Double.IsPositiveInfinity x -> PositiveInfinity
        | x when System.Double.IsNegativeInfinity x -> NegativeInfinity
        | x -> Approximation(Real x)

    /// <summary>An approximate number from single precision.</summary>
    let fromReal32 (floatingPoint: float32) = fromReal (float floatingPoint)

    /// <summary>An approximate complex number.</summary>
    let fromComplex (floatingPoint: Complex) =
        Numeric.approximate (Approximation.Complex floatingPoint)

    /// <summary>The exact value of a decimal.</summary>
    let fromDecimal (x: decimal) = Number(BigRational.FromDecimal x)
    /// <summary>The integer x.</summary>
    let fromInt32 (x: int) = Number(BigRational.FromInt x)

    /// <summary>The integer x.</summary>
    let fromInt64 (x: int64) =
        Number(BigRational.FromBigInt(BigInteger x))

    /// <summary>The integer x.</summary>
    let fromInteger (x: BigInteger) = Number(BigRational.FromBigInt x)

    /// <summary>n/d, exactly.</summary>
    let fromIntegerFraction (n: BigInteger) (d: BigInteger) =
        Number(BigRational.FromBigIntFraction(n, d))

    /// <summary>The rational x.</summary>
    let fromRational (x: BigRational) = Number x
    /// <summary>The integer x, as <c>fromInt32</c>.</summary>
    let number = fromInt32
    /// <summary>An approximate number, as <c>fromReal</c>.</summary>
    let real = fromReal

    /// <summary>Exactly zero.</summary>
    let isZero (x: Expression) = x = zero
    /// <summary>Exactly one.</summary>
    let isOne (x: Expression) = x = one
    /// <summary>Exactly minus one.</summary>
    let isMinusOne (x: Expression) = x = minusOne
    /// <summary>A number or constant above zero. False says nothing about a symbol.</summary>
    let isPositive (x: Expression) = Numeric.sign x = Some 1
    /// <summary>A number or constant below zero.</summary>
    let isNegative (x: Expression) = Numeric.sign x = Some -1
    /// <summary>+∞.</summary>
    let isPositiveInfinity (x: Expression) = x = PositiveInfinity
    /// <summary>-∞.</summary>
    let isNegativeInfinity (x: Expression) = x = NegativeInfinity
    /// <summary>The infinity without direction.</summary>
    let isComplexInfinity (x: Expression) = x = ComplexInfinity

    /// <summary>Any of the three infinities.</summary>
    let isInfinity (x: Expression) =
        isPositiveInfinity x || isNegativeInfinity x || isComplexInfinity x

    /// <summary>x + y.</summary>
    let add (x: Expression) (y: Expression) : Expression = x + y
    /// <summary>x · y.</summary>
    let multiply (x: Expression) (y: Expression) : Expression = x * y
    /// <summary>x to the power y.</summary>
    let pow (x: Expression) (y: Expression) : Expression = Simplification.pow x y
    /// <summary>-x.</summary>
    let negate (x: Expression) : Expression = -x
    /// <summary>x - y.</summary>
    let subtract (x: Expression) (y: Expression) : Expression = x - y
    /// <summary>1/x.</summary>
    let invert (x: Expression) : Expression = pow x minusOne
    /// <summary>x / y.</summary>
    let divide (x: Expression) (y: Expression) : Expression = x / y
    /// <summary>The sum of a list, in time n log n: prefer it to adding one by one when the list is long.</summary>
    let sum (xs: Expression list) : Expression = Simplification.sum xs
    /// <summary>The sum of a sequence.</summary>
    let sumSeq (xs: Expression seq) : Expression = sum (List.ofSeq xs)
    /// <summary>The product of a list.</summary>
    let product (xs: Expression list) : Expression = Simplification.product xs
    /// <summary>The product of a sequence.</summary>
    let productSeq (xs: Expression seq) : Expression = product (List.ofSeq xs)
    /// <summary>The n-th root of x.</summary>
    let root (n: Expression) (x: Expression) : Expression = pow x (pow n minusOne)
    /// <summary>The square root.</summary>
    let sqrt (x: Expression) : Expression = root two x

    /// <summary>The function f of x, in normal form.</summary>
    let apply (f: Function) (x: Expression) : Expression = FunctionRules.apply f x
    /// <summary>The function f of several arguments.</summary>
    let applyN (f: FunctionN) (xs: Expression list) : Expression = FunctionRules.applyN f xs

    /// <summary>The absolute value.</summary>
    let abs x = apply Abs x
    /// <summary>The exponential function.</summary>
    let exp x = apply Exp x
    /// <summary>The natural logarithm.</summary>
    let ln x = apply Ln x
    /// <summary>The logarithm to base 10.</summary>
    let lg x = apply Lg x
    /// <summary>The logarithm of x to the given base.</summary>
    let log (basis: Expression) (x: Expression) = applyN Log [ basis; x ]
    /// <summary>Sine.</summary>
    let sin x = apply Sin x
    /// <summary>Cosine.</summary>
    let cos x = apply Cos x
    /// <summary>Tangent.</summary>
    let tan x = apply Tan x
    /// <summary>Cosecant, 1/sin.</summary>
    let csc x = apply Csc x
    /// <summary>Secant, 1/cos.</summary>
    let sec x = apply Sec x
    /// <summary>Cotangent, 1/tan.</summary>
    let cot x = apply Cot x
    /// <summary>Hyperbolic sine.</summary>
    let sinh x = apply Sinh x
    /// <summary>Hyperbolic cosine.</summary>
    let cosh x = apply Cosh x
    /// <summary>Hyperbolic tangent.</summary>
    let tanh x = apply Tanh x
    /// <summary>Hyperbolic cosecant.</summary>
    let csch x = apply Csch x
    /// <summary>Hyperbolic secant.</summary>
    let sech x = apply Sech x
    /// <summary>Hyperbolic cotangent.</summary>
    let coth x = apply Coth x
    /// <summary>Inverse sine.</summary>
    let arcsin x = apply Asin x
    /// <summary>Inverse cosine.</summary>
    let arccos x = apply Acos x
    /// <summary>Inverse tangent.</summary>
    let arctan x = apply Atan x
    /// <summary>The angle of the point with ordinate x (first argument) and abscissa y, as <c>System.Math.Atan2</c>.</summary>
    let arctan2 (x: Expression) (y: Expression) = applyN Atan2 [ x; y ]
    /// <summary>Inverse cosecant.</summary>
    let arccsc x = apply Acsc x
    /// <summary>Inverse secant.</summary>
    let arcsec x = apply Asec x
    /// <summary>Inverse cotangent, the odd branch: arctan(1/x).</summary>
    let arccot x = apply Acot x
    /// <summary>Inverse hyperbolic sine.</summary>
    let arcsinh x = apply Asinh x
    /// <summary>Inverse hyperbolic cosine.</summary>
    let arccosh x = apply Acosh x
    /// <summary>Inverse hyperbolic tangent.</summary>
    let arctanh x = apply Atanh x
    /// <summary>Inverse hyperbolic cosecant.</summary>
    let arccsch x = apply Acsch x
    /// <summary>Inverse hyperbolic secant.</summary>
    let arcsech x = apply Asech x
    /// <summary>Inverse hyperbolic cotangent.</summary>
    let arccoth x = apply Acoth x
    /// <summary>The Airy function Ai.</summary>
    let airyai x = apply AiryAi x
    /// <summary>The derivative of Ai.</summary>
    let airyaiprime x = apply AiryAiPrime x
    /// <summary>The Airy function Bi.</summary>
    let airybi x = apply AiryBi x
    /// <summary>The derivative of Bi.</summary>
    let airybiprime x = apply AiryBiPrime x
    /// <summary>The Bessel function of the first kind and order nu.</summary>
    let besselj (nu: Expression) (x: Expression) = applyN BesselJ [ nu; x ]
    /// <summary>The Bessel function of the second kind and order nu.</summary>
    let bessely (nu: Expression) (x: Expression) = applyN BesselY [ nu; x ]
    /// <summary>The modified Bessel function of the first kind and order nu.</summary>
    let besseli (nu: Expression) (x: Expression) = applyN BesselI [ nu; x ]
    /// <summary>The modified Bessel function of the second kind and order nu.</summary>
    let besselk (nu: Expression) (x: Expression) = applyN BesselK [ nu; x ]
    /// <summary>The ratio of modified Bessel functions of the first kind, orders nu + 1 and nu.</summary>
    let besseliratio (nu: Expression) (x: Expression) = applyN BesselIRatio [ nu; x ]
    /// <summary>The ratio of modified Bessel functions of the second kind, orders nu + 1 and nu.</summary>
    let besselkratio (nu: Expression) (x: Expression) = applyN BesselKRatio [ nu; x ]
    /// <summary>The Hankel function of the first kind.</summary>
    let hankelh1 (nu: Expression) (x: Expression) = applyN HankelH1 [ nu; x ]
    /// <summary>The Hankel function of the second kind.</summary>
    let hankelh2 (nu: Expression) (x: Expression) = applyN HankelH2 [ nu; x ]

/// <summary>Literals such as <c>3Q</c> for exact expressions; in scope after <c>open MathNet.Symbolics</c>.</summary>
[<RequireQualifiedAccess>]
module NumericLiteralQ =
    /// <summary>0Q.</summary>
    let FromZero () = Expression.Zero
    /// <summary>1Q.</summary>
    let FromOne () = Expression.One
    /// <summary>A literal that fits an int.</summary>
    let FromInt32 (x: int) = Number(BigRational.FromInt x)

    /// <summary>A literal that fits a 64-bit integer.</summary>
    let FromInt64 (x: int64) =
        Number(BigRational.FromBigInt(BigInteger x))

    /// <summary>A literal of any length.</summary>
    let FromString (str: string) = Number(BigRational.Parse str)
