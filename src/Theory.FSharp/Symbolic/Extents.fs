namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open System.Numerics
open MathNet.Numerics

/// Where a term lies when its symbols range over all that is assumed of them, by interval arithmetic on the extended line.
/// Rigorous, and blind to the same symbol occurring twice.
module internal Extents =

    open Interval
    open IntervalFunctions

    let private ofExtent (extent: Extent) =
        let edge pick (bound: Bound option) =
            match bound with
            | None -> Infinite
            | Some bound ->
                let ball = Ball.ofRational precision bound.At
                finite (pick ball) (bound.Included || not ball.Radius.IsZero)

        { Low = edge Ball.lower extent.From; High = edge Ball.upper extent.To }

    /// A square of a sum written out.
    let private expanded (term: Term) =
        let rec square (term: Term) =
            match term.Shape with
            | Shape.Power(b, exponent) when exponent = Term.integer 2 ->
                match b.Shape with
                | Shape.Sum terms -> Seq.allPairs terms terms |> Seq.map (fun (x, y) -> x * y) |> Term.sum
                | _ -> term
            | Shape.Product(c, [| factor |]) -> Term.scale c (square factor)
            | _ -> term

        Term.summands term |> Seq.map square |> Term.sum

    /// Where the term lies, and whether it has a value everywhere on what is assumed.
    let evaluate (assumptions: Assumptions) (term: Term) : Interval * bool =
        let known = Dictionary<Term, Interval>()
        let mutable total = true

        let note (interval, whole) =
            total <- total && whole
            interval

        let rec visit (term: Term) =
            match known.TryGetValue term with
            | true, interval -> interval
            | _ ->
                let interval =
                    if term.Symbols = 0UL then
                        match Enclosure.evaluate (2 * precision) Map.empty term with
                        | Ok ball -> ofBall ball
                        | Error _ -> compose term
                    else
                        compose term

                let interval =
                    if term.Positive && sign interval <> Some 1 then
                        { interval with Low = finite BigFloat.zero false }
                    else
                        interval

                known[term] <- interval
                interval

        and compose term =
            match term.Shape with
            | Shape.Number q -> ofBall (Ball.ofRational precision q)
            | Shape.Pi -> ofBall (BallConstants.pi precision)
            | Shape.Symbol name -> ofExtent (Assumptions.extent name assumptions)
            | Shape.Sum terms ->
                let interval = terms |> Array.map visit |> Array.reduce add

                if (sign interval).IsSome then
                    interval
                else
                    dominated terms interval
            | Shape.Product(c, factors) ->
                factors
                |> Array.map visit
                |> Array.fold multiply (ofBall (Ball.ofRational precision c))
            | Shape.Power(basis, exponent) -> power basis exponent
            | Shape.Apply(f, argument) -> visit argument |> apply f |> note

        // c √u + v has the sign of c where c² u > v².
        and dominated terms interval =
            let (|Root|_|) (term: Term) =
                match term.Shape with
                | Shape.Power(u, exponent) when exponent = Term.ratio 1 2 -> Some struct (BigRational.One, u)
                | Shape.Product(c, [| factor |]) ->
                    match factor.Shape with
                    | Shape.Power(u, exponent) when exponent = Term.ratio 1 2 -> Some struct (c, u)
                    | _ -> None
                | _ -> None

            match
                terms
                |> Array.filter (fun term ->
                    match term with
                    | Root _ -> true
                    | _ -> false)
            with
            | [| Root(struct (c, u)) as root |] ->
                let rest =
                    terms
                    |> Seq.filter (fun term -> not (obj.ReferenceEquals(term, root)))
                    |> Term.sum

                let difference = Term.scale (c * c) u - rest * rest

                let difference =
                    if difference.Size > 200L then
                        difference
                    else
                        expanded difference

                match sign (visit difference) with
                | Some 1 when c.IsPositive -> { interval with Low = finite BigFloat.zero false }
                | Some 1 -> { interval with High = finite BigFloat.zero false }
                | _ -> interval
            | _ -> interval

        and power basis exponent =
            let interval = visit basis

            match exponent.Shape with
            | Shape.Number r when r.Numerator.GetBitLength() > 64L -> note (everything, false)
            | Shape.Number r ->
                let size = BigRational.Abs r

                let raised =
                    if r.IsInteger then
                        raised size.Numerator interval
                    else
                        atLeast BigFloat.zero true interval |> note |> rooted size

                let raised =
                    if isNonZeroSymbol basis && isNonNegative raised then
                        { raised with Low = excluded raised.Low }
                    else
                        raised

                if r.IsPositive then raised
                elif isNonZeroSymbol basis then fst (invert raised)
                else note (invert raised)
            | _ ->
                // b^e = exp(e log b), b > 0.
                let logarithm = interval |> apply Function.Ln |> note
                multiply (visit exponent) logarithm |> apply Function.Exp |> note

        and excluded low =
            match low with
            | Finite(at, _) when at.IsZero -> finite at false
            | other -> other

        and isNonZeroSymbol basis =
            match basis.Shape with
            | Shape.Symbol name -> Assumptions.isNonZero name assumptions
            | _ -> false

        let interval = visit term
        interval, total

    /// Whether the term has a value everywhere on what is assumed, and so is continuous; false says nothing.
    let isTotal (assumptions: Assumptions) (term: Term) : bool = evaluate assumptions term |> snd
