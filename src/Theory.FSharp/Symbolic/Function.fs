namespace ImplicitBias.Theory.Symbolic

/// The functions of one real variable that a term can hold. Each means its real branch.
[<RequireQualifiedAccess>]
type Function =
    | Exp
    /// The natural logarithm.
    | Ln
    | Sin
    | Cos
    | Tan
    | Asin
    | Acos
    | Atan
    | Sinh
    | Cosh
    | Tanh
    | Asinh
    | Acosh
    | Atanh
    | Abs
    | Erf
    /// exp(x²) (1 - erf x), which is ~ 1/(√π x) at ∞.
    | Erfcx
    | Gamma
    /// log Γ(x), x > 0.
    | LogGamma
    /// Binet's function log Γ(x) - (x - 1/2) log x + x - log(2π)/2, which is ~ 1/(12x) at ∞.
    | Binet
    /// ψ(x) = d/dx log Γ(x).
    | Digamma
    /// The derivative of digamma of this order ≥ 1.
    | Polygamma of order: int
    /// The solution w ≥ -1 of w eʷ = x, x ≥ -1/e.
    | LambertW
    /// Wright's ω: the solution w > 0 of w + log w = x. LambertW(x) = ω(log x) for x > 0.
    | WrightOmega

/// What is known of each function whatever its argument: parity, inverse, sign.
module internal Function =

    /// A number for each, the same in every process.
    let code (f: Function) : uint64 =
        match f with
        | Function.Exp -> 1UL
        | Function.Ln -> 2UL
        | Function.Sin -> 3UL
        | Function.Cos -> 4UL
        | Function.Tan -> 5UL
        | Function.Asin -> 6UL
        | Function.Acos -> 7UL
        | Function.Atan -> 8UL
        | Function.Sinh -> 9UL
        | Function.Cosh -> 10UL
        | Function.Tanh -> 11UL
        | Function.Asinh -> 12UL
        | Function.Acosh -> 13UL
        | Function.Atanh -> 14UL
        | Function.Abs -> 15UL
        | Function.Erf -> 17UL
        | Function.Erfcx -> 18UL
        | Function.Gamma -> 19UL
        | Function.LogGamma -> 20UL
        | Function.Binet -> 21UL
        | Function.Digamma -> 22UL
        | Function.LambertW -> 23UL
        | Function.WrightOmega -> 25UL
        | Function.Polygamma order -> StableHash.mix 24UL (uint64 order)

    /// Whether f(x) is above zero, and not below it, wherever it has a value, from the same of x.
    let signs (f: Function) (positive: bool) (nonNegative: bool) : struct (bool * bool) =
        match f with
        | Function.Exp
        | Function.Cosh
        | Function.WrightOmega
        | Function.Erfcx -> struct (true, true)
        | Function.Abs -> struct (positive, true)
        | Function.Asinh
        | Function.Sinh
        | Function.Tanh
        | Function.Atanh
        | Function.Asin
        | Function.Atan
        | Function.Erf
        | Function.LambertW -> struct (positive, nonNegative)
        | Function.Gamma
        | Function.Binet -> struct (positive, positive)
        | Function.Acos
        | Function.Acosh -> struct (false, true)
        | Function.Polygamma order -> struct (order % 2 = 1, order % 2 = 1)
        | _ -> struct (false, false)

    /// f(-x) = -f(x).
    let isOdd (f: Function) : bool =
        match f with
        | Function.Sin
        | Function.Tan
        | Function.Asin
        | Function.Atan
        | Function.Sinh
        | Function.Tanh
        | Function.Asinh
        | Function.Atanh
        | Function.Erf -> true
        | _ -> false

    /// f(-x) = f(x).
    let isEven (f: Function) : bool =
        match f with
        | Function.Cos
        | Function.Cosh
        | Function.Abs -> true
        | _ -> false

    /// g with f(g(x)) = x wherever g has a value.
    let rightInverse (f: Function) : Function option =
        match f with
        | Function.Sin -> Some Function.Asin
        | Function.Cos -> Some Function.Acos
        | Function.Tan -> Some Function.Atan
        | Function.Sinh -> Some Function.Asinh
        | Function.Cosh -> Some Function.Acosh
        | Function.Tanh -> Some Function.Atanh
        | Function.Asinh -> Some Function.Sinh
        | Function.Atanh -> Some Function.Tanh
        | _ -> None
