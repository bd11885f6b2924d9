namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open System.Numerics
open MathNet.Numerics

/// A question about a limit that the kernel cannot answer, and why. Becomes Unknown at the border.
exception internal UndecidedException of reason: string

/// A value computed when it is first asked for. One thread.
[<Sealed>]
type internal Delayed<'a>(compute: unit -> 'a) =
    let mutable compute = Some compute
    let mutable value = Unchecked.defaultof<'a>

    member _.Value =
        match compute with
        | None -> value
        | Some work ->
            value <- work ()
            compute <- None
            value

/// Σ cₖ ωᵉᵏ for ω → 0+, with increasing real exponents and coefficients that vary more slowly than ω; computed as far as
/// anybody looks. A coefficient may be zero, written so or in disguise: no operation searches for one that is not.
type internal PowerSeries =
    | End
    | Cell of exponent: Term * coefficient: Term * rest: Delayed<PowerSeries>

/// Arithmetic of series. `compare` orders exponents; `spend` is told about every term made and may stop the work.
[<Sealed>]
type internal SeriesArithmetic(compare: Term -> Term -> int, spend: Term -> unit) =

    let delay compute = Delayed compute

    let cell exponent (coefficient: Term) rest =
        spend coefficient
        Cell(exponent, coefficient, rest)

    let finished = Delayed(fun () -> End)

    /// c ωᵉ.
    member _.Monomial (exponent: Term) (coefficient: Term) : PowerSeries = cell exponent coefficient finished

    member this.Constant(coefficient: Term) : PowerSeries = this.Monomial Term.zero coefficient

    member this.Add (a: PowerSeries) (b: PowerSeries) : PowerSeries =
        match a, b with
        | End, other
        | other, End -> other
        | Cell(e, c, r), Cell(f, d, q) ->
            match compare e f with
            | 0 -> cell e (c + d) (delay (fun () -> this.Add r.Value q.Value))
            | order when order < 0 -> cell e c (delay (fun () -> this.Add r.Value b))
            | _ -> cell f d (delay (fun () -> this.Add a q.Value))

    /// Adds many, as a balanced tree.
    member this.Sum(series: PowerSeries array) : PowerSeries =
        match series.Length with
        | 0 -> End
        | 1 -> series[0]
        | n -> this.Add (this.Sum series[.. n / 2 - 1]) (this.Sum series[n / 2 ..])

    /// c ωᵉ times a series.
    member this.Shift (exponent: Term) (coefficient: Term) (series: PowerSeries) : PowerSeries =
        match series with
        | End -> End
        | Cell(f, d, rest) ->
            cell
                (exponent + f)
                (coefficient * d)
                (delay (fun () -> this.Shift exponent coefficient rest.Value))

    member this.Multiply (a: PowerSeries) (b: PowerSeries) : PowerSeries =
        match a, b with
        | End, _
        | _, End -> End
        | Cell(e, c, r), Cell(f, d, q) ->
            cell
                (e + f)
                (c * d)
                (delay (fun () -> this.Add (this.Shift f d r.Value) (this.Multiply a q.Value)))

    /// Σ fₖ δᵏ for δ → 0, all of whose exponents are above 0; None ends the sum.
    member this.Compose (f: int -> Term option) (delta: PowerSeries) : PowerSeries =
        let rec from k =
            match f k with
            | None -> End
            | Some c -> cell Term.zero c (delay (fun () -> this.Multiply delta (from (k + 1))))

        from 0

    /// The same with coefficients that are series of exponents ≥ 0.
    member this.ComposeSeries (f: int -> PowerSeries) (delta: PowerSeries) : PowerSeries =
        let rec from k =
            let tail = delay (fun () -> this.Multiply delta (from (k + 1)))

            match f k with
            | End -> cell Term.zero Term.zero tail
            | Cell(e, c, rest) -> cell e c (delay (fun () -> this.Add rest.Value tail.Value))

        from 0

    /// The formal integral of a power series with integer exponents, from 0.
    member this.Integrate(series: PowerSeries) : PowerSeries =
        match series with
        | End -> End
        | Cell(e, c, rest) ->
            let next = e + Term.one
            cell next (c / next) (delay (fun () -> this.Integrate rest.Value))

    /// exp δ.
    member this.Exp(delta: PowerSeries) : PowerSeries =
        let coefficients = Dictionary<int, BigRational>()

        let rec inverseFactorial k =
            if k = 0 then
                BigRational.One
            else
                match coefficients.TryGetValue k with
                | true, value -> value
                | _ ->
                    let value = inverseFactorial (k - 1) / BigRational.FromInt k
                    coefficients[k] <- value
                    value

        match delta with
        | End -> this.Constant Term.one
        | _ -> this.Compose (inverseFactorial >> Term.number >> Some) delta

    /// log(1 + δ).
    member this.LogOnePlus(delta: PowerSeries) : PowerSeries =
        match delta with
        | End -> End
        | _ ->
            this.Compose
                (fun k ->
                    if k = 0 then Some Term.zero
                    elif k % 2 = 1 then Some(Term.ratio 1 k)
                    else Some(Term.ratio -1 k))
                delta

    /// (1 + δ)ᵖ.
    member this.PowerOnePlus (p: Term) (delta: PowerSeries) : PowerSeries =
        let coefficients = ResizeArray [ Term.one ]

        let coefficient k =
            while coefficients.Count <= k do
                let n = coefficients.Count
                let last = coefficients[n - 1]
                coefficients.Add(last * (p - Term.integer (n - 1)) * Term.ratio 1 n)

            // Zero only for an integer p ≥ 0, from p + 1 on.
            if coefficients[k] = Term.zero then
                None
            else
                Some coefficients[k]

        match delta with
        | End -> this.Constant Term.one
        | _ -> this.Compose coefficient delta
