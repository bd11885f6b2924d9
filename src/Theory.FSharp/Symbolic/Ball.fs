namespace ImplicitBias.Theory.Symbolic

open System.Numerics
open MathNet.Numerics

/// All real numbers within a radius of a midpoint. Arithmetic on balls is rigorous: the result contains f(x, y) for every
/// x and y in the operands, whatever was rounded on the way.
/// Source: van der Hoeven, Ball arithmetic (2009); Johansson, Arb (2017, arXiv 1611.02831).
[<Struct; CustomEquality; NoComparison>]
type Ball =
    {
        Midpoint: BigFloat
        /// At least 0, of few digits, always rounded up.
        Radius: BigFloat
    }

    override x.Equals(other: obj) =
        match other with
        | :? Ball as y -> x.Midpoint = y.Midpoint && x.Radius = y.Radius
        | _ -> false

    override x.GetHashCode() = x.Midpoint.GetHashCode()

/// Arithmetic of balls; every operation rounds its midpoint to a precision given in binary digits.
module Ball =

    /// Digits of a radius.
    let private coarse = 30

    let private radius (x: BigFloat) = BigFloat.round Up coarse x
    let private plus (x: BigFloat) (y: BigFloat) = BigFloat.add Up coarse x y
    let private times (x: BigFloat) (y: BigFloat) = radius (x * y)

    /// A midpoint rounded, with what the rounding may have changed added to the radius.
    let private rounded precision (midpoint: BigFloat) (error: BigFloat) : Ball =
        let short = BigFloat.round Nearest precision midpoint

        if short.Exponent = midpoint.Exponent then
            { Midpoint = short; Radius = error }
        else
            { Midpoint = short
              Radius = plus error (BigFloat.powerOfTwo (short.Exponent - BigInteger.One)) }

    /// The single number x, exactly.
    let ofBigFloat (x: BigFloat) : Ball =
        { Midpoint = x; Radius = BigFloat.zero }

    /// The integer n, exactly.
    let ofInteger (n: BigInteger) : Ball = ofBigFloat (BigFloat.ofInteger n)

    /// The integer n, exactly.
    let ofInt (n: int) : Ball = ofInteger (BigInteger n)

    /// The value of a finite double, exactly.
    /// Raises ArgumentException for an infinity or NaN.
    let ofFloat (x: float) : Ball = ofBigFloat (BigFloat.ofFloat x)

    /// Zero.
    let zero: Ball = ofInt 0

    /// One.
    let one: Ball = ofInt 1

    /// No radius is resolved further below its midpoint than this.
    let private longest = BigInteger 16384

    /// The upper end, rounded up.
    let upper (x: Ball) : BigFloat =
        if x.Radius.IsZero then
            x.Midpoint
        elif x.Midpoint.IsZero then
            x.Radius
        else
            let gap = BigInteger.Min(longest, BigInteger.Abs(x.Midpoint.Top - x.Radius.Top))
            let length = (BigInteger.Abs x.Midpoint.Mantissa).GetBitLength()
            BigFloat.add Up (int (max length (int64 gap)) + 2 * coarse) x.Midpoint x.Radius

    /// The lower end, rounded down.
    let lower (x: Ball) : BigFloat =
        -(upper { x with Midpoint = -x.Midpoint })

    /// A ball that contains the interval from a to b, a ≤ b.
    let ofInterval (precision: int) (a: BigFloat) (b: BigFloat) : Ball =
        let half = BigInteger.MinusOne
        let midpoint = BigFloat.add Nearest precision a b |> BigFloat.scale half

        let distance =
            max (BigFloat.add Up coarse b -midpoint) (BigFloat.add Up coarse midpoint -a)

        { Midpoint = midpoint; Radius = distance }

    /// The smallest ball, up to rounding, that contains both.
    let union (precision: int) (x: Ball) (y: Ball) : Ball =
        ofInterval precision (min (lower x) (lower y)) (max (upper x) (upper y))

    /// The part common to both, or None if there is none.
    let intersect (precision: int) (x: Ball) (y: Ball) : Ball option =
        let low, high = max (lower x) (lower y), min (upper x) (upper y)

        if low <= high then
            Some(ofInterval precision low high)
        else
            None

    /// x with its radius enlarged by |error|.
    let widen (error: BigFloat) (x: Ball) : Ball =
        { x with Radius = plus x.Radius (BigFloat.abs error) }

    /// -x, exactly.
    let negate (x: Ball) : Ball = { x with Midpoint = -x.Midpoint }

    /// 2^k x, exactly.
    let scale (k: int) (x: Ball) : Ball =
        { Midpoint = BigFloat.scale (BigInteger k) x.Midpoint
          Radius = BigFloat.scale (BigInteger k) x.Radius }

    /// x + y.
    let add (precision: int) (x: Ball) (y: Ball) : Ball =
        let sum = BigFloat.add Nearest precision x.Midpoint y.Midpoint
        let error = plus x.Radius y.Radius

        // Exact if the last digit of the sum is no higher than those of the summands.
        let last = BigInteger.Min(x.Midpoint.Exponent, y.Midpoint.Exponent)

        if x.Midpoint.IsZero || y.Midpoint.IsZero then
            let other = if x.Midpoint.IsZero then y else x
            rounded precision other.Midpoint error
        elif sum.Exponent <= last then
            { Midpoint = sum; Radius = error }
        else
            { Midpoint = sum; Radius = plus error (BigFloat.powerOfTwo sum.Exponent) }

    /// x - y.
    let subtract (precision: int) (x: Ball) (y: Ball) : Ball = add precision x (negate y)

    /// x y.
    let multiply (precision: int) (x: Ball) (y: Ball) : Ball =
        let product = x.Midpoint * y.Midpoint

        let error =
            if x.Radius.IsZero && y.Radius.IsZero then
                BigFloat.zero
            else
                let sizeOfX = radius (BigFloat.abs x.Midpoint)
                let sizeOfY = plus (radius (BigFloat.abs y.Midpoint)) y.Radius
                plus (times sizeOfX y.Radius) (times sizeOfY x.Radius)

        rounded precision product error

    /// Whether 0 is in the ball.
    let containsZero (x: Ball) : bool =
        BigFloat.Compare(BigFloat.abs x.Midpoint, x.Radius) <= 0

    /// -1, 0 or 1 if that is the sign of every number in the ball.
    let sign (x: Ball) : int option =
        if x.Midpoint.IsZero && x.Radius.IsZero then Some 0
        elif containsZero x then None
        elif x.Midpoint.Sign > 0 then Some 1
        else Some -1

    /// Whether the ball contains the number.
    let contains (number: BigFloat) (x: Ball) : bool = lower x <= number && number <= upper x

    /// The relative accuracy in binary digits: the largest k with radius ≤ 2^-k |midpoint|, about; 0 where the sign is open.
    let digits (x: Ball) : BigInteger =
        if x.Radius.IsZero then
            BigInteger 1000000
        elif containsZero x then
            BigInteger.Zero
        else
            BigInteger.Max(BigInteger.Zero, x.Midpoint.Top - x.Radius.Top)

    /// Upper bound of |x|, of few digits.
    let magnitude (x: Ball) : BigFloat =
        plus (radius (BigFloat.abs x.Midpoint)) x.Radius

    /// 1/y.
    let private invert precision (y: Ball) : Result<Ball, string> =
        if containsZero y then
            Error "division by a number that may be 0"
        else
            let quotient = BigFloat.divide Nearest precision BigFloat.one y.Midpoint
            let rounding = BigFloat.powerOfTwo (quotient.Top - BigInteger precision)

            // |1/(m + r) - 1/m| ≤ r / (|m| (|m| - r)).
            let error =
                if y.Radius.IsZero then
                    BigFloat.zero
                else
                    let size = BigFloat.abs y.Midpoint
                    let least = BigFloat.add Down coarse size -y.Radius
                    BigFloat.divide Up coarse y.Radius (BigFloat.round Down coarse (size * least))

            Ok { Midpoint = quotient; Radius = plus error rounding }

    /// x / y; an Error where y may be zero.
    let divide (precision: int) (x: Ball) (y: Ball) : Result<Ball, string> =
        if x.Radius.IsZero && y.Radius.IsZero && not y.Midpoint.IsZero then
            let quotient = BigFloat.divide Nearest precision x.Midpoint y.Midpoint

            if quotient * y.Midpoint = x.Midpoint then
                Ok(ofBigFloat quotient)
            else
                Ok
                    { Midpoint = quotient
                      Radius = BigFloat.powerOfTwo (quotient.Top - BigInteger precision) }
        else
            invert (precision + 2) y |> Result.map (multiply precision x)

    /// x / n for an integer n ≠ 0.
    let divideByInt (precision: int) (x: Ball) (n: int) : Ball =
        let divisor = BigFloat.ofInteger (BigInteger n)
        let quotient = BigFloat.divide Nearest precision x.Midpoint divisor
        let error = BigFloat.divide Up coarse x.Radius (BigFloat.abs divisor)

        if quotient.IsZero then
            { Midpoint = quotient; Radius = error }
        else
            { Midpoint = quotient
              Radius = plus error (BigFloat.powerOfTwo (quotient.Top - BigInteger precision)) }

    /// The value of a fraction; of an integer exactly.
    let ofRational (precision: int) (x: BigRational) : Ball =
        if x.IsInteger then
            ofInteger x.Numerator
        else
            match divide precision (ofInteger x.Numerator) (ofInteger x.Denominator) with
            | Ok ball -> ball
            | Error reason -> invalidOp reason

    /// |x|.
    let abs (precision: int) (x: Ball) : Ball =
        if containsZero x then
            ofInterval precision BigFloat.zero (max (upper x) -(lower x))
        else
            { x with Midpoint = BigFloat.abs x.Midpoint }

    /// All numbers from zero, exactly, to at least b > 0.
    let private upTo (b: BigFloat) : Ball =
        let half = BigFloat.scale BigInteger.MinusOne (radius b)
        { Midpoint = half; Radius = half }

    /// x^n for n ≥ 0, as the set of powers: x^2 is never negative.
    let rec powerOfNatural (precision: int) (n: BigInteger) (x: Ball) : Ball =
        let product = multiply precision

        let rec power (n: BigInteger) (x: Ball) =
            if n.IsZero then
                one
            elif n.IsOne then
                x
            else
                let half = power (n >>> 1) x
                let square = product half half
                if n.IsEven then square else product square x

        if not (n.IsZero || x.Radius.IsZero) && n.IsEven && containsZero x then
            upTo (upper (power n (ofBigFloat (max (upper x) -(lower x)))))
        elif x.Radius.IsZero || not (containsZero x) then
            let ball = power n x

            // A wide ball squared by its midpoint and radius reaches below zero.
            if n.IsEven && (lower ball).Sign < 0 then
                upTo (upper ball)
            else
                ball
        else
            ofInterval
                precision
                (lower (power n (ofBigFloat (lower x))))
                (upper (power n (ofBigFloat (upper x))))

    /// An increasing function of a ball from the same function of single numbers.
    let increasing
        (precision: int)
        (ofNumber: BigFloat -> Result<Ball, 'error>)
        (x: Ball)
        : Result<Ball, 'error> =
        if x.Radius.IsZero then
            ofNumber x.Midpoint
        else
            match ofNumber (lower x), ofNumber (upper x) with
            | Ok low, Ok high -> Ok(ofInterval precision (lower low) (upper high))
            | Error reason, _
            | _, Error reason -> Error reason

    /// √x; an Error where x may be negative.
    let sqrt (precision: int) (x: Ball) : Result<Ball, string> =
        let ofNumber (x: BigFloat) =
            if x.Sign < 0 then
                Error "the square root of a number that may be negative"
            else
                let root = BigFloat.squareRoot Nearest precision x

                if root * root = x then
                    Ok(ofBigFloat root)
                else
                    Ok { Midpoint = root; Radius = BigFloat.powerOfTwo (root.Top - BigInteger precision) }

        increasing precision ofNumber x

    /// The nearest double to the midpoint.
    let toFloat (x: Ball) : float = BigFloat.toFloat x.Midpoint
