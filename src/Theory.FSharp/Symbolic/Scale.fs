namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open System.Runtime.CompilerServices
open MathNet.Numerics

/// Series of terms in a scale ω = e^-height: the exponentials e^u that it stands for are e^(u + k height) ω^k with the given
/// `exponents` k, and what varies more slowly is a coefficient. `sign`, `isZero` and `leading` answer about coefficients; `leading`
/// finds the first that is not zero. Source: D. Gruntz (1996), chapters 3 and 5.
[<Sealed>]
type internal Scale
    (
        height: Term,
        exponents: Dictionary<Term, Term>,
        varies: Term -> bool,
        sign: Term -> int,
        isZero: Term -> bool,
        leading: Term -> PowerSeries -> (Term * Term * Delayed<PowerSeries>) option,
        arithmetic: SeriesArithmetic
    ) =

    let undecided reason = raise (UndecidedException reason)

    /// c where 1 + e c = 0, at which LambertW has no Taylor series.
    let isBranchPoint (c: Term) =
        let distance = Term.one + Term.e * c
        distance = Term.zero || (not (varies distance) && sign distance = 0)

    let fast = Dictionary<Term, bool>()

    let rec isFast (term: Term) =
        varies term
        && (match fast.TryGetValue term with
            | true, known -> known
            | _ ->
                let found = exponents.ContainsKey term || Term.children term |> Array.exists isFast
                fast[term] <- found
                found)

    let known = Dictionary<Term, PowerSeries>()

    /// A series without its terms of negative exponent, which must vanish: the part that does not tend to 0, and the
    /// rest. None if one does not vanish.
    let rec bounded series =
        match series with
        | End -> Some(Term.zero, End)
        | Cell(e, c, rest) ->
            match sign e with
            | 0 -> Some(c, rest.Value)
            | sign when sign > 0 -> Some(Term.zero, series)
            | _ -> if isZero c then bounded rest.Value else None

    let rec expand (term: Term) : PowerSeries =
        if not (isFast term) then
            arithmetic.Constant term
        else
            match known.TryGetValue term with
            | true, series -> series
            | _ ->
                RuntimeHelpers.EnsureSufficientExecutionStack()
                let series = rule term
                known[term] <- series
                series

    and rule (term: Term) =
        match term.Shape with
        | Shape.Sum terms ->
            let changing, slow = terms |> Array.partition isFast

            let slow =
                if slow.Length = 0 then
                    End
                else
                    arithmetic.Constant(Term.sum slow)

            arithmetic.Add slow (arithmetic.Sum(changing |> Array.map expand))
        | Shape.Product(c, factors) ->
            let changing, slow = factors |> Array.partition isFast
            let slow = Term.product (Seq.append [ Term.number c ] slow)

            changing
            |> Array.map expand
            |> Array.reduce arithmetic.Multiply
            |> arithmetic.Shift Term.zero slow
        | Shape.Power(_, p) when varies p -> undecided $"the exponent of {InfixText.print term} varies"
        | Shape.Power(b, p) -> power b p
        | Shape.Apply(Function.Exp, u) ->
            match exponents.TryGetValue term with
            | true, k -> exponential (u + k * height) |> arithmetic.Shift k Term.one
            | _ -> exponential u
        | Shape.Apply(Function.Ln, u) -> expand u |> logOf u
        | Shape.Apply(f, u) -> apply f u
        | Shape.Number _
        | Shape.Symbol _
        | Shape.Pi -> arithmetic.Constant term

    and exponential u =
        match bounded (expand u) with
        | Some(c, rest) -> arithmetic.Shift Term.zero (Term.exp c) (arithmetic.Exp rest)
        | None -> undecided $"the order of growth of exp({InfixText.print u}) is not known"

    and relative (e: Term) (c: Term) (rest: Delayed<PowerSeries>) =
        arithmetic.Shift -e (Term.power c (Term.integer -1)) rest.Value

    and logOf u series =
        match leading u series with
        | None -> raise (NoValueException "log(0) has no value")
        | Some(e, c, rest) ->
            if sign c < 0 then
                raise (NoValueException $"log of {InfixText.print u}, which is negative")

            let first = Term.ln c - e * height
            arithmetic.Add (arithmetic.Constant first) (arithmetic.LogOnePlus(relative e c rest))

    and power b p =
        let small =
            match p.Shape with
            | Shape.Number q when q.IsInteger && q.IsPositive && q <= BigRational.FromInt 4 -> int q
            | _ -> 0

        let series = expand b

        if small > 0 then
            Seq.replicate small series |> Seq.reduce arithmetic.Multiply
        else
            match leading b series with
            | None ->
                if sign p > 0 then
                    End
                else
                    raise (NoValueException "division by zero")
            | Some(e, c, rest) ->
                let isInteger =
                    match p.Shape with
                    | Shape.Number q -> q.IsInteger
                    | _ -> false

                if not isInteger && sign c < 0 then
                    raise (NoValueException $"a real power of {InfixText.print b}, which is negative")

                relative e c rest
                |> arithmetic.PowerOnePlus p
                |> arithmetic.Shift (e * p) (Term.power c p)

    and apply f u =
        let series = expand u

        match bounded series with
        | Some(c, rest) ->
            match f with
            | Function.LambertW when isBranchPoint c ->
                // In powers of √(2(1 + e u)).
                let square = Term.integer 2 * (Term.one + Term.e * u)
                arithmetic.Compose FunctionSeries.lambertAtBranch (power square (Term.ratio 1 2))
            | _ ->
                match rest with
                | End -> arithmetic.Constant(Term.apply f c)
                | _ -> arithmetic.Compose (FunctionSeries.taylor f c) rest
        | None -> applyAtInfinity f u series

    and applyAtInfinity f u series =
        match f, leading u series with
        | Function.WrightOmega, Some(_, c, _) when sign c > 0 ->
            let inverse = power u (Term.integer -1)
            let log = logOf u series

            let polynomial n =
                FunctionSeries.wrightAtInfinity n
                |> List.mapi (fun m c ->
                    if m = 0 then
                        End
                    else
                        Seq.replicate m log
                        |> Seq.reduce arithmetic.Multiply
                        |> arithmetic.Shift Term.zero c)
                |> Array.ofList
                |> arithmetic.Sum

            let first = arithmetic.Add series (arithmetic.Shift Term.zero (Term.integer -1) log)
            arithmetic.Add first (arithmetic.ComposeSeries polynomial inverse)
        | _, Some(_, c, _) when sign c > 0 ->
            match FunctionSeries.atInfinity f with
            | Some coefficients ->
                let tail = arithmetic.Compose coefficients (power u (Term.integer -1))

                if f = Function.Digamma then
                    arithmetic.Add (logOf u series) tail
                else
                    tail
            | None -> undecided $"{InfixText.print (Term.apply f u)} has no known expansion here"
        | _ -> undecided $"{InfixText.print (Term.apply f u)} has no known expansion here"

    /// The series of a term in ω.
    member _.Series(term: Term) : PowerSeries = expand term
