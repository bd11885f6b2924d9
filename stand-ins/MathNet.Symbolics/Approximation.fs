namespace MathNet.Symbolics

open System
open MathNet.Numerics

/// <summary>A number known to double precision only; it makes every number it meets approximate.</summary>
[<StructuralEquality; NoComparison>]
type Approximation =
    | Real of float
    | Complex of System.Numerics.Complex

    /// <summary>The real value. Raises for a complex number with a nonzero imaginary part.</summary>
    member this.RealValue =
        match this with
        | Real x -> x
        | Complex x when x.Imaginary = 0.0 -> x.Real
        | Complex x -> failwith $"the value {x} is not real"

    /// <summary>The value as a complex number.</summary>
    member this.ComplexValue =
        match this with
        | Real x -> System.Numerics.Complex(x, 0.0)
        | Complex x -> x

    static member op_Implicit(x: float) = Real x
    static member op_Implicit(x: float32) = Real(float x)
    static member op_Implicit(x: System.Numerics.Complex) = Complex x

/// <summary>Arithmetic of approximations.</summary>
[<RequireQualifiedAccess>]
module Approximation =
    /// <summary>The nearest double to a rational.</summary>
    let fromRational (x: BigRational) = Real(BigRational.ToDouble x)

    let private lift real complex a b =
        match a, b with
        | Real x, Real y -> Real(real x y)
        | _ -> Complex(complex a.ComplexValue b.ComplexValue)

    /// <summary>a + b.</summary>
    let sum (a: Approximation, b: Approximation) =
        lift (+) (fun x y -> System.Numerics.Complex.Add(x, y)) a b

    /// <summary>a · b.</summary>
    let product (a: Approximation, b: Approximation) =
        lift (*) (fun x y -> System.Numerics.Complex.Multiply(x, y)) a b

    /// <summary>a to the power b; NaN where a real power has no real value.</summary>
    let pow (a: Approximation, b: Approximation) =
        lift (fun x y -> Math.Pow(x, y)) (fun x y -> System.Numerics.Complex.Pow(x, y)) a b

    /// <summary>-a.</summary>
    let negate (a: Approximation) = product (Real -1.0, a)

    /// <summary>The magnitude.</summary>
    let abs (a: Approximation) =
        match a with
        | Real x -> Real(Math.Abs x)
        | Complex x -> Real(System.Numerics.Complex.Abs x)

    /// <summary>True for zero, real or complex.</summary>
    let internal isZero (a: Approximation) =
        a.ComplexValue = System.Numerics.Complex.Zero

    /// <summary>True when some part is not a number.</summary>
    let internal isUndefined (a: Approximation) =
        let z = a.ComplexValue
        Double.IsNaN z.Real || Double.IsNaN z.Imaginary

    /// <summary>True for a real number above zero.</summary>
    let isPositive (a: Approximation) =
        match a with
        | Real x -> x > 0.0
        | Complex _ -> false

    /// <summary>True for a real number below zero.</summary>
    let isNegative (a: Approximation) =
        match a with
        | Real x -> x < 0.0
        | Complex _ -> false

    /// <summary>A total order: by real part, then by imaginary part.</summary>
    let internal compare (a: Approximation) (b: Approximation) =
        let x, y = a.ComplexValue, b.ComplexValue
        let byReal = x.Real.CompareTo y.Real

        if byReal <> 0 then
            byReal
        else
            x.Imaginary.CompareTo y.Imaginary
