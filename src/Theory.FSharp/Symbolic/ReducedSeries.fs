namespace ImplicitBias.Theory.Symbolic

open System.Numerics

/// How elementary functions of balls are computed: arguments are reduced until few terms of a Taylor series are left; what the
/// series leaves out is bounded and added to the radius.
/// Source: Brent and Zimmermann, Modern Computer Arithmetic (2010), chapter 4; Johansson (2014, arXiv 1410.7176).
module internal ReducedSeries =

    /// |x| above 2^limit is too large for exp, sin and cos to be told apart from the extremes.
    let limit = 1024

    /// |x| < 2^bits.
    let magnitudeBelow (bits: int) (x: BigFloat) = x.IsZero || x.Top <= BigInteger bits

    /// The integer nearest to x/c: as many digits of c are needed as x has before its point.
    let nearestMultiple (x: BigFloat) (constant: int -> Ball) =
        let digits = 64 + int (BigInteger.Max(BigInteger.Zero, x.Top))
        let quotient = BigFloat.divide Nearest digits x (constant digits).Midpoint
        BigFloat.toInteger (limit + 8) quotient |> Option.defaultValue BigInteger.Zero

    /// x - k c, for a constant c known to any precision.
    let reduce precision (constant: int -> Ball) (k: BigInteger) (x: BigFloat) =
        let extra = int (k.GetBitLength())
        let wide = precision + 2 * extra + 16
        Ball.subtract wide (Ball.ofBigFloat x) (Ball.multiply wide (Ball.ofInteger k) (constant wide))

    /// first · Σ zᵏ rₖ, where the term with index k is the one before times z/divisor k; |z/divisor k| ≤ 1/2, so that twice
    /// the first term left out bounds the rest.
    let taylor precision (first: Ball) (z: Ball) (divisor: int -> int) : Ball =
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
    let toFixed (digits: int) (x: BigFloat) : BigInteger =
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
    let integerTaylor (digits: int) (first: BigInteger) (z: BigInteger) (divisor: int -> int) : Ball =
        let mutable term = first
        let mutable sum = first
        let mutable k = 1

        while BigInteger.Abs term > BigInteger.One do
            term <- ((term * z) >>> digits) / BigInteger(divisor k)
            sum <- sum + term
            k <- k + 1

        { Midpoint = BigFloat.create sum (BigInteger -digits)
          Radius = BigFloat.create (BigInteger(3 * k + 6)) (BigInteger -digits) }

    /// Σ zᵏ⁺¹ sᵏ/(2k+1) in powers of s = z² or -z²: artanh z or arctan z for |z| ≤ 1/2, where twice the first term left out
    /// bounds the rest.
    let oddSeries precision (ratio: Ball -> Ball) (z: Ball) : Ball =
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

    /// An odd function from its values at non-negative numbers.
    let odd (ofNumber: BigFloat -> Result<Ball, string>) (x: BigFloat) =
        if x.Sign < 0 then
            ofNumber -x |> Result.map Ball.negate
        else
            ofNumber x
