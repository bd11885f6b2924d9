namespace ImplicitBias.Theory.Symbolic

open System.Numerics

/// The error function of balls.
module ErrorFunction =

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
            let! decay = ExponentialFunction.exp digits (Ball.negate square)

            if BigFloat.toFloat x ** 2.0 > float precision then
                return
                    Ball.ofInterval
                        precision
                        (BigFloat.add Down precision BigFloat.one -(Ball.upper decay))
                        BigFloat.one
            else
                let! rootOfPi = Ball.sqrt digits (BallConstants.pi digits)

                let! factor =
                    Ball.divide digits (Ball.scale 1 (Ball.multiply digits ball decay)) rootOfPi

                return erfSeries digits factor (Ball.scale 1 square)
        }

    /// erf x = 2/√π ∫₀ˣ e^{-s²} ds.
    let erf (precision: int) (x: Ball) : Result<Ball, string> =
        Ball.increasing precision (ReducedSeries.odd (erfOfPositive precision)) x

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

            let! rootOfPi = Ball.sqrt precision (BallConstants.pi precision)
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
                let! grown = ExponentialFunction.exp digits (Ball.multiply digits ball ball)
                return Ball.multiply precision (Ball.subtract digits Ball.one near) grown
            }

    /// e^{x²} (1 - erf x), which decreases.
    let erfcx (precision: int) (x: Ball) : Result<Ball, string> =
        let negated (x: BigFloat) =
            erfcxOfNumber precision -x |> Result.map Ball.negate

        Ball.increasing precision negated (Ball.negate x) |> Result.map Ball.negate
