namespace ImplicitBias.Theory.Symbolic

open System.Numerics
open MathNet.Numerics

/// The gamma function of balls and its logarithmic derivatives, by the series of Stirling.
module GammaFunctions =

    /// Σ B₂ₖ cₖ z^(start - 2k), an enveloping series for z > 0: the sum is off by less than the first term left out.
    let private envelopingBy precision (coefficient: int -> BigRational) (start: Ball) (z: Ball) =
        let count = precision / 4 + 8

        let sum (ratio: Ball) =
            let mutable power = start
            let mutable sum = Ball.zero
            let mutable k = 1
            let mutable last = false

            while not last do
                let factor = Bernoulli.number (2 * k) * coefficient k
                let term = Ball.multiply precision power (Ball.ofRational precision factor)
                let size = Ball.magnitude term

                if k = count || size.Top < BigInteger(-precision) then
                    last <- true
                    sum <- Ball.widen size sum
                else
                    sum <- Ball.add precision sum term
                    power <- Ball.multiply precision power ratio
                    k <- k + 1

            sum

        Ball.divide precision Ball.one (Ball.multiply precision z z) |> Result.map sum

    let private enveloping precision (divisor: int -> BigInteger) =
        envelopingBy precision (fun k -> BigRational.FromBigIntFraction(BigInteger.One, divisor k))

    /// How many unit steps to the right bring x to where the series of Stirling has its digits.
    let private steps precision (x: Ball) =
        let goal = float precision / 5.0 + 6.0
        let start = BigFloat.toFloat (Ball.lower x)

        if start >= goal then
            0
        else
            int (ceil (goal - max start 0.0))

    let private shifted precision n (x: Ball) = Ball.add precision x (Ball.ofInt n)

    /// (z - 1/2) log z - z + log(2π)/2.
    let private leadingStirling precision (z: Ball) : Result<Ball, string> =
        attempt {
            let! logarithm = ExponentialFunction.ln precision z

            let! logOfTwoPi =
                ExponentialFunction.ln precision (Ball.scale 1 (BallConstants.pi precision))

            let shift = Ball.subtract precision z (Ball.scale -1 Ball.one)

            return
                Ball.subtract precision (Ball.multiply precision shift logarithm) z
                |> Ball.add precision (Ball.scale -1 logOfTwoPi)
        }

    let private binetSeries precision (z: Ball) : Result<Ball, string> =
        attempt {
            let! inverse = Ball.divide precision Ball.one z
            return! enveloping precision (fun k -> BigInteger(2 * k * (2 * k - 1))) inverse z
        }

    let private workingDigits precision (x: Ball) =
        let top = (Ball.magnitude x).Top

        precision
        + 24
        + 2 * int (BigInteger.Max(BigInteger.Zero, BigInteger.Min(top, BigInteger 1024)))

    /// log Γ(x) for x > 0.
    let logGamma (precision: int) (x: Ball) : Result<Ball, string> =
        if (Ball.lower x).Sign <= 0 then
            Error "the log-gamma function of a number that may not be positive"
        else
            let digits = workingDigits precision x
            let count = steps digits x

            attempt {
                let z = shifted digits count x
                let! leading = leadingStirling digits z
                let! series = binetSeries digits z
                let far = Ball.add digits leading series

                let product =
                    Seq.init count (fun k -> shifted digits k x)
                    |> Seq.fold (Ball.multiply digits) Ball.one

                let! nearby = ExponentialFunction.ln digits product
                return Ball.subtract precision far nearby
            }

    /// Binet's function log Γ(x) - (x - 1/2) log x + x - log(2π)/2 for x > 0.
    let binet (precision: int) (x: Ball) : Result<Ball, string> =
        let digits = workingDigits precision x + 16

        if (Ball.lower x).Sign > 0 && steps digits x = 0 then
            binetSeries digits x
        else
            attempt {
                let! whole = logGamma digits x
                let! leading = leadingStirling digits x
                return Ball.subtract precision whole leading
            }

    /// Γ(x) for x > 0, and between the poles below.
    let rec gamma (precision: int) (x: Ball) : Result<Ball, string> =
        if (Ball.lower x).Sign > 0 then
            attempt {
                let! logarithm = logGamma (workingDigits precision x) x
                return! ExponentialFunction.exp precision logarithm
            }
        else
            // Γ(x) Γ(1 - x) = π/sin πx.
            let digits = workingDigits precision x

            let sine =
                CircularFunctions.sin digits (Ball.multiply digits (BallConstants.pi digits) x)

            if Ball.containsZero sine then
                Error "the gamma function where there may be a pole"
            else
                attempt {
                    let! mirrored = gamma digits (Ball.subtract digits Ball.one x)

                    return!
                        Ball.divide precision (BallConstants.pi digits) (Ball.multiply digits sine mirrored)
                }

    /// Σ 1/(x + k)ⁿ for k below count.
    let private inversePowers precision (count: int) (n: int) (x: Ball) : Result<Ball, string> =
        let addInverse (sum: Result<Ball, string>) k =
            attempt {
                let! sum = sum
                let power = Ball.powerOfNatural precision (BigInteger n) (shifted precision k x)
                let! inverse = Ball.divide precision Ball.one power
                return Ball.add precision sum inverse
            }

        Seq.fold addInverse (Ok Ball.zero) (seq { 0 .. count - 1 })

    /// ψ(x) = Γ'(x)/Γ(x) for x > 0, and between the poles below.
    let rec digamma (precision: int) (x: Ball) : Result<Ball, string> =
        let digits = workingDigits precision x

        if (Ball.lower x).Sign > 0 then
            let count = steps digits x
            let z = shifted digits count x

            attempt {
                let! logarithm = ExponentialFunction.ln digits z
                let! inverse = Ball.divide digits Ball.one z
                let start = Ball.multiply digits inverse inverse
                let! series = enveloping digits (fun k -> BigInteger(2 * k)) start z
                let leading = Ball.subtract digits logarithm (Ball.scale -1 inverse)
                let! nearby = inversePowers digits count 1 x
                return Ball.subtract precision (Ball.subtract digits leading series) nearby
            }
        else
            // ψ(1 - x) - ψ(x) = π cot πx.
            let angle = Ball.multiply digits (BallConstants.pi digits) x
            let sine = CircularFunctions.sin digits angle

            if Ball.containsZero sine then
                Error "the digamma function where there may be a pole"
            else
                attempt {
                    let! mirrored = digamma digits (Ball.subtract digits Ball.one x)
                    let! cotangent = Ball.divide digits (CircularFunctions.cos digits angle) sine

                    return
                        Ball.subtract
                            precision
                            mirrored
                            (Ball.multiply digits (BallConstants.pi digits) cotangent)
                }

    let private factorial (n: int) =
        Seq.fold (fun product (k: int) -> product * BigInteger k) BigInteger.One (seq { 2..n })

    /// ψ⁽ⁿ⁾(x), the derivative of digamma of order n ≥ 1, for x > 0:
    /// (-1)ⁿ⁺¹ ((n-1)!/zⁿ + n!/(2zⁿ⁺¹) + Σ B₂ₖ (2k+n-1)!/(2k)! z^(-2k-n) + n! Σ 1/(x+j)ⁿ⁺¹).
    let polygamma (precision: int) (n: int) (x: Ball) : Result<Ball, string> =
        if (Ball.lower x).Sign <= 0 then
            Error "the polygamma function of a number that may not be positive"
        elif n > 100 then
            Error "the polygamma function of order above 100"
        else
            let digits = workingDigits precision x + 8 * n
            let count = steps digits x + n
            let z = shifted digits count x

            let times (factor: BigInteger) =
                Ball.multiply digits (Ball.ofInteger factor)

            let power (k: int) =
                Ball.powerOfNatural digits (BigInteger k) z

            attempt {
                let! first = Ball.divide digits (Ball.ofInteger (factorial (n - 1))) (power n)
                let! second = Ball.divide digits (Ball.ofInteger (factorial n)) (power (n + 1))
                let! start = Ball.divide digits Ball.one (power (n + 2))

                // (2k+n-1)!/(2k)! is the product of n - 1 consecutive integers.
                let factor (k: int) =
                    Seq.init (n - 1) (fun (j: int) -> BigInteger(2 * k + j + 1))
                    |> Seq.fold (*) BigInteger.One

                let! series = envelopingBy digits (fun k -> BigRational.FromBigInt(factor k)) start z
                let! nearby = inversePowers digits count (n + 1) x

                let sum =
                    Ball.add digits first (Ball.scale -1 second)
                    |> Ball.add digits series
                    |> Ball.add digits (times (factorial n) nearby)

                return (if n % 2 = 1 then sum else Ball.negate sum)
            }
