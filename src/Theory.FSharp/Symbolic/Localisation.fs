namespace ImplicitBias.Theory.Symbolic

open MathNet.Numerics

/// A question at a point in the terms of the large variable, and back.
[<Sealed>]
type internal Localisation(assumptions: Assumptions, name: string) =

    /// The number of terms made before a computation is given up: about a second.
    let work = 300_000L

    /// Positive symbols get names that show it, so that ln(a x) = ln a + ln x.
    let renamed =
        Assumptions.symbols assumptions
        |> List.filter (fun symbol ->
            symbol <> name
            && match (Assumptions.extent symbol assumptions).From with
               | Some low -> low.At.IsPositive || (low.At.IsZero && not low.Included)
               | None -> false)
        |> List.map (fun symbol -> symbol, string Node.positiveMark + symbol)

    let rename pairs term =
        pairs
        |> List.fold (fun term (from, into) -> Term.substitute from (Term.symbol into) term) term

    let oscillating = BigRational.One

    let known =
        let copied =
            renamed
            |> List.fold
                (fun known (from, into) ->
                    Assumptions.facts from assumptions
                    |> List.fold (fun known fact -> Assumptions.assume fact into known) known)
                assumptions

        seq { 0 .. Tractable.MostOscillations - 1 }
        |> Seq.fold
            (fun known k ->
                Assumptions.assume
                    (Fact.Between(-oscillating, oscillating))
                    $"{Tractable.OscillationMark}{k}"
                    known)
            copied

    let large = Assumptions.assume Fact.Large Gruntz.Name known

    let rec isNonZero (term: Term) =
        match term.Shape with
        | Shape.Number q -> not q.IsZero
        | Shape.Symbol symbol -> term.Positive || Assumptions.isNonZero symbol known
        | Shape.Product(_, factors) -> factors |> Array.forall isNonZero
        | Shape.Power(b, _) -> isNonZero b
        | _ -> term.Positive

    let restore (term: Term) =
        rename (renamed |> List.map (fun (from, into) -> into, from)) term

    let oracle: Oracle =
        { Sign =
            fun term ->
                match Sign.decide known term with
                | Ok Sign.Positive -> Ok 1
                | Ok Sign.Negative -> Ok -1
                | Ok Sign.Zero -> Ok 0
                | Error _ when Tractable.Oscillates term ->
                    Error "the sign of an oscillating part is not known"
                | Error reason ->
                    // The witnesses are told in the names of the question.
                    let told =
                        (reason, renamed)
                        ||> List.fold (fun reason (from, into) -> reason.Replace($"{into} = ", $"{from} = "))

                    Error $"the sign of {InfixText.print (restore term)} is not known ({told})"
          IsZero =
            fun term ->
                match ZeroTest.isZero large term with
                | Answer.True -> Some true
                | Answer.False _ -> Some false
                | Answer.Unknown _ -> None
          IsNonZero = isNonZero }

    let inverse = Term.power Gruntz.Large (Term.integer -1)

    static member private PositiveName = $"{Node.positiveMark}(distance)"
    static member private Positive = Node.symbol Localisation.PositiveName

    /// The algorithm, for one question.
    member _.Gruntz() = Gruntz(oracle, work)

    /// The term in the large variable; the point is approached from one side.
    member _.Move (point: Point) (term: Term) : Term =
        let place =
            match point with
            | Point.Infinity -> Gruntz.Large
            | Point.NegativeInfinity -> -Gruntz.Large
            | Point.At place
            | Point.Above place -> rename renamed place + inverse
            | Point.Below place -> rename renamed place - inverse

        term |> rename renamed |> Term.substitute name place

    /// The term of an expression in the large variable. Raises NoValueException where the expression has no values near the point.
    member this.Enter (gruntz: Gruntz) (point: Point) (formula: Formula) : Term =
        for condition in formula.Conditions do
            if gruntz.Fails { condition with Term = this.Move point condition.Term } then
                raise (NoValueException(Condition.describe InfixText.print condition))

        this.Move point formula.Term

    /// A term without the large variable, in the symbols of the question.
    member _.Restore(term: Term) : Term = restore term

    /// The local variable of a point: x - a from above and from both sides, a - x from below, x at infinity, -x at -infinity.
    member _.Distance(point: Point) : Term =
        let x = Term.symbol name

        match point with
        | Point.Infinity -> x
        | Point.NegativeInfinity -> -x
        | Point.At place
        | Point.Above place -> x - place
        | Point.Below place -> place - x

    /// A term in the large variable, back in the variable of the question, whose distance from the point is given.
    member _.Return (point: Point) (distance: Term) (term: Term) : Term =
        let substitute name value = Term.substitute name value

        restore term
        |> match point with
           | Point.Infinity
           | Point.NegativeInfinity -> substitute Gruntz.Name distance
           | Point.At _
           | Point.Above _
           | Point.Below _ ->
               // A positive distance on the way, so that (1/d)^(1/2) is d^(-1/2).
               substitute Gruntz.Name (Term.power Localisation.Positive (Term.integer -1))
               >> substitute Localisation.PositiveName distance

    /// A constant, as 0 if it is zero in disguise.
    member _.Tidy(term: Term) : Term =
        if term.Size > 1L && not term.Positive && (Term.symbols term).IsEmpty then
            match Sign.decide Assumptions.none term with
            | Ok Sign.Zero -> Term.zero
            | _ -> term
        else
            term

    /// Values for the symbols of a term other than the large variable, within what is assumed of them.
    member _.Sample(term: Term) : Map<string, Ball> =
        Term.symbols term
        |> Set.remove Gruntz.Name
        |> Sample.point known 0
        |> Sample.balls 256
