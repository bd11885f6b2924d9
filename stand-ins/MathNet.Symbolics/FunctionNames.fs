namespace MathNet.Symbolics

/// The names of functions in infix text, both ways.
module internal FunctionNames =
    let unary =
        dict
            [ "abs", Abs
              "ln", Ln
              "lg", Lg
              "exp", Exp
              "sin", Sin
              "cos", Cos
              "tan", Tan
              "csc", Csc
              "sec", Sec
              "cot", Cot
              "sinh", Sinh
              "cosh", Cosh
              "tanh", Tanh
              "csch", Csch
              "sech", Sech
              "coth", Coth
              "asin", Asin
              "acos", Acos
              "atan", Atan
              "acsc", Acsc
              "asec", Asec
              "acot", Acot
              "asinh", Asinh
              "acosh", Acosh
              "atanh", Atanh
              "acsch", Acsch
              "asech", Asech
              "acoth", Acoth
              "airyai", AiryAi
              "airyaiprime", AiryAiPrime
              "airybi", AiryBi
              "airybiprime", AiryBiPrime ]

    let binary =
        dict
            [ "log", Log
              "atan2", Atan2
              "besselj", BesselJ
              "bessely", BesselY
              "besseli", BesselI
              "besselk", BesselK
              "besseliratio", BesselIRatio
              "besselkratio", BesselKRatio
              "hankelh1", HankelH1
              "hankelh2", HankelH2 ]

    let private inverse (names: System.Collections.Generic.IDictionary<string, 'F>) =
        dict [ for KeyValue(name, f) in names -> f, name ]

    let private ofUnary = inverse unary
    let private ofBinary = inverse binary

    let name (f: Function) = ofUnary[f]
    let nameN (f: FunctionN) = ofBinary[f]
