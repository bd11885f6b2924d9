namespace ImplicitBias.Theory.Symbolic

open System.Numerics

/// The hyperbolic functions of balls and their inverses. An argument that may lie outside the domain is an Error saying so.
module HyperbolicFunctions =

    open ReducedSeries

    let private sinhOfNumber precision (x: BigFloat) : Result<Ball, string> =
        let digits = precision + 12

        if magnitudeBelow 0 x then
            let ball = Ball.ofBigFloat x
            Ok(taylor digits ball (Ball.multiply digits ball ball) (fun k -> 2 * k * (2 * k + 1)))
        else
            attempt {
                let! grown = ExponentialFunction.expOfNumber digits (BigFloat.abs x)
                let! shrunk = Ball.divide digits Ball.one grown
                let positive = Ball.scale -1 (Ball.subtract precision grown shrunk)
                return (if x.Sign > 0 then positive else Ball.negate positive)
            }

    /// sinh x.
    let sinh (precision: int) (x: Ball) : Result<Ball, string> =
        Ball.increasing precision (sinhOfNumber precision) x

    let private coshOfNumber precision (x: BigFloat) : Result<Ball, string> =
        attempt {
            let! grown = ExponentialFunction.expOfNumber (precision + 4) (BigFloat.abs x)
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
                let! decayed =
                    ExponentialFunction.expOfNumber digits (BigFloat.scale BigInteger.One -(BigFloat.abs x))

                let above, below =
                    Ball.add digits Ball.one decayed, Ball.subtract digits Ball.one decayed

                let! positive = Ball.divide precision below above
                return (if x.Sign > 0 then positive else Ball.negate positive)
            }

    /// tanh x.
    let tanh (precision: int) (x: Ball) : Result<Ball, string> =
        Ball.increasing precision (tanhOfNumber precision) x

    let private asinhOfNumber precision =
        odd (fun x ->
            let digits = precision + 8
            let ball = Ball.ofBigFloat x

            attempt {
                let square = Ball.multiply digits ball ball
                let! root = Ball.sqrt digits (Ball.add digits Ball.one square)
                let! bend = Ball.divide digits square (Ball.add digits Ball.one root)
                return! ExponentialFunction.ln1p precision (Ball.add digits ball bend)
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
                return! ExponentialFunction.ln1p precision (Ball.add digits excess root)
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

                    let! twice = ExponentialFunction.ln1p precision ratio
                    return Ball.scale -1 twice
                })

    /// artanh x for -1 < x < 1.
    let atanh (precision: int) (x: Ball) : Result<Ball, string> =
        Ball.increasing precision (atanhOfNumber precision) x
