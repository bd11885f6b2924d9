namespace ImplicitBias.Theory.Symbolic

open System
open System.Numerics

/// A binary float m · 2^e of any length and any range: neither the digits of m nor the size of e is bounded, so
/// exp(exp(100)) has one. Every operation is exact unless it says how it rounds.
[<Struct; CustomEquality; CustomComparison>]
type BigFloat =
    { Mantissa: BigInteger
      Exponent: BigInteger }

    /// -1, 0 or 1.
    member x.Sign = x.Mantissa.Sign

    /// True for zero.
    member x.IsZero = x.Mantissa.IsZero

    /// The least k with |x| < 2^k; meaningless for zero.
    member x.Top = x.Exponent + BigInteger((BigInteger.Abs x.Mantissa).GetBitLength())

    /// -1, 0 or 1 as x is below, at or above y. Costs no more than the digits that are there, whatever the exponents.
    static member Compare(x: BigFloat, y: BigFloat) : int =
        if x.Sign <> y.Sign then
            compare x.Sign y.Sign
        elif x.IsZero then
            0
        else
            let byTop = BigInteger.Compare(x.Top, y.Top)

            if byTop <> 0 then
                x.Sign * byTop
            else
                let shift = int (x.Exponent - y.Exponent)

                if shift >= 0 then
                    BigInteger.Compare(x.Mantissa <<< shift, y.Mantissa)
                else
                    BigInteger.Compare(x.Mantissa, y.Mantissa <<< -shift)

    override x.Equals(other: obj) =
        match other with
        | :? BigFloat as y -> BigFloat.Compare(x, y) = 0
        | _ -> false

    override x.GetHashCode() =
        if x.IsZero then 0 else HashCode.Combine(x.Sign, x.Top)

    interface IComparable with
        member x.CompareTo(other: obj) =
            match other with
            | :? BigFloat as y -> BigFloat.Compare(x, y)
            | _ -> invalidArg (nameof other) "not a BigFloat"

    static member (~-)(x: BigFloat) = { x with Mantissa = -x.Mantissa }

    static member (*)(x: BigFloat, y: BigFloat) =
        { Mantissa = x.Mantissa * y.Mantissa; Exponent = x.Exponent + y.Exponent }

/// Which way a rounding goes.
type Rounding =
    | Down
    | Nearest
    | Up

/// Making, rounding and reading binary floats.
module BigFloat =

    /// Zero.
    let zero: BigFloat = { Mantissa = BigInteger.Zero; Exponent = BigInteger.Zero }

    /// m · 2^e.
    let create (mantissa: BigInteger) (exponent: BigInteger) : BigFloat =
        { Mantissa = mantissa; Exponent = exponent }

    /// The integer n.
    let ofInteger (n: BigInteger) : BigFloat = create n BigInteger.Zero

    /// One.
    let one: BigFloat = ofInteger BigInteger.One

    /// 2^e.
    let powerOfTwo (exponent: BigInteger) : BigFloat = create BigInteger.One exponent

    /// The value of a finite double.
    /// Raises ArgumentException for an infinity or NaN.
    let ofFloat (x: float) : BigFloat =
        if not (Double.IsFinite x) then
            invalidArg (nameof x) "An infinity or NaN is no binary float."

        let bits = BitConverter.DoubleToInt64Bits x
        let biased = int ((bits >>> 52) &&& 0x7FFL)
        let fraction = bits &&& 0xFFFFFFFFFFFFFL

        let magnitude =
            if biased = 0 then
                fraction
            else
                fraction ||| 0x10000000000000L

        create (BigInteger(if x < 0.0 then -magnitude else magnitude)) (BigInteger(max biased 1 - 1075))

    /// |x|.
    let abs (x: BigFloat) : BigFloat =
        { x with Mantissa = BigInteger.Abs x.Mantissa }

    /// 2^k x.
    let scale (k: BigInteger) (x: BigFloat) : BigFloat =
        if x.IsZero then x else { x with Exponent = x.Exponent + k }

    let private length (n: BigInteger) = int ((BigInteger.Abs n).GetBitLength())

    /// x to at most this many binary digits.
    let round (rounding: Rounding) (precision: int) (x: BigFloat) : BigFloat =
        let excess = length x.Mantissa - precision

        if excess <= 0 then
            x
        else
            let shifted =
                match rounding with
                | Down -> x.Mantissa >>> excess
                | Up -> -(-x.Mantissa >>> excess)
                | Nearest -> (x.Mantissa + (BigInteger.One <<< (excess - 1))) >>> excess

            create shifted (x.Exponent + BigInteger excess)

    /// x + y to at most this many digits. Down and Up bound the exact sum; Nearest is off by at most one unit in the last
    /// of them. A summand too small to be seen is never shifted out: only its sign enters.
    let add (rounding: Rounding) (precision: int) (x: BigFloat) (y: BigFloat) : BigFloat =
        if x.IsZero then
            round rounding precision y
        elif y.IsZero then
            round rounding precision x
        else
            let struct (larger, smaller) =
                if x.Top >= y.Top then struct (x, y) else struct (y, x)

            let digits = max precision (length larger.Mantissa)
            let cut = larger.Top - BigInteger(digits + 2)

            let smaller =
                if smaller.Top < cut then
                    create (BigInteger smaller.Sign) cut
                else
                    smaller

            let shift = int (larger.Exponent - smaller.Exponent)

            if shift >= 0 then
                create ((larger.Mantissa <<< shift) + smaller.Mantissa) smaller.Exponent
            else
                create (larger.Mantissa + (smaller.Mantissa <<< -shift)) larger.Exponent
            |> round rounding precision

    /// x / y to this many digits, y ≠ 0.
    let divide (rounding: Rounding) (precision: int) (x: BigFloat) (y: BigFloat) : BigFloat =
        let shift = max 0 (precision + 2 + length y.Mantissa - length x.Mantissa)
        let mutable remainder = BigInteger.Zero
        let quotient = BigInteger.DivRem(x.Mantissa <<< shift, y.Mantissa, &remainder)

        // One more digit says on which side of the truncated quotient the exact one lies.
        let sticky = if remainder.IsZero then 0 else remainder.Sign * y.Sign

        create ((quotient <<< 2) + BigInteger sticky) (x.Exponent - y.Exponent - BigInteger(shift + 2))
        |> round rounding precision

    /// The largest integer whose square is at most n ≥ 0.
    let squareRootFloor (n: BigInteger) : BigInteger =
        if n.IsZero then
            n
        else
            let half = (int (n.GetBitLength()) + 1) / 2
            let mutable guess = BigInteger.One <<< half

            // A double gives the first 50 digits, so that Newton has few left to find.
            let dropped = max 0 (int (n.GetBitLength()) - 100) / 2 * 2

            let leading =
                BigInteger(Math.Sqrt(float (n >>> dropped)) * (1.0 + 1e-14)) + BigInteger.One

            guess <- BigInteger.Min(guess, (leading + BigInteger.One) <<< (dropped / 2))
            let mutable next = (guess + n / guess) >>> 1

            while next < guess do
                guess <- next
                next <- (guess + n / guess) >>> 1

            guess

    /// √x to this many digits, x ≥ 0.
    let squareRoot (rounding: Rounding) (precision: int) (x: BigFloat) : BigFloat =
        if x.IsZero then
            x
        else
            let length = int (x.Mantissa.GetBitLength())
            let shift = max 0 (2 * precision + 4 - length)

            let shift =
                if (x.Exponent - BigInteger shift).IsEven then
                    shift
                else
                    shift + 1

            let radicand = x.Mantissa <<< shift
            let root = squareRootFloor radicand
            let sticky = if root * root = radicand then 0 else 1

            create
                ((root <<< 2) + BigInteger sticky)
                ((x.Exponent - BigInteger shift) / BigInteger 2 - BigInteger 2)
            |> round rounding precision

    /// The nearest double; an infinity or zero beyond their range.
    let toFloat (x: BigFloat) : float =
        if x.IsZero then
            0.0
        else
            let top = x.Top

            if top > BigInteger 1100 then
                float x.Sign * infinity
            elif top < BigInteger -1100 then
                0.0
            else
                let rounded = round Nearest 53 x
                Math.ScaleB(float rounded.Mantissa, int rounded.Exponent)

    /// The integer nearest to x, which must be below 2^limit in size; None where it is not.
    let toInteger (limit: int) (x: BigFloat) : BigInteger option =
        if x.IsZero then
            Some BigInteger.Zero
        elif x.Top > BigInteger limit then
            None
        elif x.Exponent.Sign >= 0 then
            Some(x.Mantissa <<< int x.Exponent)
        elif x.Top < BigInteger.MinusOne then
            Some BigInteger.Zero
        else
            let shift = int -x.Exponent
            Some((x.Mantissa + (BigInteger.One <<< (shift - 1))) >>> shift)

    /// A decimal of this many significant digits, rounded as asked: Down and Up bound x. Scientific where that is shorter.
    let toText (rounding: Rounding) (digits: int) (x: BigFloat) : string =
        if x.IsZero then
            "0"
        elif BigInteger.Abs x.Top > BigInteger 1000000 then
            let sign = if x.Sign < 0 then "-" else ""

            let exponent =
                if (rounding = Down) = (x.Sign > 0) then
                    x.Top - BigInteger.One
                else
                    x.Top

            $"{sign}2^{exponent}"
        else
            let ten = BigInteger 10

            // x = n 10^-scale, n rounded to an integer.
            let scaled scale =
                let top, bottom =
                    if scale >= 0 then
                        x.Mantissa * BigInteger.Pow(ten, scale), BigInteger.One
                    else
                        x.Mantissa, BigInteger.Pow(ten, -scale)

                let exponent = int x.Exponent
                let top = if exponent > 0 then top <<< exponent else top
                let bottom = if exponent < 0 then bottom <<< -exponent else bottom

                let floor (n: BigInteger) =
                    let quotient = n / bottom

                    if n.Sign < 0 && quotient * bottom <> n then
                        quotient - BigInteger.One
                    else
                        quotient

                match rounding with
                | Down -> floor top
                | Up -> -(floor -top)
                | Nearest -> floor (top + bottom / BigInteger 2)

            let rec fitted scale =
                let n = scaled scale

                if (BigInteger.Abs n).ToString().Length > digits then
                    fitted (scale - 1)
                else
                    n, scale

            let n, scale =
                fitted (digits - 1 - int (floor (float (x.Top - BigInteger.One) * 0.30102999566398)))

            let text = (BigInteger.Abs n).ToString()
            let exponent = text.Length - 1 - scale
            let sign = if n.Sign < 0 then "-" else ""
            let significant = text.TrimEnd '0'

            if n.IsZero then
                "0"
            elif exponent < -5 || exponent >= 15 then
                let fraction = significant.Substring 1
                let point = if fraction = "" then "" else "." + fraction
                $"{sign}{significant[0]}{point}e{exponent}"
            elif exponent < 0 then
                sign + "0." + String('0', -exponent - 1) + significant
            else
                let padded = text.PadRight(exponent + 1, '0')
                let whole = padded.Substring(0, exponent + 1)
                let fraction = padded.Substring(exponent + 1).TrimEnd '0'
                sign + whole + (if fraction = "" then "" else "." + fraction)
