namespace ImplicitBias.Theory.Symbolic

open System
open MathNet.Numerics

/// Where a variable goes.
[<RequireQualifiedAccess>]
type Point =
    | Infinity
    | NegativeInfinity
    /// To a finite place, from above.
    | Above of Term
    | Below of Term
    /// From both sides; from one if the term has real values on that side only.
    | At of Term

/// What a term tends to, or why that is not known.
[<RequireQualifiedAccess>]
type Limit =
    | Value of Term
    | Infinity
    | NegativeInfinity
    | Unknown of reason: string

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

        seq { 0 .. Gruntz.MostOscillations - 1 }
        |> Seq.fold
            (fun known k ->
                Assumptions.assume
                    (Fact.Between(-oscillating, oscillating))
                    $"{Gruntz.OscillationMark}{k}"
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
                | Error reason ->
                    Error $"the sign of {InfixText.print (restore term)} is not known ({reason})"
          IsZero =
            fun term ->
                match ZeroTest.isZero large term with
                | Answer.True -> Some true
                | Answer.False _ -> Some false
                | Answer.Unknown _ -> None
          IsNonZero = isNonZero }

    let inverse = Term.power Gruntz.Large (Term.integer -1)

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

    /// A term without the large variable, in the symbols of the question.
    member _.Restore(term: Term) : Term = restore term

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

/// Limits of terms.
[<RequireQualifiedAccess>]
module Limits =

    type private Found =
        | Tends of Tendency
        | NoValue of reason: string
        | Undecided of reason: string

    let private toFound (compute: unit -> Tendency) : Found =
        try
            Tends(compute ())
        with
        | UndecidedException reason -> Undecided reason
        | NoValueException reason -> NoValue reason
        | :? InsufficientExecutionStackException -> Undecided "the expression is nested too deep"

    let private oneSided (local: Localisation) (point: Point) (term: Term) : Found =
        toFound (fun () ->
            let moved = local.Move point term
            let gruntz = local.Gruntz()

            let tendency =
                match gruntz.Limit moved with
                | Finite value -> Finite(local.Tidy value)
                | infinite -> infinite

            match tendency with
            | Finite value when gruntz.Oscillates value ->
                raise (UndecidedException "it oscillates and tends to nothing")
            | _ -> ()

            match CrossCheck.check Gruntz.Name (local.Sample moved) moved tendency with
            | CrossCheck.Contradicts ->
                let found =
                    match tendency with
                    | Finite value -> InfixText.print (local.Restore value)
                    | Infinite sign -> if sign > 0 then "oo" else "-oo"

                raise (
                    UndecidedException
                        $"internal error: the limit came out as {found}, which values at far points contradict"
                )
            | _ -> tendency)

    let private same (a: Tendency) (b: Tendency) =
        match a, b with
        | Finite a, Finite b -> a = b || ZeroTest.isZero Assumptions.none (a - b) = Answer.True
        | Infinite a, Infinite b -> a = b
        | _ -> false

    /// The limit of a term as the symbol of this name goes to a point. Everything found is proved, up to the correctness of this
    /// program; values at two far points are compared with it. Unknown says what stopped the search; never throws.
    let at (assumptions: Assumptions) (name: string) (point: Point) (term: Term) : Limit =
        let local = Localisation(assumptions, name)

        let answer found =
            match found with
            | Tends(Finite value) -> Limit.Value(local.Restore value)
            | Tends(Infinite sign) -> if sign > 0 then Limit.Infinity else Limit.NegativeInfinity
            | NoValue reason -> Limit.Unknown $"there is no real value near the point: {reason}"
            | Undecided reason -> Limit.Unknown reason

        match point with
        | Point.At place ->
            match oneSided local (Point.Above place) term, oneSided local (Point.Below place) term with
            | NoValue _, other
            | other, NoValue _ -> answer other
            | Tends above, Tends below when same above below -> answer (Tends above)
            | Tends above, Tends below ->
                let text tendency =
                    match answer (Tends tendency) with
                    | Limit.Value value -> InfixText.print value
                    | Limit.Infinity -> "oo"
                    | _ -> "-oo"

                Limit.Unknown $"the one-sided limits differ: {text below} from below, {text above} from above"
            | Undecided reason, _
            | _, Undecided reason -> Limit.Unknown reason
        | _ -> oneSided local point term |> answer
