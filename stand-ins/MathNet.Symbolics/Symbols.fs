namespace MathNet.Symbolics

/// <summary>A name. Two symbols are the same when their names are.</summary>
[<StructuralEquality; StructuralComparison>]
type Symbol = Symbol of string

/// <summary>A number that has a name: Euler's e, π, and the imaginary unit.</summary>
[<StructuralEquality; StructuralComparison>]
type Constant =
    | E
    | Pi
    | I

/// <summary>A function of one argument. The order of the cases is the canonical order of the functions in sums and products.</summary>
[<StructuralEquality; StructuralComparison>]
type Function =
    | Abs
    | Ln
    | Lg
    | Exp
    | Sin
    | Cos
    | Tan
    | Csc
    | Sec
    | Cot
    | Sinh
    | Cosh
    | Tanh
    | Csch
    | Sech
    | Coth
    | Asin
    | Acos
    | Atan
    | Acsc
    | Asec
    | Acot
    | Asinh
    | Acosh
    | Atanh
    | Acsch
    | Asech
    | Acoth
    | AiryAi
    | AiryAiPrime
    | AiryBi
    | AiryBiPrime

/// <summary>
/// A function of several arguments: <c>Log [base; x]</c>, <c>Atan2 [y; x]</c> (the angle of the point (x, y)), and Bessel and Hankel
/// functions as <c>[order; x]</c>.
/// </summary>
[<StructuralEquality; StructuralComparison>]
type FunctionN =
    | Log
    | Atan2
    | BesselJ
    | BesselY
    | BesselI
    | BesselK
    | BesselIRatio
    | BesselKRatio
    | HankelH1
    | HankelH2
