namespace MathNet.Symbolics

open System

/// <summary>What an expression evaluates to in double precision: a number, an infinity, or no value.</summary>
[<StructuralEquality; NoComparison>]
type FloatingPoint =
    | Real of float
    | Complex of System.Numerics.Complex
    | Undef
    | PosInf
    | NegInf
    | ComplexInf

    static member op_Implicit(x: float) = Real x
    static member op_Implicit(x: float32) = Real(float x)
    static member op_Implicit(x: System.Numerics.Complex) = Complex x

    /// <summary>The value as a double, ±∞ included. Raises for a complex number or no value.</summary>
    member this.RealValue =
        match this with
        | Real x -> x
        | Complex x when x.Imaginary = 0.0 -> x.Real
        | PosInf -> Double.PositiveInfinity
        | NegInf -> Double.NegativeInfinity
        | value -> failwith $"{value} is not a real number"

    /// <summary>The value as a complex number. Raises for infinities and for no value.</summary>
    member this.ComplexValue =
        match this with
        | Real x -> System.Numerics.Complex(x, 0.0)
        | Complex x -> x
        | value -> failwith $"{value} is not a finite number"

/// The same during an evaluation, when real numbers have a wider range.
[<RequireQualifiedAccess; NoComparison>]
type internal WideValue =
    | Real of WideReal
    | Complex of System.Numerics.Complex
    | Undef
    | PosInf
    | NegInf
    | ComplexInf

[<RequireQualifiedAccess>]
module internal WideValue =
    let ofFloat (x: float) =
        if Double.IsNaN x then WideValue.Undef
        elif Double.IsPositiveInfinity x then WideValue.PosInf
        elif Double.IsNegativeInfinity x then WideValue.NegInf
        else WideValue.Real(WideReal.OfFloat x)

    let ofComplex (z: System.Numerics.Complex) =
        if Double.IsNaN z.Real || Double.IsNaN z.Imaginary then
            WideValue.Undef
        elif z.Imaginary = 0.0 then
            ofFloat z.Real
        elif System.Numerics.Complex.IsInfinity z then
            WideValue.ComplexInf
        else
            WideValue.Complex z

    let ofFloatingPoint (x: FloatingPoint) =
        match x with
        | Real x -> ofFloat x
        | Complex z -> ofComplex z
        | Undef -> WideValue.Undef
        | PosInf -> WideValue.PosInf
        | NegInf -> WideValue.NegInf
        | ComplexInf -> WideValue.ComplexInf

    let toFloatingPoint (x: WideValue) =
        match x with
        | WideValue.Real x ->
            match x.ToFloat() with
            | x when Double.IsPositiveInfinity x -> PosInf
            | x when Double.IsNegativeInfinity x -> NegInf
            | x -> Real x
        | WideValue.Complex z -> Complex z
        | WideValue.Undef -> Undef
        | WideValue.PosInf -> PosInf
        | WideValue.NegInf -> NegInf
        | WideValue.ComplexInf -> ComplexInf

    /// An operation on finite complex numbers, where at least one operand is not real.
    let private complex operation (x: WideValue) (y: WideValue) =
        let number x =
            match x with
            | WideValue.Real x -> System.Numerics.Complex(x.ToFloat(), 0.0)
            | WideValue.Complex z -> z
            | _ -> System.Numerics.Complex(nan, nan)

        ofComplex (operation (number x) (number y))

    let add x y =
        match x, y with
        | WideValue.Undef, _
        | _, WideValue.Undef -> WideValue.Undef
        | WideValue.Real x, WideValue.Real y -> WideValue.Real(WideReal.Add(x, y))
        | (WideValue.Real _ | WideValue.Complex _), (WideValue.Real _ | WideValue.Complex _) ->
            complex (fun a b -> a + b) x y
        | infinity, (WideValue.Real _ | WideValue.Complex _)
        | (WideValue.Real _ | WideValue.Complex _), infinity -> infinity
        | WideValue.PosInf, WideValue.PosInf -> WideValue.PosInf
        | WideValue.NegInf, WideValue.NegInf -> WideValue.NegInf
        | _ -> WideValue.Undef

    let private signOf x =
        match x with
        | WideValue.Real x -> x.Sign
        | WideValue.PosInf -> 1
        | WideValue.NegInf -> -1
        | _ -> 0

    let multiply x y =
        match x, y with
        | WideValue.Undef, _
        | _, WideValue.Undef -> WideValue.Undef
        | WideValue.Real x, WideValue.Real y -> WideValue.Real(WideReal.Multiply(x, y))
        | (WideValue.Real _ | WideValue.Complex _), (WideValue.Real _ | WideValue.Complex _) ->
            complex (fun a b -> a * b) x y
        | WideValue.Real zero, _
        | _, WideValue.Real zero when zero.IsZero -> WideValue.Undef
        | _ ->
            match signOf x * signOf y with
            | 1 -> WideValue.PosInf
            | -1 -> WideValue.NegInf
            | _ -> WideValue.ComplexInf

    /// e^x.
    let exp x =
        match x with
        | WideValue.Real x ->
            match WideReal.TryExp x with
            | Some y -> WideValue.Real y
            | None -> WideValue.PosInf
        | WideValue.Complex z -> ofComplex (System.Numerics.Complex.Exp z)
        | WideValue.PosInf -> WideValue.PosInf
        | WideValue.NegInf -> WideValue.Real(WideReal.OfFloat 0.0)
        | WideValue.ComplexInf
        | WideValue.Undef -> WideValue.Undef

    let private integerPower (x: WideReal) (n: System.Numerics.BigInteger) =
        if x.IsZero && n.Sign < 0 then
            if n.IsEven then WideValue.PosInf else WideValue.ComplexInf
        elif x.IsZero && n.IsZero then
            WideValue.Undef
        else
            match WideReal.TryPower(x, n) with
            | Some y -> WideValue.Real y
            | None ->
                let grows = (x.Exponent >= 0L) = (n.Sign > 0)

                if not grows then WideValue.Real(WideReal.OfFloat 0.0)
                elif x.Sign > 0 || n.IsEven then WideValue.PosInf
                else WideValue.NegInf

    let private realPower (x: WideReal) (y: WideReal) =
        let e = y.ToFloat()

        if Double.IsInteger e then
            integerPower x (System.Numerics.BigInteger e)
        elif x.IsZero then
            if y.Sign > 0 then WideValue.Real x else WideValue.PosInf
        elif x.Sign < 0 then
            if e = 0.5 then
                ofComplex (System.Numerics.Complex(0.0, (WideReal.Sqrt(WideReal.Negate x)).ToFloat()))
            else
                ofComplex (System.Numerics.Complex.Pow(System.Numerics.Complex(x.ToFloat(), 0.0), e))
        elif e = 0.5 then
            WideValue.Real(WideReal.Sqrt x)
        elif e = -0.5 then
            WideValue.Real(WideReal.Invert(WideReal.Sqrt x))
        else
            match (if x.IsNormalFloat then Math.Pow(x.ToFloat(), e) else nan) with
            | power when Double.IsNormal power -> ofFloat power
            | _ -> exp (WideValue.Real(WideReal.Multiply(y, WideReal.Log x)))

    let power x y =
        match x, y with
        | WideValue.Undef, _
        | _, WideValue.Undef -> WideValue.Undef
        | WideValue.Real x, WideValue.Real y -> realPower x y
        | WideValue.Complex z, WideValue.Real n when
            Double.IsInteger(n.ToFloat()) && abs (n.ToFloat()) <= 64.0
            ->
            let factors = List.replicate (int (abs (n.ToFloat()))) z

            let product =
                (System.Numerics.Complex.One, factors) ||> List.fold (fun p f -> p * f)

            ofComplex (
                if n.Sign < 0 then
                    System.Numerics.Complex.One / product
                else
                    product
            )
        | (WideValue.Real _ | WideValue.Complex _), (WideValue.Real _ | WideValue.Complex _) ->
            complex (fun a b -> System.Numerics.Complex.Pow(a, b)) x y
        | (WideValue.PosInf | WideValue.NegInf | WideValue.ComplexInf), WideValue.Real y when y.Sign < 0 ->
            WideValue.Real(WideReal.OfFloat 0.0)
        | _, WideValue.Real y when y.IsZero -> WideValue.Undef
        | WideValue.PosInf, WideValue.Real _ -> WideValue.PosInf
        | WideValue.NegInf, WideValue.Real y when Double.IsEvenInteger(y.ToFloat()) -> WideValue.PosInf
        | WideValue.NegInf, WideValue.Real y when Double.IsOddInteger(y.ToFloat()) -> WideValue.NegInf
        | WideValue.Real b, (WideValue.PosInf | WideValue.NegInf) when b.Sign > 0 ->
            match sign (b.ToFloat() - 1.0), y with
            | 0, _ -> WideValue.Undef
            | 1, WideValue.PosInf
            | -1, WideValue.NegInf -> WideValue.PosInf
            | _ -> WideValue.Real(WideReal.OfFloat 0.0)
        | _ -> WideValue.Undef
