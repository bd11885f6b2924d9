namespace ImplicitBias.Theory.Symbolic

open System
open MathNet.Numerics

/// The beginning of an expansion.
type Expansion =
    {
        /// In decreasing order of size.
        Terms: Term list
        /// What is left out is O of this. None: nothing is left out.
        Remainder: Term option
        /// The terms as a reader wants them: with the distance x - a from the point as one symbol, of the name "(x - a)".
        Shown: Term list
        ShownRemainder: Term option
    }

/// Terms in decreasing order of size, and what is left out is O of the remainder.
type internal Beginning = { Terms: Term list; Remainder: Term option }

/// Expansions of a term of one large variable in a scale of exponentials, powers and logarithms.
[<Sealed>]
type internal Asymptotics(gruntz: Gruntz) =

    let variable = Gruntz.Large
    let varies = Term.contains Gruntz.Name

    /// Zero coefficients that are passed over in search of the next term.
    let patience = 64

    /// In the variable of which the large one is the logarithm.
    let descend (term: Term) =
        Term.substitute Gruntz.Name (Term.ln variable) term

    /// The element e^(-exponent · height) of the scale.
    let element (scaled: ScaledSeries) (exponent: Term) =
        if scaled.Lifted then
            Term.power variable -exponent
        else
            Term.exp (-(exponent * scaled.Height))

    let coefficient (scaled: ScaledSeries) (c: Term) = if scaled.Lifted then descend c else c

    /// The cells whose coefficients are not plainly zero.
    let rec cells zeros series : (Term * Term) seq =
        seq {
            match series with
            | End -> ()
            | Cell(e, c, rest) ->
                let isZero = c = Term.zero || (varies c && gruntz.Sign c = 0)

                if not isZero then
                    yield e, c
                    yield! cells 0 rest.Value
                elif zeros < patience then
                    yield! cells (zeros + 1) rest.Value
        }

    /// The order of growth of a term: its leading term without the constant.
    let rec growth (term: Term) : Term =
        if not (varies term) then
            Term.one
        else
            let scaled = gruntz.Expand term

            match gruntz.Leading term scaled.Series with
            | None -> Term.zero
            | Some(e, c, _) -> element scaled e * coefficient scaled (growth c)

    let exact terms = { Terms = terms; Remainder = None }

    /// Terms up to the power `order` of 1/variable.
    let rec expand (order: Term) (term: Term) : Beginning =
        if not (varies term) then
            exact (if term = Term.zero then [] else [ term ])
        else
            let scaled = gruntz.Expand term

            if scaled.Lifted then
                inPowers order scaled
            else
                inExponentials order scaled

    and inPowers order scaled =
        let isWithin e = gruntz.Sign(order - e) >= 0

        match List.ofSeq (Seq.truncate 2 (cells 0 scaled.Series)) with
        | [ (e, c) ] when varies c ->
            // One power of the variable: then its logarithm is the variable.
            let inner = expand order c
            let scale term = element scaled e * descend term
            { Terms = List.map scale inner.Terms; Remainder = Option.map scale inner.Remainder }
        | _ ->
            let all = cells 0 scaled.Series |> Seq.cache
            let kept = all |> Seq.takeWhile (fst >> isWithin) |> List.ofSeq

            { Terms = kept |> List.map (fun (e, c) -> element scaled e * coefficient scaled c)
              Remainder =
                all
                |> Seq.tryItem kept.Length
                |> Option.map (fun (e, c) -> element scaled e * coefficient scaled (growth c)) }

    and inExponentials order scaled =
        // Exponentials that decay are below every power, unless there is nothing else.
        let rec collect found (cells: (Term * Term) list) (rest: (Term * Term) seq) =
            match Seq.tryHead rest with
            | None -> exact (List.rev found)
            | Some(e, c) ->
                let decays = gruntz.Sign e > 0
                let beyond = gruntz.Sign(order - e) < 0

                if
                    not found.IsEmpty
                    && decays
                    && (beyond || not (List.forall (fst >> gruntz.Sign >> (<) 0) cells))
                then
                    { Terms = List.rev found; Remainder = Some(element scaled e * growth c) }
                else
                    let part = times order scaled e c
                    let found = List.rev part.Terms @ found

                    match part.Remainder with
                    | Some _ -> { Terms = List.rev found; Remainder = part.Remainder }
                    | None -> collect found ((e, c) :: cells) (Seq.tail rest)

        collect [] [] (cells 0 scaled.Series |> Seq.cache)

    /// c e^(-exponent · height), with what the exponent leaves bounded multiplied out.
    and times order scaled e c =
        if gruntz.Sign e = 0 then
            expand order c
        else
            let exponent = -(e * scaled.Height)

            let growing =
                (expand order exponent).Terms
                |> List.filter (fun term ->
                    match gruntz.Limit term with
                    | Infinite _ -> true
                    | Finite _ -> false)
                |> Term.sum

            let left = exponent - growing

            // A part that grows without being a term of its own stays together with the rest.
            let growing, left =
                match gruntz.Limit left with
                | Finite _ -> growing, left
                | Infinite _ -> exponent, Term.zero

            let inner = expand order (c * Term.exp left)
            let scale term = Term.exp growing * term
            { Terms = List.map scale inner.Terms; Remainder = Option.map scale inner.Remainder }

    /// A product with one sum as a list of products.
    let distribute (term: Term) =
        match term.Shape with
        | Shape.Product(c, factors) ->
            match factors |> Array.tryFindIndex _.Shape.IsSum with
            | Some index ->
                let others =
                    Term.product (Seq.append [ Term.number c ] (Array.removeAt index factors))

                Term.summands factors[index] |> List.map (fun part -> part * others)
            | None -> [ term ]
        | Shape.Sum terms -> List.ofArray terms
        | _ -> [ term ]

    let bySize (a: Term) (b: Term) =
        match gruntz.Limit(a / b) with
        | Infinite _ -> -1
        | Finite ratio -> if ratio = Term.zero then 1 else 0

    /// The expansion up to the power `order` of 1/variable. A factor that grows or decays exponentially is taken out first, so
    /// the order is relative to it; so is a single power of the variable, whose coefficient is then expanded in powers of
    /// 1/log variable.
    member _.Expand (order: int) (term: Term) : Beginning =
        let expansion = expand (Term.integer order) term

        { expansion with
            Terms = expansion.Terms |> List.collect (distribute >> List.sortWith bySize) }

/// Taylor, Laurent, Puiseux and asymptotic expansions.
[<RequireQualifiedAccess>]
module Expansions =

    type private Found =
        | Found of Expansion
        | NoValue of reason: string
        | Undecided of reason: string

    /// The most terms that can be asked for.
    let private highestOrder = 60

    /// A distance as one symbol; its text in parentheses is read back as what it stands for.
    let private asSymbol (distance: Term) =
        match distance.Shape with
        | Shape.Sum _ -> Term.symbol $"({InfixText.print distance})"
        | _ -> distance

    /// What is left must be small against the last term; values at far points show if it is not.
    let private contradicts (local: Localisation) (moved: Term) (expansion: Beginning) =
        match expansion.Remainder, List.tryLast expansion.Terms with
        | Some _, Some last ->
            let left = (moved - Term.sum expansion.Terms) / last
            CrossCheck.check Gruntz.Name (local.Sample moved) left (Finite Term.zero) = CrossCheck.Contradicts
        | _ -> false

    let private oneSided (local: Localisation) (point: Point) (order: int) (formula: Formula) : Found =
        try
            let gruntz = local.Gruntz()
            let moved = local.Enter gruntz point formula
            let expansion = Asymptotics(gruntz).Expand order moved
            let parts = expansion.Terms @ Option.toList expansion.Remainder

            if parts |> List.exists Tractable.Oscillates then
                Undecided "a coefficient oscillates"
            elif contradicts local moved expansion then
                Undecided "internal error: values at far points contradict the expansion found"
            else
                let withoutFactor term =
                    let struct (_, rest) = Term.split term
                    rest

                let distance = local.Distance point

                Found
                    { Terms = expansion.Terms |> List.map (local.Return point distance)
                      Remainder =
                        expansion.Remainder |> Option.map (local.Return point distance >> withoutFactor)
                      Shown = expansion.Terms |> List.map (local.Return point (asSymbol distance))
                      ShownRemainder =
                        expansion.Remainder
                        |> Option.map (local.Return point (asSymbol distance) >> withoutFactor) }
        with
        | UndecidedException reason -> Undecided reason
        | NoValueException reason -> NoValue reason
        | :? InsufficientExecutionStackException -> Undecided "the expression is nested too deep"

    /// The expansion of an expression around a point, up to the power `order` (0 to 60) of the local variable: x - a at a, 1/x at
    /// infinity. Coefficients are exact; logarithms of the variable count as coefficients, and exponentially large or small factors
    /// are taken out first. An Error says what stopped it; never throws.
    let at
        (assumptions: Assumptions)
        (name: string)
        (point: Point)
        (order: int)
        (formula: Formula)
        : Result<Expansion, string> =
        let local = Localisation(assumptions, name)

        let answer found =
            match found with
            | Found expansion -> Ok expansion
            | NoValue reason -> Error $"there is no real value near the point: {reason}"
            | Undecided reason -> Error reason

        if order < 0 || order > highestOrder then
            Error $"the order is an integer from 0 to {highestOrder}"
        else
            match point with
            | Point.At place ->
                match
                    oneSided local (Point.Above place) order formula,
                    oneSided local (Point.Below place) order formula
                with
                | NoValue _, other
                | other, NoValue _ -> answer other
                | Found above, Found below ->
                    if Term.sum above.Terms = Term.sum below.Terms then
                        Ok above
                    else
                        Error
                            $"the expansions from the two sides differ: {InfixText.printTerms below.Shown} from below, {InfixText.printTerms above.Shown} from above"
                | Undecided reason, _
                | _, Undecided reason -> Error reason
            | _ -> oneSided local point order formula |> answer
