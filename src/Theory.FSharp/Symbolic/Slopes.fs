namespace ImplicitBias.Theory.Symbolic

open MathNet.Numerics

/// Inequalities by derivatives. A continuous function of one symbol lies nowhere below the value, or the limit, at the end
/// that it grows from or falls to, and nowhere below the value at a point where it turns from falling to growing.
module internal Slopes =

    let private guarded (compute: unit -> bool) : bool =
        try
            compute ()
        with NoValueException _ ->
            false

    /// An x that may have h(x) = w, for compositions h of a linear function, logarithm, exponential, power and size.
    let rec private solve (symbol: string) (h: Term) (w: Term) : Term option =
        let varies = Term.contains symbol

        match h.Shape with
        | Shape.Symbol _ -> Some w
        | Shape.Sum terms ->
            let changing, still = terms |> Array.partition varies

            if changing.Length = 1 then
                solve symbol changing[0] (w - Term.sum still)
            else
                None
        | Shape.Product(c, factors) ->
            let changing, still = factors |> Array.partition varies

            if changing.Length = 1 then
                solve symbol changing[0] (w / Term.product (Seq.append [ Term.number c ] still))
            else
                None
        | Shape.Apply(Function.Ln, u) -> solve symbol u (Term.exp w)
        | Shape.Apply(Function.Abs, u) -> solve symbol u w
        | Shape.Apply(Function.Exp, u) when Sign.decide Assumptions.none w = Ok Sign.Positive ->
            solve symbol u (Term.ln w)
        | Shape.Power(u, r) when not (varies r) && Sign.decide Assumptions.none w = Ok Sign.Positive ->
            solve symbol u (Term.power w (Term.power r (Term.integer -1)))
        | _ -> None

    /// Zeros of a derivative as far as its factors show them, and simple numbers.
    let private turns (assumptions: Assumptions) (symbol: string) (slope: Term) : Term list =
        let extent = Assumptions.extent symbol assumptions

        let ofFactors =
            Sign.factors assumptions slope
            |> List.map fst
            |> List.filter (Term.contains symbol)
            |> List.choose (fun factor ->
                try
                    solve symbol factor Term.zero
                with NoValueException _ ->
                    None)

        List.distinct (ofFactors @ List.map Term.number (ZeroTest.simplePoints extent))

    /// The function left and right of a point inside, each with the range of its symbol. A point that is no rational number is moved to
    /// one, where the range allows it.
    let private sides (assumptions: Assumptions) (symbol: string) (place: Term) (term: Term) =
        let extent = Assumptions.extent symbol assumptions

        let ranging from upTo =
            Assumptions.ranging symbol { From = from; To = upTo } assumptions

        let moved value = Term.substitute symbol value term
        let at (q: BigRational) = Some { At = q; Included = true }
        let isPositive = lazy (Sign.decide Assumptions.none place = Ok Sign.Positive)

        match place.Shape, extent.From, extent.To with
        | Shape.Number q, from, upTo ->
            let isInside =
                (from |> Option.forall (fun low -> low.At < q))
                && (upTo |> Option.forall (fun high -> q < high.At))

            if isInside then
                Some((term, ranging from (at q)), (term, ranging (at q) upTo))
            else
                None
        | _, None, None ->
            let shifted = moved (place + Term.symbol symbol)
            Some((shifted, ranging None (at BigRational.Zero)), (shifted, ranging (at BigRational.Zero) None))
        | _, Some low, None when low.At.IsZero && isPositive.Value ->
            let scaled = moved (place * Term.symbol symbol)

            Some(
                (scaled, ranging (Some low) (at BigRational.One)),
                (scaled, ranging (at BigRational.One) None)
            )
        | _ -> None

    let private isSign (accepted: Sign list) (value: Term) =
        match Sign.decide Assumptions.none value with
        | Ok sign -> List.contains sign accepted
        | Error _ -> false

    /// Whether the value at an end of the range, or the limit there, has one of these signs.
    let private endHas accepted assumptions symbol (edge: Bound option) (infinity: Point) (term: Term) =
        let limit point =
            match Limits.at assumptions symbol point (Formula.ofTerm term) with
            | Limit.Value value -> isSign accepted value
            | Limit.Infinity -> true
            | _ -> false

        match edge with
        | None -> limit infinity
        | Some bound when bound.Included ->
            guarded (fun () -> Term.substitute symbol (Term.number bound.At) term |> isSign accepted)
        | Some bound ->
            let place = Term.number bound.At

            limit (
                if infinity = Point.Infinity then
                    Point.Below place
                else
                    Point.Above place
            )

    /// Whether the term has one of these signs, Positive or Positive and Zero, on all that is assumed.
    let rec private has (accepted: Sign list) fuel (assumptions: Assumptions) (term: Term) : bool =
        let interval, isTotal = Extents.evaluate assumptions term
        let mayBeZero = List.contains Sign.Zero accepted

        Interval.sign interval = Some 1
        || (mayBeZero && Interval.isNonNegative interval)
        || (match Sign.decide assumptions term with
            | Ok sign -> List.contains sign accepted
            | Error _ -> false)
        || (mayBeZero && Sign.isNonNegative assumptions term)
        || (fuel > 0
            && isTotal
            && (match List.ofSeq (Term.symbols term) with
                | [ symbol ] -> guarded (fun () -> byDerivative accepted fuel assumptions symbol term)
                | _ -> false))

    and private byDerivative accepted fuel assumptions symbol term =
        let assumptions = Assumptions.across symbol assumptions
        let extent = Assumptions.extent symbol assumptions
        let slope = Derivative.differentiate symbol term

        /// Whether a function with this derivative grows on the range, which has no gaps.
        let grows slope assumptions =
            let inside = Assumptions.inside symbol assumptions

            Extents.isTotal inside slope
            && has [ Sign.Positive; Sign.Zero ] (fuel - 1) inside slope

        let left () =
            endHas accepted assumptions symbol extent.From Point.NegativeInfinity term

        let right () =
            endHas accepted assumptions symbol extent.To Point.Infinity term

        let turnsAt place =
            guarded (fun () ->
                isSign [ Sign.Zero ] (Term.substitute symbol place slope)
                && isSign accepted (Term.substitute symbol place term)
                && match sides assumptions symbol place slope with
                   | None -> false
                   | Some((before, left), (behind, right)) ->
                       // Moving the symbol by a positive factor leaves the sign of the slope as it is.
                       grows -before left && grows behind right)

        Extents.isTotal assumptions term
        && ((left () && grows slope assumptions)
            || (right () && grows -slope assumptions)
            || turns assumptions symbol slope |> List.exists turnsAt)

    /// Derivatives of derivatives of derivatives.
    let private fuel = 3

    /// Whether the term is nowhere below zero on what is assumed, wherever it has a value; false says nothing.
    let isNonNegative (assumptions: Assumptions) (term: Term) : bool =
        has [ Sign.Positive; Sign.Zero ] fuel assumptions term

    /// Whether the term is above zero on what is assumed, wherever it has a value; false says nothing.
    let isPositive (assumptions: Assumptions) (term: Term) : bool =
        has [ Sign.Positive ] fuel assumptions term
