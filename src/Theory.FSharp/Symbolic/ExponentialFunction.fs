namespace ImplicitBias.Theory.Symbolic

open System
open System.Numerics
open MathNet.Numerics

/// The exponential, logarithm and powers of balls. An argument that may lie outside the domain is an Error saying so.
module ExponentialFunction =

    open ReducedSeries

    let internal expOfNumber precision (x: BigFloat) : Result<Ball, string> =
        if x.IsZero then
            Ok Ball.one
        elif not (magnitudeBelow limit x) then
            if x.Sign > 0 then
                Error $"exp of a number above 2^{limit}"
            else
                let tiny = BigFloat.powerOfTwo -(BigInteger.One <<< limit)
                Ok(Ball.ofInterval precision BigFloat.zero tiny)
        else
            let halvings = int (sqrt (float precision) / 1.5) + 1
            let digits = precision + halvings + 12
            let k = nearestMultiple x BallConstants.ln2
            let reduced = Ball.scale -halvings (reduce digits BallConstants.ln2 k x)

            let series =
                integerTaylor digits (BigInteger.One <<< digits) (toFixed digits reduced.Midpoint) id

            // The slope of exp is below 2 here.
            let mutable power = Ball.widen (BigFloat.scale BigInteger.One reduced.Radius) series

            for _ in 1..halvings do
                power <- Ball.multiply digits power power

            Ok { Midpoint = BigFloat.scale k power.Midpoint; Radius = BigFloat.scale k power.Radius }

    /// e^x; an Error above e^(2^1024), an enclosure of the form [0, tiny] below its inverse.
    let exp (precision: int) (x: Ball) : Result<Ball, string> =
        Ball.increasing precision (expOfNumber precision) x

    /// log(1 + u) for |u| < 1/2, from u itself so that no digit of a small u is lost.
    let private logNearOne precision (u: Ball) : Result<Ball, string> =
        Ball.add precision (Ball.ofInt 2) u
        |> Ball.divide precision u
        |> Result.map (oddSeries precision id >> Ball.scale 1)

    let private lnOfNumber precision (x: BigFloat) : Result<Ball, string> =
        if x.Sign <= 0 then
            Error "the logarithm of a number that may not be positive"
        else
            let digits = precision + 12

            // x = 2^k m with m from 0.7 to 1.4.
            let fraction = BigFloat.scale -x.Top x

            let k =
                if BigFloat.toFloat fraction < 0.7 then
                    x.Top - BigInteger.One
                else
                    x.Top

            let m = BigFloat.scale -k x
            let distance = BigFloat.add Nearest (digits + 64) m -BigFloat.one
            let near = distance.IsZero || distance.Top < BigInteger -8

            let ofFraction =
                if near then
                    Ball.subtract digits (Ball.ofBigFloat m) Ball.one |> logNearOne digits
                else
                    // The double logarithm is right to 50 digits; what is left is the logarithm of a number near 1.
                    let guess = BigFloat.ofFloat (Math.Log(BigFloat.toFloat m))

                    attempt {
                        let! inverse = expOfNumber digits -guess
                        let ratio = Ball.multiply digits (Ball.ofBigFloat m) inverse
                        let! rest = logNearOne digits (Ball.subtract digits ratio Ball.one)
                        return Ball.add digits (Ball.ofBigFloat guess) rest
                    }

            ofFraction
            |> Result.map (fun ofFraction ->
                if k.IsZero then
                    ofFraction
                else
                    Ball.add
                        precision
                        (Ball.multiply digits (Ball.ofInteger k) (BallConstants.ln2 digits))
                        ofFraction)

    /// The natural logarithm of x > 0.
    let ln (precision: int) (x: Ball) : Result<Ball, string> =
        Ball.increasing precision (lnOfNumber precision) x

    /// log(1 + u) for u > -1.
    let internal ln1p precision (u: Ball) : Result<Ball, string> =
        let size = Ball.magnitude u

        if size.IsZero || size.Top < BigInteger.MinusOne then
            logNearOne precision u
        else
            ln precision (Ball.add (precision + 2) Ball.one u)

    /// x^y for x > 0, or x ≥ 0 where y > 0.
    let power (precision: int) (x: Ball) (y: Ball) : Result<Ball, string> =
        let digits = precision + 16

        let positive x =
            attempt {
                let! logarithm = ln digits x
                return! exp precision (Ball.multiply digits y logarithm)
            }

        if (Ball.lower x).Sign > 0 then
            positive x
        elif (Ball.lower x).Sign < 0 then
            Error "a power of a number that may be negative"
        elif Ball.sign y <> Some 1 then
            Error "a power of 0 whose exponent may not be positive"
        elif (Ball.upper x).IsZero then
            Ok Ball.zero
        else
            positive (Ball.ofBigFloat (Ball.upper x))
            |> Result.map (fun top -> Ball.ofInterval precision BigFloat.zero (Ball.upper top))

    /// x^r. Integer powers are defined for every x (but 0 when r < 0), others for x ≥ 0.
    let powerOfRational (precision: int) (r: BigRational) (x: Ball) : Result<Ball, string> =
        let powerOf (x: Ball) =
            let n = BigInteger.Abs r.Numerator
            Ball.powerOfNatural (precision + 4 + int (n.GetBitLength())) n x

        if r.Denominator > BigInteger 2 then
            power precision x (Ball.ofRational (precision + 16) r)
        else
            let root =
                if r.IsInteger then
                    Ok x
                else
                    Ball.sqrt (precision + 4 + int ((BigInteger.Abs r.Numerator).GetBitLength())) x

            if r.IsNegative then
                Result.bind (powerOf >> Ball.divide precision Ball.one) root
            else
                Result.map powerOf root
