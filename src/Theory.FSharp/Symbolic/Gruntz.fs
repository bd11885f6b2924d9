namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open System.Runtime.CompilerServices
open MathNet.Numerics

/// Terms in a scale: ω → 0+ is the inverse of the most rapidly varying subexpression.
type internal ScaledSeries =
    {
        /// H → ∞ in ω = e^-H.
        Height: Term
        /// The term as a series in ω.
        Series: PowerSeries
        /// Whether the large variable was replaced by its exponential on the way: the variable in height and coefficients
        /// is then the logarithm of the one in the term, and the height is the variable.
        Lifted: bool
    }

/// Limits for one large variable. Source: D. Gruntz, On Computing Limits in a Symbolic Manipulation System (ETH Zürich,
/// 1996), chapters 3 and 5. Everything found is kept, so one instance answers many questions about one expression; it
/// belongs to one thread. Methods raise UndecidedException for what they cannot tell and NoValueException for what has no
/// real value; `work` bounds the number of terms made.
[<Sealed>]
type internal Gruntz(oracle: Oracle, work: int64) as this =

    let mutable left = work

    let spend (term: Term) =
        left <- left - 1L - min term.Size 1000L

        if left < 0L then
            raise (UndecidedException "the computation was stopped: the expression needs too many steps")

    let undecided reason = raise (UndecidedException reason)
    let variable = Gruntz.Large
    let varies = Term.contains Gruntz.Name
    let limits = Dictionary<Term, Tendency>()
    let signs = Dictionary<Term, int>()
    let ranks = Dictionary<Term, Term list>()
    let expansions = Dictionary<Term, ScaledSeries>()

    let tractable = Tractable(varies, this.Limit, this.Sign)

    let compareExponents (a: Term) (b: Term) =
        match a.Shape, b.Shape with
        | Shape.Number x, Shape.Number y ->
            if x = y then 0
            elif x < y then -1
            else 1
        | _ -> this.Sign(a - b)

    let arithmetic = SeriesArithmetic(compareExponents, spend)

    /// The logarithm of a most rapidly varying subexpression.
    let logarithm (term: Term) =
        match term.Shape with
        | Shape.Apply(Function.Exp, u) -> u
        | _ -> Term.ln term

    /// Products of powers of the variable and its iterated logarithms with numbers as coefficients: never zero.
    let rec isPlainlyNonZero (term: Term) =
        match term.Shape with
        | _ when term.Positive -> true
        | Shape.Number q -> not q.IsZero
        | Shape.Apply(Function.Ln, u) -> isIteratedLogarithm u
        | Shape.Product(_, factors) -> factors |> Array.forall isPlainlyNonZero
        | Shape.Power(b, _) -> isPlainlyNonZero b
        | _ -> false

    and isIteratedLogarithm (term: Term) =
        match term.Shape with
        | Shape.Symbol name -> name = Gruntz.Name
        | Shape.Apply(Function.Ln, u) -> isIteratedLogarithm u
        | _ -> false

    let isZero (coefficient: Term) =
        if isPlainlyNonZero coefficient then
            false
        else
            match coefficient.Shape with
            | Shape.Number q -> q.IsZero
            | _ ->
                if not (varies coefficient) && oracle.IsNonZero coefficient then
                    false
                else
                    this.Sign coefficient = 0

    /// How many coefficients in a row may vanish before the whole term is tested for being zero.
    let patience = 8

    /// The first cell whose coefficient is not zero; `whole` is the term that the series expands.
    let leading (whole: Term) (series: PowerSeries) =
        let rec search series zeros =
            match series with
            | End -> None
            | Cell(e, c, rest) ->
                if not (isZero c) then
                    Some(e, c, rest)
                elif zeros = patience && oracle.IsZero whole = Some true then
                    None
                else
                    search rest.Value (zeros + 1)

        search series 0

    /// +1 if f grows faster than g, -1 if slower, 0 if log f and log g have the same order. Both are of the form e^u, u → ±∞,
    /// or the variable itself.
    let compareGrowth (f: Term) (g: Term) =
        match this.Limit(logarithm f / logarithm g) with
        | Infinite _ -> 1
        | Finite ratio ->
            match ratio.Shape with
            | Shape.Number q -> if q.IsZero then -1 else 0
            | _ -> if this.Sign ratio = 0 then -1 else 0

    let faster (fs: Term list) (gs: Term list) =
        match fs, gs with
        | [], other
        | other, [] -> other
        | f :: _, g :: _ ->
            if f = g then
                List.distinct (fs @ gs)
            else
                match compareGrowth f g with
                | 0 -> List.distinct (fs @ gs)
                | order when order > 0 -> fs
                | _ -> gs

    /// The name of the large variable, which is positive; no name that the grammar reads, so no symbol of a user's term.
    static member Name = "+(large)"

    /// The large variable.
    static member val Large = Node.symbol Gruntz.Name

    /// The most rapidly varying subexpressions: exponentials e^u with u → ±∞, or the variable. Empty for a constant.
    member private this.MostRapid(term: Term) : Term list =
        if not (varies term) then
            []
        else
            match ranks.TryGetValue term with
            | true, known -> known
            | _ ->
                RuntimeHelpers.EnsureSufficientExecutionStack()
                spend term

                let found =
                    match term.Shape with
                    | Shape.Symbol _ -> [ term ]
                    | Shape.Apply(Function.Exp, u) ->
                        match this.Limit u with
                        | Infinite _ -> faster [ term ] (this.MostRapid u)
                        | Finite _ -> this.MostRapid u
                    | _ -> Term.children term |> Array.map this.MostRapid |> Array.fold faster []

                ranks[term] <- found
                found

    /// The exponentials in a term that grow or decay like a power of e^variable. Asking MostRapid would go round in circles: to
    /// compare e^x with x it needs the limit of x/log x, and that is lifted to e^x/x.
    member private this.LikeExponential(term: Term) : Term list =
        let found = ResizeArray<Term>()
        let seen = HashSet<Term>()

        let rec visit (term: Term) =
            if varies term && seen.Add term then
                match term.Shape with
                | Shape.Apply(Function.Exp, u) ->
                    match this.Limit(u / variable) with
                    | Finite ratio when not (isZero ratio) -> found.Add term
                    | _ -> ()
                | _ -> ()

                Term.children term |> Array.iter visit

        visit term
        List.ofSeq found

    /// The series of a term that varies, in the scale of its most rapidly varying subexpressions.
    member this.Expand(term: Term) : ScaledSeries =
        match expansions.TryGetValue term with
        | true, known -> known
        | _ ->
            RuntimeHelpers.EnsureSufficientExecutionStack()
            let prepared = tractable.Rewrite term
            let fastest = this.MostRapid prepared

            let expansion =
                if fastest |> List.exists (fun f -> f = variable) then
                    // One level up: the variable becomes an exponential like the others, and its logarithm the variable.
                    let lifted = Term.substitute Gruntz.Name (Term.exp variable) prepared

                    let series = (this.Scale variable (this.LikeExponential lifted)).Series lifted
                    { Height = variable; Series = series; Lifted = true }
                elif fastest.IsEmpty then
                    { Height = variable; Series = arithmetic.Constant prepared; Lifted = false }
                else
                    // The smallest contains none of the others.
                    let u = fastest |> List.minBy _.Size |> logarithm

                    let height =
                        match this.Limit u with
                        | Infinite sign when sign > 0 -> u
                        | _ -> -u

                    { Height = height; Series = (this.Scale height fastest).Series prepared; Lifted = false }

            expansions[term] <- expansion
            expansion

    /// The scale ω = e^-height, which stands for all of `fastest`.
    member private this.Scale (height: Term) (fastest: Term list) : Scale =
        // e^u = e^(u + k height) ω^k
        let exponents = Dictionary<Term, Term>()

        for f in fastest do
            match this.Limit(logarithm f / height) with
            | Finite ratio -> exponents[f] <- -ratio
            | Infinite _ -> undecided "an exponential is out of its class"

        Scale(height, exponents, varies, this.Sign, isZero, leading, arithmetic)

    /// The first term of the series whose coefficient is not zero, as exponent and coefficient, and the rest; None if the
    /// whole term is zero.
    member _.Leading (whole: Term) (series: PowerSeries) : (Term * Term * Delayed<PowerSeries>) option =
        leading whole series

    /// The sign that a term has for all large values of the variable; 0 if it is zero for all of them.
    member this.Sign(term: Term) : int =
        match term.Shape with
        | Shape.Number q -> q.Sign
        | _ when term.Positive -> 1
        | _ ->
            match signs.TryGetValue term with
            | true, known -> known
            | _ ->
                let sign =
                    match term.Shape with
                    | _ when not (varies term) ->
                        match oracle.Sign term with
                        | Ok sign -> sign
                        | Error reason -> undecided reason
                    | Shape.Symbol _ -> 1
                    | Shape.Product(c, factors) ->
                        factors
                        |> Array.fold (fun sign f -> if sign = 0 then 0 else sign * this.Sign f) c.Sign
                    | _ ->
                        // Rewritten, Γ is an exponential, and no series is needed.
                        let prepared = tractable.Rewrite term

                        if prepared <> term then
                            this.Sign prepared
                        else
                            match leading term (this.Expand term).Series with
                            | None -> 0
                            | Some(_, c, _) -> this.Sign c

                signs[term] <- sign
                sign

    /// Whether a condition fails for all large values of the variable. What is not known does not count, unless the work was
    /// used up: a limit is one along values.
    member this.Fails(condition: Condition) : bool =
        let sign =
            try
                Some(this.Sign condition.Term)
            with UndecidedException _ when left >= 0L ->
                None

        match condition.Must with
        | Requirement.Positive -> sign |> Option.exists (fun sign -> sign <= 0)
        | Requirement.NonNegative -> sign = Some -1
        | Requirement.NonZero -> sign = Some 0
        | Requirement.NoPole -> false

    /// The limit for variable → ∞.
    member this.Limit(term: Term) : Tendency =
        if not (varies term) then
            Finite term
        elif term = variable then
            Infinite 1
        else
            match limits.TryGetValue term with
            | true, known -> known
            | _ ->
                RuntimeHelpers.EnsureSufficientExecutionStack()

                let rec search series zeros =
                    match series with
                    | End -> Finite Term.zero
                    | Cell(e, c, rest) ->
                        match this.Sign e with
                        | 0 -> this.Limit c
                        | sign when sign > 0 -> Finite Term.zero
                        | _ ->
                            match this.Sign c with
                            | 0 when zeros = patience && oracle.IsZero term = Some true -> Finite Term.zero
                            | 0 -> search rest.Value (zeros + 1)
                            | sign -> Infinite sign

                let tendency = search (this.Expand term).Series 0
                limits[term] <- tendency
                tendency
