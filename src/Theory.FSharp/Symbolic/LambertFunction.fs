namespace ImplicitBias.Theory.Symbolic

open System
open System.Numerics

/// The function of Lambert of balls.
module LambertFunction =

    /// w e^w - x for x below 1, w + log w - log x above: increasing in w where W lies, with 0 at w = W(x). And its slope.
    let private lambertEquation
        digits
        (x: BigFloat)
        : (Ball -> Result<Ball, string>) * (Ball -> Result<Ball, string>) =
        let ball = Ball.ofBigFloat x

        if x <= BigFloat.one then
            (fun w ->
                ExponentialFunction.exp digits w
                |> Result.map (fun grown -> Ball.subtract digits (Ball.multiply digits w grown) ball)),
            (fun w ->
                ExponentialFunction.exp digits w
                |> Result.map (Ball.multiply digits (Ball.add digits Ball.one w)))
        else
            let target = ExponentialFunction.ln digits ball

            (fun w ->
                attempt {
                    let! logarithm = ExponentialFunction.ln digits w
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
            match ExponentialFunction.ln 64 (Ball.ofBigFloat x) with
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
                let! lowest = ExponentialFunction.exp digits (Ball.negate Ball.one)

                if BigFloat.add Nearest digits x lowest.Midpoint |> _.Sign <= 0 then
                    return! Error "the Lambert function of a number that may be below -1/e"
                else
                    let! candidate = iterate 100 (lambertGuess x)
                    return! proved candidate
            }

    /// W(x), the principal solution of W e^W = x for x > -1/e.
    let lambertW (precision: int) (x: Ball) : Result<Ball, string> =
        Ball.increasing precision (lambertOfNumber precision) x
