namespace ImplicitBias.Theory.Symbolic

open System
open System.Numerics

/// Sine, cosine, tangent and the arc functions of balls. An argument that may lie outside the domain is an Error saying so.
module CircularFunctions =

    open ReducedSeries

    let private arctanSeries precision = oddSeries precision Ball.negate

    /// sin and cos of a number together.
    let private sineAndCosine precision (x: BigFloat) : Ball * Ball =
        let everything = { Midpoint = BigFloat.zero; Radius = BigFloat.one }

        if not (magnitudeBelow limit x) then
            everything, everything
        else
            let digits = precision + 12
            let quarter bits = Ball.scale -1 (BallConstants.pi bits)
            let k = nearestMultiple x quarter
            let r = reduce digits quarter k x
            let odd k = 2 * k * (2 * k + 1)

            // A sine far below 1 keeps its relative accuracy through balls only.
            let isSmall = r.Midpoint.IsZero || r.Midpoint.Top < BigInteger -32
            let units = digits + 36
            let fixedPoint = toFixed units r.Midpoint
            let minusSquare = -((fixedPoint * fixedPoint) >>> units)

            let cosine =
                integerTaylor units (BigInteger.One <<< units) minusSquare (fun k -> (2 * k - 1) * 2 * k)
                |> Ball.widen r.Radius

            let sine =
                if isSmall then
                    taylor digits r (Ball.negate (Ball.multiply digits r r)) odd
                else
                    integerTaylor units fixedPoint minusSquare odd |> Ball.widen r.Radius

            match int (k % BigInteger 4) with
            | 0 -> sine, cosine
            | 1
            | -3 -> cosine, Ball.negate sine
            | 2
            | -2 -> Ball.negate sine, Ball.negate cosine
            | _ -> Ball.negate cosine, sine

    /// A function of Lipschitz constant 1 with values in [-1, 1], from its value at the midpoint.
    let private oscillating precision (atMidpoint: Ball) (x: Ball) : Ball =
        let widened = Ball.widen x.Radius atMidpoint

        if BigFloat.Compare(Ball.magnitude widened, BigFloat.one) <= 0 then
            widened
        else
            { Midpoint = BigFloat.zero; Radius = BigFloat.one }
            |> Ball.intersect precision widened
            |> Option.defaultValue widened

    /// sin x.
    let sin (precision: int) (x: Ball) : Ball =
        oscillating precision (fst (sineAndCosine precision x.Midpoint)) x

    /// cos x.
    let cos (precision: int) (x: Ball) : Ball =
        oscillating precision (snd (sineAndCosine precision x.Midpoint)) x

    let private tanOfNumber precision (x: BigFloat) =
        let sine, cosine = sineAndCosine precision x
        Ball.divide precision sine cosine

    /// tan x; an Error where a pole may be met.
    let tan (precision: int) (x: Ball) : Result<Ball, string> =
        if Ball.containsZero (cos precision x) then
            Error "the tangent where the cosine may be 0"
        else
            Ball.increasing precision (tanOfNumber precision) x

    let rec private atanOfNumber precision (x: BigFloat) : Result<Ball, string> =
        let digits = precision + 12

        if x.IsZero || x.Top < BigInteger -8 then
            Ok(arctanSeries digits (Ball.ofBigFloat x))
        elif x.Top > BigInteger 8 then
            attempt {
                let! inverse = Ball.divide digits Ball.one (Ball.ofBigFloat x)
                let! rest = Ball.increasing digits (atanOfNumber digits) inverse
                let quarter = Ball.scale -1 (BallConstants.pi digits)
                return Ball.subtract precision (if x.Sign > 0 then quarter else Ball.negate quarter) rest
            }
        else
            // arctan x = y + arctan((x - tan y)/(1 + x tan y)) with y the double arctangent.
            let guess = BigFloat.ofFloat (Math.Atan(BigFloat.toFloat x))

            attempt {
                let! tangent = tanOfNumber digits guess
                let x = Ball.ofBigFloat x
                let denominator = Ball.add digits Ball.one (Ball.multiply digits x tangent)
                let! rest = Ball.divide digits (Ball.subtract digits x tangent) denominator
                return Ball.add precision (Ball.ofBigFloat guess) (arctanSeries digits rest)
            }

    /// arctan x.
    let atan (precision: int) (x: Ball) : Result<Ball, string> =
        Ball.increasing precision (atanOfNumber precision) x

    let private withinOne (x: Ball) =
        BigFloat.Compare(Ball.upper x, BigFloat.one) <= 0
        && BigFloat.Compare(Ball.lower x, -BigFloat.one) >= 0

    let private asinOfNumber precision (x: BigFloat) : Result<Ball, string> =
        let digits = precision + 12
        let ball = Ball.ofBigFloat x

        if BigFloat.abs x = BigFloat.one then
            let quarter = Ball.scale -1 (BallConstants.pi digits)
            Ok(if x.Sign > 0 then quarter else Ball.negate quarter)
        else
            attempt {
                let below, above = Ball.subtract digits Ball.one ball, Ball.add digits Ball.one ball
                let! cosine = Ball.sqrt digits (Ball.multiply digits below above)
                let! tangent = Ball.divide digits ball cosine
                return! atan precision tangent
            }

    /// arcsin x for -1 ≤ x ≤ 1.
    let asin (precision: int) (x: Ball) : Result<Ball, string> =
        if withinOne x then
            Ball.increasing precision (asinOfNumber precision) x
        else
            Error "the arcsine of a number that may lie outside [-1, 1]"

    let private acosOfNumber precision (x: BigFloat) : Result<Ball, string> =
        let digits = precision + 12

        if x = -BigFloat.one then
            Ok(BallConstants.pi digits)
        else
            attempt {
                let ball = Ball.ofBigFloat x
                let below, above = Ball.subtract digits Ball.one ball, Ball.add digits Ball.one ball
                let! ratio = Ball.divide digits below above
                let! tangent = Ball.sqrt digits ratio
                let! angle = atan precision tangent
                return Ball.scale 1 angle
            }

    /// arccos x for -1 ≤ x ≤ 1.
    let acos (precision: int) (x: Ball) : Result<Ball, string> =
        if withinOne x then
            Ball.increasing
                precision
                (fun x -> acosOfNumber precision -x |> Result.map Ball.negate)
                (Ball.negate x)
            |> Result.map Ball.negate
        else
            Error "the arccosine of a number that may lie outside [-1, 1]"
