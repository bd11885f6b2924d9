namespace ImplicitBias.Theory.Symbolic

open System.Numerics

/// Limits against rigorous values at two far points. A limit says nothing about any one point, so this proves nothing; but
/// a wrong limit is one that values do not approach.
module internal CrossCheck =

    /// What far points say about a limit.
    type Finding =
        | Agrees
        /// The values move away from the limit.
        | Contradicts
        /// Nothing could be evaluated sharply enough.
        | Silent

    /// A sign and an interval for the size.
    type private Size =
        | Plain of sign: int * low: BigFloat * high: BigFloat
        /// For the logarithm of the size: beyond what a ball can hold.
        | Logarithmic of sign: int * low: BigFloat * high: BigFloat
        | Negligible
        | Open

    /// Distances below 2^-40 count as arrived.
    let private arrived = BigFloat.powerOfTwo (BigInteger -40)

    /// log 2^-40 = -27.7...
    let private logOfArrived = BigFloat.ofInteger (BigInteger -28)

    let private size (precisions: int list) (point: Map<string, Ball>) (term: Term) : Size =
        let at precision =
            match Enclosure.evaluate precision point term with
            | Ok ball when not (Ball.containsZero ball) ->
                let size = Ball.abs precision ball
                let sign = ball.Midpoint.Sign
                Some(Plain(sign, Ball.lower size, Ball.upper size))
            | Ok ball when Ball.magnitude ball < arrived -> Some Negligible
            | Ok ball when Ball.magnitude ball < BigFloat.powerOfTwo (BigInteger 64) -> None
            | _ ->
                match Enclosure.logarithm precision point term with
                | Ok form when form.Log.Radius < BigFloat.one || not (Ball.containsZero form.Log) ->
                    Some(Logarithmic(form.Sign, Ball.lower form.Log, Ball.upper form.Log))
                | _ -> None

        precisions |> List.tryPick at |> Option.defaultValue Open

    let private logarithmic size =
        let log x =
            match ExponentialFunction.ln 64 (Ball.ofBigFloat x) with
            | Ok ball -> ball
            | Error _ -> Ball.zero

        match size with
        | Plain(sign, low, high) -> Logarithmic(sign, Ball.lower (log low), Ball.upper (log high))
        | other -> other

    /// 1 - 1/32 and 1 + 1/32: a distance must shrink by so much to approach 0, a size must grow by so much to go to ∞. Next to
    /// a wrong limit the distance settles at the error, and its last digits may well fall.
    let private less, more =
        BigFloat.create (BigInteger 31) (BigInteger -5), BigFloat.create (BigInteger 33) (BigInteger -5)

    let private step = BigFloat.powerOfTwo (BigInteger -5)
    let private plus x y = BigFloat.add Nearest 64 x y

    let rec private approaches near far =
        match near, far with
        | _, Negligible -> Agrees
        | _, Plain(_, _, high) when high < arrived -> Agrees
        | _, Logarithmic(_, _, high) when high < logOfArrived -> Agrees
        | Negligible, Plain(_, low, _) when low > arrived -> Contradicts
        | Negligible, Logarithmic(_, low, _) when low > logOfArrived -> Contradicts
        | Negligible, _ -> Silent
        | Plain(_, low, high), Plain(_, farLow, farHigh) ->
            if farHigh < low * less then Agrees
            elif farLow >= high * less then Contradicts
            else Silent
        | Logarithmic(_, low, high), Logarithmic(_, farLow, farHigh) ->
            if farHigh < plus low -step then Agrees
            elif farLow >= plus high -step then Contradicts
            else Silent
        | Open, _
        | _, Open -> Silent
        | _ -> approaches (logarithmic near) (logarithmic far)

    let rec private diverges sign near far =
        match near, far with
        | Open, _
        | _, Open -> Silent
        | _, Negligible -> Contradicts
        | _, (Plain(farSign, _, _) | Logarithmic(farSign, _, _)) when farSign <> sign -> Contradicts
        | Negligible, _ -> Agrees
        | (Plain(nearSign, _, _) | Logarithmic(nearSign, _, _)), _ when nearSign <> sign -> Agrees
        | Plain(_, low, high), Plain(_, farLow, farHigh) ->
            if farLow > high * more then Agrees
            elif farHigh <= low * more then Contradicts
            else Silent
        | Logarithmic(_, low, high), Logarithmic(_, farLow, farHigh) ->
            if farLow > plus high step then Agrees
            elif farHigh <= plus low step then Contradicts
            else Silent
        | _ -> diverges sign (logarithmic near) (logarithmic far)

    /// Exponents k of points 2^k in pairs, and the numbers of digits to try: the farther the better, but what cancels needs more
    /// digits the farther out.
    let private pairs =
        [ (12, 20), [ 64; 256 ]; (4, 6), [ 64; 256; 1024 ]; (2, 3), [ 256 ] ]

    /// The same for the logarithm of the variable.
    let private liftedPairs = [ (16, 48), [ 64; 256 ]; (4, 6), [ 64; 256 ] ]

    /// Where values contradict a limit, they are tried for the logarithm of the variable, and again: some functions take
    /// long to show where they go.
    let private mostLifts = 3

    /// What the first pair of points that can be evaluated says about the tendency of a term as `variable` → ∞; the other
    /// symbols have the values given.
    let check (variable: string) (values: Map<string, Ball>) (term: Term) (tendency: Tendency) : Finding =
        let find pairs (term: Term) =
            let compare ((near, far), precisions) =
                let at (k: int) =
                    size
                        precisions
                        (values.Add(variable, Ball.ofBigFloat (BigFloat.powerOfTwo (BigInteger k))))

                match tendency with
                | Finite limit ->
                    let distance = term - limit
                    approaches (at near distance) (at far distance)
                | Infinite sign -> diverges sign (at near term) (at far term)

            pairs
            |> Seq.map compare
            |> Seq.tryFind (fun finding -> finding <> Silent)
            |> Option.defaultValue Silent

        let lift term =
            Term.substitute variable (Term.exp (Term.symbol variable)) term

        let rec appeal lifts term =
            lifts < mostLifts
            && (let lifted = lift term
                find liftedPairs lifted = Agrees || appeal (lifts + 1) lifted)

        match find pairs term with
        | Contradicts -> if appeal 0 term then Agrees else Contradicts
        | finding -> finding
