namespace ImplicitBias.Theory.Symbolic

open System

/// What a term tends to, or why that is not known.
[<RequireQualifiedAccess>]
type Limit =
    | Value of Term
    | Infinity
    | NegativeInfinity
    | Unknown of reason: string

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

    /// Values at far points must not contradict a limit.
    let private confirmed (local: Localisation) (moved: Term) (tendency: Tendency) : Tendency =
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
        | _ -> tendency

    let private oneSided (local: Localisation) (point: Point) (formula: Formula) : Found =
        toFound (fun () ->
            let gruntz = local.Gruntz()
            let moved = local.Enter gruntz point formula

            match gruntz.Limit moved with
            | Finite value when Tractable.Oscillates value ->
                raise (UndecidedException "it oscillates and tends to nothing")
            | Finite value -> Finite(local.Tidy value) |> confirmed local moved
            | infinite -> confirmed local moved infinite)

    /// The value at a place inside of where the expression has values: there it is continuous.
    let private byContinuity (local: Localisation) name (place: Term) (formula: Formula) : Found option =
        let at = Term.substitute name place

        let isInside (condition: Condition) =
            match Enclosure.sign 256 Map.empty (at condition.Term), condition.Must with
            | Some sign, Requirement.NonZero -> sign <> 0
            | Some sign, _ -> sign > 0
            | None, _ -> false

        try
            if formula.Conditions |> List.forall isInside then
                let value = at formula.Term
                let moved = local.Move (Point.Above place) formula.Term
                Some(toFound (fun () -> Finite(local.Tidy value) |> confirmed local moved))
            else
                None
        with NoValueException _ ->
            None

    let private same (a: Tendency) (b: Tendency) =
        match a, b with
        | Finite a, Finite b -> a = b || ZeroTest.isZero Assumptions.none (a - b) = Answer.True
        | Infinite a, Infinite b -> a = b
        | _ -> false

    /// The limit of an expression along its values as the symbol of this name goes to a point. Everything found is proved,
    /// up to the correctness of this program; values at two far points are compared with it. Unknown says what stopped the
    /// search; never throws.
    let at (assumptions: Assumptions) (name: string) (point: Point) (formula: Formula) : Limit =
        let local = Localisation(assumptions, name)

        let answer found =
            match found with
            | Tends(Finite value) -> Limit.Value(local.Restore value)
            | Tends(Infinite sign) -> if sign > 0 then Limit.Infinity else Limit.NegativeInfinity
            | NoValue reason -> Limit.Unknown $"there is no real value near the point: {reason}"
            | Undecided reason -> Limit.Unknown reason

        let inside =
            match point with
            | Point.At place
            | Point.Above place
            | Point.Below place -> byContinuity local name place formula
            | _ -> None

        match point, inside with
        | _, Some found -> answer found
        | Point.At place, None ->
            match oneSided local (Point.Above place) formula, oneSided local (Point.Below place) formula with
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
        | _ -> oneSided local point formula |> answer
