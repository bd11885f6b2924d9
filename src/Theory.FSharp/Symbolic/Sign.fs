namespace ImplicitBias.Theory.Symbolic

/// Which side of zero a number lies on.
[<RequireQualifiedAccess>]
type Sign =
    | Negative
    | Zero
    | Positive

/// Signs of terms under assumptions.
module Sign =

    let private opposite sign =
        match sign with
        | Sign.Positive -> Sign.Negative
        | Sign.Negative -> Sign.Positive
        | Sign.Zero -> Sign.Zero

    let private product a b =
        match a with
        | Sign.Zero -> Sign.Zero
        | Sign.Positive -> b
        | Sign.Negative -> opposite b

    let private ofInteger (sign: int) =
        if sign > 0 then Sign.Positive
        elif sign < 0 then Sign.Negative
        else Sign.Zero

    let private byExtent assumptions term =
        Extents.evaluate assumptions term
        |> fst
        |> Interval.sign
        |> Option.map ofInteger

    let private byBalls limit values term =
        Enclosure.sign limit values term |> Option.map ofInteger

    let private guarded (compute: unit -> Sign option) =
        try
            compute ()
        with
        | NoValueException _
        | Polynomial.TooLarge -> None

    /// Factors and exponents whose product has the sign of a term, as far as its normal form shows them; none where it does not.
    let internal factors (assumptions: Assumptions) (term: Term) : (Term * int) list =
        try
            NormalForm.Run(assumptions, fun form -> form.Factors term)
        with
        | NoValueException _
        | Polynomial.TooLarge -> []

    /// The sign at one end of the extent of a symbol, where it has a finite one, and whether the end belongs to it.
    let private atEnd (ofTerm: Term -> Sign option) symbol (bound: Bound option) (term: Term) =
        bound
        |> Option.bind (fun bound ->
            guarded (fun () -> Term.substitute symbol (Term.number bound.At) term |> ofTerm)
            |> Option.map (fun sign -> sign, bound.Included))

    /// Derivatives of more nodes are not looked into.
    let private largest = 150L

    let rec private search fuel assumptions (term: Term) : Sign option =
        match byExtent assumptions term with
        | Some sign -> Some sign
        | None when (Term.symbols term).IsEmpty -> constant term
        | None ->
            guarded (fun () -> byFactors assumptions term)
            |> Option.orElseWith (fun () ->
                if fuel = 0 then
                    None
                else
                    guarded (fun () -> byMonotonicity fuel assumptions term))

    and private constant term =
        match byBalls 256 Map.empty term with
        | Some sign -> Some sign
        | None ->
            match ZeroTest.isZero Assumptions.none term with
            | Answer.True -> Some Sign.Zero
            | Answer.False _ -> byBalls 4096 Map.empty term
            | Answer.Unknown _ -> None

    and private byFactors assumptions term =
        let ofFactor (factor, exponent) =
            match byExtent assumptions factor with
            | Some sign when exponent % 2 = 0 -> Some(product sign sign)
            | sign -> sign

        match factors assumptions term with
        | [] -> None
        | factors ->
            (Some Sign.Positive, factors)
            ||> List.fold (fun sign factor -> Option.map2 product sign (ofFactor factor))

    /// A function that grows from a value that is not negative is positive behind it; and its three mirror images.
    and private byMonotonicity fuel assumptions term =
        Term.symbols term
        |> Seq.filter (fun symbol -> Extents.isTotal (Assumptions.across symbol assumptions) term)
        |> Seq.tryPick (fun symbol ->
            let extent = Assumptions.extent symbol assumptions
            let ofTerm = search (fuel - 1) assumptions

            // Where both ends decide the same, no derivative is needed for neither; so ends first.
            let left, right =
                atEnd ofTerm symbol extent.From term, atEnd ofTerm symbol extent.To term

            if left.IsNone && right.IsNone then
                None
            else
                let inside = Assumptions.inside symbol assumptions
                let derivative = Derivative.differentiate symbol term

                let slope =
                    if derivative.Size <= largest && Extents.isTotal inside derivative then
                        search (fuel - 1) inside derivative
                    else
                        None

                let beyond edge grows =
                    match edge, grows with
                    | Some(sign, _), true when sign = Sign.Positive -> Some Sign.Positive
                    | Some(Sign.Zero, false), true -> Some Sign.Positive
                    | Some(sign, _), false when sign = Sign.Negative -> Some Sign.Negative
                    | Some(Sign.Zero, false), false -> Some Sign.Negative
                    | _ -> None

                match slope with
                | Some Sign.Positive -> beyond left true |> Option.orElseWith (fun () -> beyond right false)
                | Some Sign.Negative -> beyond left false |> Option.orElseWith (fun () -> beyond right true)
                | Some Sign.Zero -> left |> Option.orElse right |> Option.map fst
                | None -> None)

    /// Whether a product of factors that are not negative, or come in even powers or pairs of sign, shows that the term is
    /// nowhere below zero.
    let isNonNegative (assumptions: Assumptions) (term: Term) : bool =
        let negatives (factor, exponent) =
            let interval, _ = Extents.evaluate assumptions factor

            if exponent % 2 = 0 || Interval.isNonNegative interval then
                Some 0
            elif Interval.isNonPositive interval then
                Some 1
            else
                None

        let counts = factors assumptions term |> List.map negatives

        not counts.IsEmpty
        && List.forall Option.isSome counts
        && (counts |> List.sumBy (Option.defaultValue 0)) % 2 = 0

    /// Both signs, if a point of each is found.
    let private bothSigns assumptions (term: Term) =
        let symbols = Term.symbols term

        let found =
            [ for number in 0..7 do
                  let values = Sample.point assumptions number symbols

                  match byBalls 128 (Sample.balls 256 values) term with
                  | Some sign -> sign, values
                  | None -> () ]

        let one sign =
            found |> List.tryFind (fst >> (=) sign) |> Option.map snd

        match one Sign.Positive, one Sign.Negative with
        | Some above, Some below ->
            Some $"it is positive at {Sample.describe above} and negative at {Sample.describe below}"
        | _ -> None

    /// The sign that a term has wherever it has a value and its symbols are as assumed. Error if it is not known, or not one
    /// sign, and why.
    let decide (assumptions: Assumptions) (term: Term) : Result<Sign, string> =
        match search 2 assumptions term with
        | Some sign -> Ok sign
        | None when (Term.symbols term).IsEmpty ->
            Error "the sign of a constant is not known: its zero test does not decide"
        | None ->
            match ZeroTest.isZero assumptions term with
            | Answer.True -> Ok Sign.Zero
            | _ ->
                let relevant = Assumptions.about (Term.symbols term) assumptions

                match bothSigns assumptions term, AssumptionText.print relevant with
                | Some witnesses, _ -> Error witnesses
                | None, "" -> Error "the sign is not known without assumptions"
                | None, described -> Error $"the sign is not known for {described}"
