namespace ImplicitBias.Theory.Symbolic

open System
open System.Collections.Concurrent
open System.Numerics
open MathNet.Numerics

/// Special functions of balls, on the parts of the real line where the expansions of this field meet them.
module Special =

    /// first · Σ zᵏ/(2k+1)!! for z ≥ 0.
    let private erfSeries precision (first: Ball) (z: Ball) : Ball =
        let size = BigFloat.toFloat (Ball.upper z)
        let mutable term = first
        let mutable sum = first
        let mutable k = 1
        let mutable last = (Ball.magnitude first).IsZero

        while not last do
            term <- Ball.divideByInt precision (Ball.multiply precision term z) (2 * k + 1)
            k <- k + 1
            let left = Ball.magnitude term

            // Once 2k + 1 is above 2z, a term is at most half of the one before.
            if
                float (2 * k + 1) > 2.0 * size + 1.0
                && left.Top < (Ball.magnitude sum).Top - BigInteger precision
            then
                last <- true
                sum <- Ball.widen (BigFloat.scale BigInteger.One left) sum
            else
                sum <- Ball.add precision sum term

        sum

    /// 2x/√π e^{-x²} Σ (2x²)ᵏ/(2k+1)!!, whose terms are all positive; beyond x² = precision log 2 the rest to 1 is below
    /// e^{-x²}.
    let private erfOfPositive precision (x: BigFloat) : Result<Ball, string> =
        let digits = precision + 24
        let ball = Ball.ofBigFloat x
        let square = Ball.multiply digits ball ball

        attempt {
            let! decay = Elementary.exp digits (Ball.negate square)

            if BigFloat.toFloat x ** 2.0 > float precision then
                return
                    Ball.ofInterval
                        precision
                        (BigFloat.add Down precision BigFloat.one -(Ball.upper decay))
                        BigFloat.one
            else
                let! rootOfPi = Ball.sqrt digits (Elementary.pi digits)

                let! factor =
                    Ball.divide digits (Ball.scale 1 (Ball.multiply digits ball decay)) rootOfPi

                return erfSeries digits factor (Ball.scale 1 square)
        }

    /// erf x = 2/√π ∫₀ˣ e^{-s²} ds.
    let erf (precision: int) (x: Ball) : Result<Ball, string> =
        let ofNumber (x: BigFloat) =
            if x.Sign < 0 then
                erfOfPositive precision -x |> Result.map Ball.negate
            else
                erfOfPositive precision x

        Ball.increasing precision ofNumber x

    /// 1/(√π x) (1 - 1/(2x²) + 3/(2x²)² - ...), an enveloping series for x > 0, cut where its terms are smallest or invisible.
    let private erfcxFar precision (x: BigFloat) : Result<Ball, string> =
        let ball = Ball.ofBigFloat x

        let sum (ratio: Ball) =
            let mutable term = Ball.one
            let mutable sum = Ball.one
            let mutable k = 1
            let mutable last = false

            while not last do
                let next =
                    Ball.multiply precision (Ball.multiply precision term ratio) (Ball.ofInt (1 - 2 * k))

                let size = Ball.magnitude next

                if size >= Ball.magnitude term || size.Top < BigInteger -precision then
                    last <- true
                    sum <- Ball.widen size sum
                else
                    sum <- Ball.add precision sum next
                    term <- next
                    k <- k + 1

            sum

        attempt {
            let! ratio =
                Ball.divide precision Ball.one (Ball.scale 1 (Ball.multiply precision ball ball))

            let! rootOfPi = Ball.sqrt precision (Elementary.pi precision)
            return! Ball.divide precision (sum ratio) (Ball.multiply precision ball rootOfPi)
        }

    let private erfcxOfNumber precision (x: BigFloat) : Result<Ball, string> =
        let square = (BigFloat.toFloat x) ** 2.0

        if x.Sign > 0 && square > float precision then
            erfcxFar (precision + 8) x
        else
            // 1 - erf x = e^{-x²} erfcx x loses x²/log 2 digits where x is above zero.
            let lost = if x.Sign > 0 then int (1.5 * square) else 0
            let digits = precision + lost + 16
            let ball = Ball.ofBigFloat x

            attempt {
                let! near = erf digits ball
                let! grown = Elementary.exp digits (Ball.multiply digits ball ball)
                return Ball.multiply precision (Ball.subtract digits Ball.one near) grown
            }

    /// e^{x²} (1 - erf x), which decreases.
    let erfcx (precision: int) (x: Ball) : Result<Ball, string> =
        let negated (x: BigFloat) =
            erfcxOfNumber precision -x |> Result.map Ball.negate

        Ball.increasing precision negated (Ball.negate x) |> Result.map Ball.negate

    /// B₂ₙ, one of a table from the tangent numbers that is as long as is needed. Source: Brent and Harvey (2011, arXiv 1108.0286), algorithm TangentNumbers.
    let private bernoulli: int -> BigRational =
        let compute count =
            let tangent = Array.create (count + 1) BigInteger.One

            for k in 2..count do
                tangent[k] <- BigInteger(k - 1) * tangent[k - 1]

            for k in 2..count do
                for j in k..count do
                    tangent[j] <- BigInteger(j - k) * tangent[j - 1] + BigInteger(j - k + 2) * tangent[j]

            [| for k in 1..count ->
                   let power = BigInteger.One <<< (2 * k)
                   let signed = if k % 2 = 1 then tangent[k] else -tangent[k]

                   BigRational.FromBigIntFraction(
                       BigInteger(2 * k) * signed,
                       power * (power - BigInteger.One)
                   ) |]

        let known = ConcurrentDictionary<int, BigRational[]>()
        fun n -> known.GetOrAdd(max 64 (int (BitOperations.RoundUpToPowerOf2(uint n))), compute)[n - 1]

    /// Σ B₂ₖ cₖ z^(start - 2k), an enveloping series for z > 0: the sum is off by less than the first term left out.
    let private envelopingBy precision (coefficient: int -> BigRational) (start: Ball) (z: Ball) =
        let count = precision / 4 + 8

        let sum (ratio: Ball) =
            let mutable power = start
            let mutable sum = Ball.zero
            let mutable k = 1
            let mutable last = false

            while not last do
                let factor = bernoulli k * coefficient k
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
            let! logarithm = Elementary.ln precision z
            let! logOfTwoPi = Elementary.ln precision (Ball.scale 1 (Elementary.pi precision))
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

                let! nearby = Elementary.ln digits product
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
                return! Elementary.exp precision logarithm
            }
        else
            // Γ(x) Γ(1 - x) = π/sin πx.
            let digits = workingDigits precision x
            let sine = Elementary.sin digits (Ball.multiply digits (Elementary.pi digits) x)

            if Ball.containsZero sine then
                Error "the gamma function where there may be a pole"
            else
                attempt {
                    let! mirrored = gamma digits (Ball.subtract digits Ball.one x)
                    return! Ball.divide precision (Elementary.pi digits) (Ball.multiply digits sine mirrored)
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
                let! logarithm = Elementary.ln digits z
                let! inverse = Ball.divide digits Ball.one z
                let start = Ball.multiply digits inverse inverse
                let! series = enveloping digits (fun k -> BigInteger(2 * k)) start z
                let leading = Ball.subtract digits logarithm (Ball.scale -1 inverse)
                let! nearby = inversePowers digits count 1 x
                return Ball.subtract precision (Ball.subtract digits leading series) nearby
            }
        else
            // ψ(1 - x) - ψ(x) = π cot πx.
            let angle = Ball.multiply digits (Elementary.pi digits) x
            let sine = Elementary.sin digits angle

            if Ball.containsZero sine then
                Error "the digamma function where there may be a pole"
            else
                attempt {
                    let! mirrored = digamma digits (Ball.subtract digits Ball.one x)
                    let! cotangent = Ball.divide digits (Elementary.cos digits angle) sine

                    return
                        Ball.subtract
                            precision
                            mirrored
                            (Ball.multiply digits (Elementary.pi digits) cotangent)
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

    /// w e^w - x for x below 1, w + log w - log x above: increasing in w where W lies, with 0 at w = W(x). And its slope.
    let private lambertEquation
        digits
        (x: BigFloat)
        : (Ball -> Result<Ball, string>) * (Ball -> Result<Ball, string>) =
        let ball = Ball.ofBigFloat x

        if x <= BigFloat.one then
            (fun w ->
                Elementary.exp digits w
                |> Result.map (fun grown -> Ball.subtract digits (Ball.multiply digits w grown) ball)),
            (fun w ->
                Elementary.exp digits w
                |> Result.map (Ball.multiply digits (Ball.add digits Ball.one w)))
        else
            let target = Elementary.ln digits ball

            (fun w ->
                attempt {
                    let! logarithm = Elementary.ln digits w
                    let! target = target
                    return Ball.subtract digits (Ball.add digits w logarithm) target
                }),
            (fun w -> Ball.divide digits Ball.one w |> Result.map (Ball.add digits Ball.one))

    let private lambertGuess (x: BigFloat) : BigFloat =
        if x <= BigFloat.one then
            let x = BigFloat.toFloat x
            let p = sqrt (max 0.0 (2.0 * (Math.E * x + 1.0)))
            // The branch point expansion and log(1 + x) bracket W; either starts Newton's method well.
            BigFloat.ofFloat (
                if x < -0.2 then
                    -1.0 + p - p * p / 3.0
                else
                    Math.Log(1.0 + x) * 0.8
            )
        else
            match Elementary.ln 64 (Ball.ofBigFloat x) with
            | Ok logarithm ->
                let near = max 1e-3 (Math.Log(1.0 + Ball.toFloat logarithm))
                let far = BigFloat.add Nearest 64 logarithm.Midpoint -(BigFloat.ofFloat near)

                if Ball.toFloat logarithm < 2.0 then
                    BigFloat.ofFloat (0.57 + 0.35 * Ball.toFloat logarithm)
                else
                    far
            | Error _ -> BigFloat.one

    let private lambertOfNumber precision (x: BigFloat) : Result<Ball, string> =
        let digits = precision + 32
        let equation, slope = lambertEquation digits x

        let newton w =
            attempt {
                let ball = Ball.ofBigFloat w
                let! value = equation ball
                let! slope = slope ball
                let! move = Ball.divide digits value slope
                return BigFloat.add Nearest digits w -move.Midpoint
            }

        let rec iterate count w =
            if count = 0 then
                Ok w
            else
                newton w
                |> Result.bind (fun next ->
                    let change = BigFloat.add Nearest 30 next -w

                    if change.IsZero || change.Top < w.Top - BigInteger(precision + 8) then
                        Ok next
                    else
                        iterate (count - 1) next)

        // Newton only finds a candidate; the signs at both ends of an interval prove it.
        let proved (w: BigFloat) =
            let margin = BigFloat.powerOfTwo (w.Top - BigInteger(precision + 4))
            let low, high = BigFloat.add Down digits w -margin, BigFloat.add Up digits w margin

            match equation (Ball.ofBigFloat low), equation (Ball.ofBigFloat high) with
            | Ok below, Ok above when Ball.sign below = Some -1 && Ball.sign above = Some 1 ->
                Ok(Ball.ofInterval precision low high)
            | _ -> Error "the Lambert function could not be enclosed so near its branch point"

        if x.IsZero then
            Ok Ball.zero
        else
            attempt {
                let! lowest = Elementary.exp digits (Ball.negate Ball.one)

                if BigFloat.add Nearest digits x lowest.Midpoint |> _.Sign <= 0 then
                    return! Error "the Lambert function of a number that may be below -1/e"
                else
                    let! candidate = iterate 100 (lambertGuess x)
                    return! proved candidate
            }

    /// W(x), the principal solution of W e^W = x for x > -1/e.
    let lambertW (precision: int) (x: Ball) : Result<Ball, string> =
        Ball.increasing precision (lambertOfNumber precision) x
