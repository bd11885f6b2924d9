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

    type private Size =
        | Sized of sign: int * low: BigFloat * high: BigFloat
        | Negligible
        | Open

    /// Distances below 2^-40 count as arrived.
    let private arrived = BigFloat.powerOfTwo (BigInteger -40)

    let private precisions = [ 64; 256 ]

    /// The logarithm of the size of a term at a point, as an interval.
    let private size (point: Map<string, Ball>) (term: Term) : Size =
        let at precision =
            let ball = Enclosure.evaluate precision point term

            match ball with
            | Ok ball when Ball.containsZero ball ->
                if Ball.magnitude ball < arrived then
                    Some Negligible
                else
                    None
            | _ ->
                match Enclosure.logarithm precision point term with
                | Ok form -> Some(Sized(form.Sign, Ball.lower form.Log, Ball.upper form.Log))
                | Error _ -> None

        precisions |> List.tryPick at |> Option.defaultValue Open

    let private logOfArrived = BigFloat.ofInteger (BigInteger -28)

    let private approaches near far =
        match near, far with
        | _, Negligible -> Agrees
        | _, Sized(_, _, high) when high < logOfArrived -> Agrees
        | Sized(_, low, high), Sized(_, farLow, farHigh) ->
            if farHigh < low then Agrees
            elif farLow >= high then Contradicts
            else Silent
        | Negligible, Sized _ -> Contradicts
        | _ -> Silent

    let private diverges sign near far =
        match near, far with
        | _, Sized(farSign, _, _) when farSign <> sign -> Contradicts
        | Sized(nearSign, _, _), Sized _ when nearSign <> sign -> Agrees
        | Sized(_, low, high), Sized(_, farLow, farHigh) ->
            if farLow > high then Agrees
            elif farHigh <= low then Contradicts
            else Silent
        | _ -> Silent

    /// Exponents k of the points 2^k, in pairs, the first farthest: what cancels needs more digits the farther out.
    let private pairs = [ 16, 48; 5, 8; 2, 4 ]

    /// Where values contradict a limit, the same points are tried for the logarithm of the variable, and again: some
    /// functions take long to show where they go.
    let private mostLifts = 3

    /// What the first pair of points that can be evaluated says about the tendency of a term as `variable` → ∞; the other
    /// symbols have the values given.
    let check (variable: string) (values: Map<string, Ball>) (term: Term) (tendency: Tendency) : Finding =
        let at (k: int) (term: Term) =
            size (values.Add(variable, Ball.ofBigFloat (BigFloat.powerOfTwo (BigInteger k)))) term

        let find (term: Term) =
            let compare (near, far) =
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

        let rec search lifts term =
            match find term with
            | Contradicts when lifts < mostLifts ->
                if search (lifts + 1) (lift term) = Agrees then
                    Agrees
                else
                    Contradicts
            | finding -> finding

        search 0 term
