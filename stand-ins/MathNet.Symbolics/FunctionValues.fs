namespace MathNet.Symbolics

open System
open System.Numerics
open MathNet.Numerics

/// Functions of one and two real or complex numbers in double precision.
module internal FunctionValues =
    /// log(1 + x) without cancellation. (W. Kahan's correction of the rounded 1 + x.)
    let log1p (x: float) =
        let u = 1.0 + x
        if u = 1.0 then x else log u * (x / (u - 1.0))

    /// e^x - 1 without cancellation. (The companion correction.)
    let expm1 (x: float) =
        let u = exp x

        if u = 1.0 then x
        elif abs x > 1.0 then u - 1.0
        else (u - 1.0) * (x / log u)

    /// f(x), NaN outside the real domain.
    let real (f: Function) (x: float) : float =
        match f with
        | Abs -> abs x
        | Ln -> log x
        | Lg -> log10 x
        | Exp -> exp x
        | Sin -> sin x
        | Cos -> cos x
        | Tan -> tan x
        | Csc -> 1.0 / sin x
        | Sec -> 1.0 / cos x
        | Cot -> 1.0 / tan x
        | Sinh -> sinh x
        | Cosh -> cosh x
        | Tanh -> tanh x
        | Csch -> 1.0 / sinh x
        | Sech -> 1.0 / cosh x
        | Coth -> 1.0 / tanh x
        | Asin -> asin x
        | Acos -> acos x
        | Atan -> atan x
        | Acsc -> asin (1.0 / x)
        | Asec -> acos (1.0 / x)
        | Acot -> if x = 0.0 then Math.PI / 2.0 else atan (1.0 / x)
        | Asinh -> Math.Asinh x
        | Acosh -> Math.Acosh x
        | Atanh -> Math.Atanh x
        | Acsch -> Math.Asinh(1.0 / x)
        | Asech -> Math.Acosh(1.0 / x)
        | Acoth -> Math.Atanh(1.0 / x)
        | AiryAi -> SpecialFunctions.AiryAi x
        | AiryAiPrime -> SpecialFunctions.AiryAiPrime x
        | AiryBi -> SpecialFunctions.AiryBi x
        | AiryBiPrime -> SpecialFunctions.AiryBiPrime x

    let private i = Complex.ImaginaryOne

    /// f(z) on the principal branch.
    let rec complex (f: Function) (z: Complex) : Complex =
        let ofReciprocal f = complex f (1.0 / z)

        match f with
        | Abs -> Complex(Complex.Abs z, 0.0)
        | Ln -> Complex.Log z
        | Lg -> Complex.Log z / Math.Log 10.0
        | Exp -> Complex.Exp z
        | Sin -> Complex.Sin z
        | Cos -> Complex.Cos z
        | Tan -> Complex.Tan z
        | Csc -> 1.0 / Complex.Sin z
        | Sec -> 1.0 / Complex.Cos z
        | Cot -> 1.0 / Complex.Tan z
        | Sinh -> Complex.Sinh z
        | Cosh -> Complex.Cosh z
        | Tanh -> Complex.Tanh z
        | Csch -> 1.0 / Complex.Sinh z
        | Sech -> 1.0 / Complex.Cosh z
        | Coth -> 1.0 / Complex.Tanh z
        | Asin -> Complex.Asin z
        | Acos -> Complex.Acos z
        | Atan -> Complex.Atan z
        | Acsc -> ofReciprocal Asin
        | Asec -> ofReciprocal Acos
        | Acot -> ofReciprocal Atan
        | Asinh -> -i * Complex.Asin(i * z)
        | Acosh -> Complex.Log(z + Complex.Sqrt(z + Complex.One) * Complex.Sqrt(z - Complex.One))
        | Atanh -> -i * Complex.Atan(i * z)
        | Acsch -> ofReciprocal Asinh
        | Asech -> ofReciprocal Acosh
        | Acoth -> ofReciprocal Atanh
        | AiryAi -> SpecialFunctions.AiryAi z
        | AiryAiPrime -> SpecialFunctions.AiryAiPrime z
        | AiryBi -> SpecialFunctions.AiryBi z
        | AiryBiPrime -> SpecialFunctions.AiryBiPrime z

    /// f(n, x) for real arguments: Log with base n, Atan2 with ordinate n, and the others with order n. Hankel functions are complex.
    let real2 (f: FunctionN) (n: float) (x: float) : Complex =
        let ofReal (value: float) = Complex(value, 0.0)

        match f with
        | Log -> ofReal (log x / log n)
        | Atan2 -> ofReal (Math.Atan2(n, x))
        | BesselJ -> ofReal (SpecialFunctions.BesselJ(n, x))
        | BesselY -> ofReal (SpecialFunctions.BesselY(n, x))
        | BesselI -> ofReal (SpecialFunctions.BesselI(n, x))
        | BesselK -> ofReal (SpecialFunctions.BesselK(n, x))
        | BesselIRatio -> ofReal (SpecialFunctions.BesselI(n + 1.0, x) / SpecialFunctions.BesselI(n, x))
        | BesselKRatio -> ofReal (SpecialFunctions.BesselK(n + 1.0, x) / SpecialFunctions.BesselK(n, x))
        | HankelH1 -> SpecialFunctions.HankelH1(n, ofReal x)
        | HankelH2 -> SpecialFunctions.HankelH2(n, ofReal x)
