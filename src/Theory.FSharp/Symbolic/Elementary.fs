namespace ImplicitBias.Theory.Symbolic

open System
open System.Collections.Concurrent
open System.Numerics
open MathNet.Numerics

/// Elementary functions of balls. Arguments are reduced until few terms of a Taylor series are left; what the series leaves
/// out is bounded and added to the radius. An argument that may lie outside the domain is an Error saying so.
/// Source: Brent and Zimmermann, Modern Computer Arithmetic (2010), chapter 4; Johansson (2014, arXiv 1410.7176).
module Elementary =

    /// |x| above 2^limit is too large for exp, sin and cos to be told apart from the extremes.
    let private limit = 1024

    let private magnitudeBelow (bits: int) (x: BigFloat) = x.IsZero || x.Top <= BigInteger bits

    /// Σ ± 1/((2k+1) n^(2k+1)): artanh(1/n), or arctan(1/n) with alternating signs.
    let private ofInverse (alternating: bool) (precision: int) (n: int) : Ball =
        let digits = precision + 16
        let square = BigInteger(n * n)
        let mutable power = (BigInteger.One <<< digits) / BigInteger n
        let mutable sum = BigInteger.Zero
        let mutable k = 0

        while not power.IsZero do
            let term = power / BigInteger(2 * k + 1)
            sum <- if alternating && k % 2 = 1 then sum - term else sum + term
            power <- power / square
            k <- k + 1

        // Each term is truncated twice; the first one below the last digit bounds the rest.
        { Midpoint = BigFloat.create sum (BigInteger -digits)
          Radius = BigFloat.create (BigInteger(2 * k + 2)) (BigInteger -digits) }

    let private combination precision alternating (terms: (int * int) list) =
        terms
        |> List.map (fun (factor, n) ->
            Ball.multiply (precision + 16) (Ball.ofInt factor) (ofInverse alternating precision n))
        |> List.reduce (Ball.add (precision + 16))

    /// One constant at one precision is computed once; precisions are multiples of 64, so few are kept.
    let private kept (compute: int -> Ball) : int -> Ball =
        let known = ConcurrentDictionary<int, Ball>()
        fun precision -> known.GetOrAdd((precision / 64 + 1) * 64, compute)

    /// log 2.
    let ln2: int -> Ball =
        kept (fun precision -> combination precision false [ 18, 26; -2, 4801; 8, 8749 ])

    /// π, by Machin's formula.
    let pi: int -> Ball =
        kept (fun precision -> combination precision true [ 16, 5; -4, 239 ])

    /// first · Σ zᵏ rₖ, where the term with index k is the one before times z/divisor k; |z/divisor k| ≤ 1/2, so that twice
    /// the first term left out bounds the rest.
    let private taylor precision (first: Ball) (z: Ball) (divisor: int -> int) : Ball =
        let mutable term = first
        let mutable sum = first
        let mutable k = 1
        let mutable last = false

        while not last do
            term <- Ball.divideByInt precision (Ball.multiply precision term z) (divisor k)
            k <- k + 1
            let size = Ball.magnitude term

            if size.IsZero || size.Top < (Ball.magnitude sum).Top - BigInteger(precision + 2) then
                last <- true
                sum <- Ball.widen (BigFloat.scale BigInteger.One size) sum
            else
                sum <- Ball.add precision sum term

        sum

    /// x · 2^digits, rounded down, for |x| < 1.
    let private toFixed (digits: int) (x: BigFloat) : BigInteger =
        if x.IsZero || x.Top < BigInteger -digits then
            BigInteger.Zero
        else
            let shift = int x.Exponent + digits

            if shift >= 0 then
                x.Mantissa <<< shift
            else
                x.Mantissa >>> -shift

    /// The series of taylor in integers, which is several times faster: first and z count units of 2^-digits, and z is at
    /// most 3 of them off, |z| < 0.7. A term is then at most 3 units off, and what is left once a term is below 2 units is
    /// less than 2 more.
    let private integerTaylor (digits: int) (first: BigInteger) (z: BigInteger) (divisor: int -> int) : Ball =
        let mutable term = first
        let mutable sum = first
        let mutable k = 1

        while BigInteger.Abs term > BigInteger.One do
            term <- ((term * z) >>> digits) / BigInteger(divisor k)
            sum <- sum + term
            k <- k + 1

        { Midpoint = BigFloat.create sum (BigInteger -digits)
          Radius = BigFloat.create (BigInteger(3 * k + 6)) (BigInteger -digits) }

    /// The integer nearest to x/c: as many digits of c are needed as x has before its point.
    let private nearestMultiple (x: BigFloat) (constant: int -> Ball) =
        let digits = 64 + int (BigInteger.Max(BigInteger.Zero, x.Top))
        let quotient = BigFloat.divide Nearest digits x (constant digits).Midpoint
        BigFloat.toInteger (limit + 8) quotient |> Option.defaultValue BigInteger.Zero

    /// x - k c, for a constant c known to any precision.
    let private reduce precision (constant: int -> Ball) (k: BigInteger) (x: BigFloat) =
        let extra = int (k.GetBitLength())
        let wide = precision + 2 * extra + 16
        Ball.subtract wide (Ball.ofBigFloat x) (Ball.multiply wide (Ball.ofInteger k) (constant wide))

    let private expOfNumber precision (x: BigFloat) : Result<Ball, string> =
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
            let k = nearestMultiple x ln2
            let reduced = Ball.scale -halvings (reduce digits ln2 k x)

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

    /// Σ zᵏ⁺¹ sᵏ/(2k+1) in powers of s = z² or -z²: artanh z or arctan z for |z| ≤ 1/2, where twice the first term left out
    /// bounds the rest.
    let private oddSeries precision (ratio: Ball -> Ball) (z: Ball) : Ball =
        let square = ratio (Ball.multiply precision z z)
        let mutable power = z
        let mutable sum = z
        let mutable k = 1
        let mutable last = (Ball.magnitude z).IsZero

        while not last do
            power <- Ball.multiply precision power square
            let term = Ball.divideByInt precision power (2 * k + 1)
            k <- k + 1
            let size = Ball.magnitude term

            if size.Top < (Ball.magnitude sum).Top - BigInteger(precision + 2) then
                last <- true
                sum <- Ball.widen (BigFloat.scale BigInteger.One size) sum
            else
                sum <- Ball.add precision sum term

        sum

    let private artanhSeries precision = oddSeries precision id
    let private arctanSeries precision = oddSeries precision Ball.negate

    /// log(1 + u) for |u| < 1/2, from u itself so that no digit of a small u is lost.
    let private logNearOne precision (u: Ball) : Result<Ball, string> =
        Ball.add precision (Ball.ofInt 2) u
        |> Ball.divide precision u
        |> Result.map (artanhSeries precision >> Ball.scale 1)

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
                    Ball.add precision (Ball.multiply digits (Ball.ofInteger k) (ln2 digits)) ofFraction)

    /// The natural logarithm of x > 0.
    let ln (precision: int) (x: Ball) : Result<Ball, string> =
        Ball.increasing precision (lnOfNumber precision) x

    /// log(1 + u) for u > -1.
    let private ln1p precision (u: Ball) : Result<Ball, string> =
        let size = Ball.magnitude u

        if size.IsZero || size.Top < BigInteger.MinusOne then
            logNearOne precision u
        else
            ln precision (Ball.add (precision + 2) Ball.one u)

    /// sin and cos of a number together.
    let private sineAndCosine precision (x: BigFloat) : Ball * Ball =
        let everything = { Midpoint = BigFloat.zero; Radius = BigFloat.one }

        if not (magnitudeBelow limit x) then
            everything, everything
        else
            let digits = precision + 12
            let quarter bits = Ball.scale -1 (pi bits)
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
                let quarter = Ball.scale -1 (pi digits)
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
            let quarter = Ball.scale -1 (pi digits)
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
            Ok(pi digits)
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

    let private sinhOfNumber precision (x: BigFloat) : Result<Ball, string> =
        let digits = precision + 12

        if magnitudeBelow 0 x then
            let ball = Ball.ofBigFloat x
            Ok(taylor digits ball (Ball.multiply digits ball ball) (fun k -> 2 * k * (2 * k + 1)))
        else
            attempt {
                let! grown = expOfNumber digits (BigFloat.abs x)
                let! shrunk = Ball.divide digits Ball.one grown
                let positive = Ball.scale -1 (Ball.subtract precision grown shrunk)
                return (if x.Sign > 0 then positive else Ball.negate positive)
            }

    /// sinh x.
    let sinh (precision: int) (x: Ball) : Result<Ball, string> =
        Ball.increasing precision (sinhOfNumber precision) x

    let private coshOfNumber precision (x: BigFloat) : Result<Ball, string> =
        attempt {
            let! grown = expOfNumber (precision + 4) (BigFloat.abs x)
            let! shrunk = Ball.divide (precision + 4) Ball.one grown
            return Ball.scale -1 (Ball.add precision grown shrunk)
        }

    /// cosh x.
    let cosh (precision: int) (x: Ball) : Result<Ball, string> =
        if Ball.containsZero x then
            coshOfNumber precision (max (Ball.upper x) -(Ball.lower x))
            |> Result.map (fun top -> Ball.ofInterval precision BigFloat.one (Ball.upper top))
        else
            Ball.increasing precision (coshOfNumber precision) (Ball.abs precision x)

    let private tanhOfNumber precision (x: BigFloat) : Result<Ball, string> =
        let digits = precision + 8

        if magnitudeBelow 0 x then
            attempt {
                let! sine = sinhOfNumber digits x
                let! cosine = coshOfNumber digits x
                return! Ball.divide precision sine cosine
            }
        else
            attempt {
                let! decayed = expOfNumber digits (BigFloat.scale BigInteger.One -(BigFloat.abs x))

                let above, below =
                    Ball.add digits Ball.one decayed, Ball.subtract digits Ball.one decayed

                let! positive = Ball.divide precision below above
                return (if x.Sign > 0 then positive else Ball.negate positive)
            }

    /// tanh x.
    let tanh (precision: int) (x: Ball) : Result<Ball, string> =
        Ball.increasing precision (tanhOfNumber precision) x

    /// An odd function from its values at non-negative numbers.
    let private odd (ofNumber: BigFloat -> Result<Ball, string>) (x: BigFloat) =
        if x.Sign < 0 then
            ofNumber -x |> Result.map Ball.negate
        else
            ofNumber x

    let private asinhOfNumber precision =
        odd (fun x ->
            let digits = precision + 8
            let ball = Ball.ofBigFloat x

            attempt {
                let square = Ball.multiply digits ball ball
                let! root = Ball.sqrt digits (Ball.add digits Ball.one square)
                let! bend = Ball.divide digits square (Ball.add digits Ball.one root)
                return! ln1p precision (Ball.add digits ball bend)
            })

    /// arsinh x.
    let asinh (precision: int) (x: Ball) : Result<Ball, string> =
        Ball.increasing precision (asinhOfNumber precision) x

    let private acoshOfNumber precision (x: BigFloat) : Result<Ball, string> =
        if x < BigFloat.one then
            Error "the inverse hyperbolic cosine of a number that may be below 1"
        else
            let digits = precision + 8
            let excess = Ball.subtract digits (Ball.ofBigFloat x) Ball.one

            attempt {
                let square = Ball.multiply digits excess (Ball.add digits excess (Ball.ofInt 2))
                let! root = Ball.sqrt digits square
                return! ln1p precision (Ball.add digits excess root)
            }

    /// arcosh x for x ≥ 1.
    let acosh (precision: int) (x: Ball) : Result<Ball, string> =
        Ball.increasing precision (acoshOfNumber precision) x

    let private atanhOfNumber precision =
        odd (fun x ->
            if x >= BigFloat.one then
                Error "the inverse hyperbolic tangent of a number that may not lie inside (-1, 1)"
            else
                let digits = precision + 8
                let ball = Ball.ofBigFloat x

                attempt {
                    let! ratio =
                        Ball.divide digits (Ball.scale 1 ball) (Ball.subtract digits Ball.one ball)

                    let! twice = ln1p precision ratio
                    return Ball.scale -1 twice
                })

    /// artanh x for -1 < x < 1.
    let atanh (precision: int) (x: Ball) : Result<Ball, string> =
        Ball.increasing precision (atanhOfNumber precision) x

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
