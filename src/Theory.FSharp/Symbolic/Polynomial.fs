namespace ImplicitBias.Theory.Symbolic

open System.Numerics
open MathNet.Numerics

/// A product of powers of variables, which are numbered: (variable, exponent ≥ 1) with the highest variable first. The
/// comparison of lists is then the lexicographic order of monomials, and respects products.
type internal Monomial = (int * int) list

/// A sum of rational multiples of monomials, none of them zero.
type internal Polynomial = Map<Monomial, BigRational>

/// What is left of the work that a computation may do on this thread.
[<AllowNullLiteral>]
type internal Work() =
    [<System.ThreadStatic; DefaultValue>]
    static val mutable private left: int

    static member Left
        with get () = Work.left
        and set (value: int) = Work.left <- value

/// Polynomials of many variables with rational coefficients.
/// Source: von zur Gathen and Gerhard, Modern Computer Algebra (2013), chapters 6 and 14.
module internal Polynomial =

    /// A computation has outgrown its bound.
    exception TooLarge

    /// Bound on the number of terms of a polynomial.
    let private most = 1000

    let private spend (terms: int) =
        Work.Left <- Work.Left - terms

        if Work.Left < 0 then
            raise TooLarge

    /// Runs a computation that may touch 5·10^5 terms before it is TooLarge.
    let limited (compute: unit -> 'a) : 'a =
        let outer = Work.Left
        Work.Left <- 500000

        try
            compute ()
        finally
            Work.Left <- outer

    let private bounded (p: Polynomial) : Polynomial =
        if p.Count > most then raise TooLarge else p

    let zero: Polynomial = Map.empty

    let constant (q: BigRational) : Polynomial =
        if q.IsZero then zero else Map.ofList [ [], q ]

    let one: Polynomial = constant BigRational.One

    let monomial (m: Monomial) : Polynomial = Map.ofList [ m, BigRational.One ]

    let variable (v: int) : Polynomial = monomial [ v, 1 ]

    let isZero (p: Polynomial) = p.IsEmpty

    /// The number that a polynomial without variables is.
    let (|Constant|_|) (p: Polynomial) =
        if p.IsEmpty then
            Some BigRational.Zero
        elif p.Count = 1 then
            match Map.toList p with
            | [ [], q ] -> Some q
            | _ -> None
        else
            None

    let rec multiplyMonomials (a: Monomial) (b: Monomial) : Monomial =
        match a, b with
        | [], m
        | m, [] -> m
        | (v, e) :: more, (w, f) :: others ->
            if v > w then (v, e) :: multiplyMonomials more b
            elif v < w then (w, f) :: multiplyMonomials a others
            else (v, e + f) :: multiplyMonomials more others

    /// a / b, or None if b does not divide a.
    let rec divideMonomials (a: Monomial) (b: Monomial) : Monomial option =
        match a, b with
        | _, [] -> Some a
        | [], _ -> None
        | (v, e) :: more, (w, f) :: others ->
            if v > w then
                divideMonomials more b |> Option.map (fun rest -> (v, e) :: rest)
            elif v < w || e < f then
                None
            else
                divideMonomials more others
                |> Option.map (fun rest -> if e = f then rest else (v, e - f) :: rest)

    let private addTerm (m: Monomial) (q: BigRational) (p: Polynomial) : Polynomial =
        match p.TryFind m with
        | None -> p.Add(m, q)
        | Some r ->
            let sum = q + r
            if sum.IsZero then p.Remove m else p.Add(m, sum)

    let add (a: Polynomial) (b: Polynomial) : Polynomial =
        let large, small = if a.Count >= b.Count then a, b else b, a
        spend small.Count
        (large, small) ||> Map.fold (fun sum m q -> addTerm m q sum) |> bounded

    let scale (c: BigRational) (p: Polynomial) : Polynomial =
        if c.IsZero then zero
        elif c.IsOne then p
        else Map.map (fun _ q -> c * q) p

    let negate (p: Polynomial) = scale -BigRational.One p
    let subtract a b = add a (negate b)

    let multiplyMonomial (m: Monomial) (c: BigRational) (p: Polynomial) : Polynomial =
        if m.IsEmpty then
            scale c p
        else
            p
            |> Map.toSeq
            |> Seq.map (fun (n, q) -> multiplyMonomials m n, c * q)
            |> Map.ofSeq

    let multiply (a: Polynomial) (b: Polynomial) : Polynomial =
        let large, small = if a.Count >= b.Count then a, b else b, a

        if small.Count * large.Count > 20 * most then
            raise TooLarge

        (zero, small) ||> Map.fold (fun sum m q -> add sum (multiplyMonomial m q large))

    let rec power (n: int) (p: Polynomial) : Polynomial =
        if n = 0 then
            one
        elif n = 1 then
            p
        else
            match p.Count with
            | 1 ->
                let (m, q) = Map.toList p |> List.head

                if abs n > 100000 then
                    raise TooLarge

                Map.ofList [ List.map (fun (v, e) -> v, e * n) m, BigRational.Pow(q, n) ]
            | _ ->
                if n > most then
                    raise TooLarge

                let half = power (n / 2) p
                let square = multiply half half
                if n % 2 = 0 then square else multiply square p

    /// The leading monomial and its coefficient.
    let leading (p: Polynomial) : struct (Monomial * BigRational) =
        let (m, q) = Map.maxKeyValue p
        struct (m, q)

    /// Quotient and remainder: a = q b + r with no monomial of r divisible by the leading one of b.
    let divide (a: Polynomial) (b: Polynomial) : struct (Polynomial * Polynomial) =
        let struct (lead, leadCoefficient) = leading b
        let mutable rest = a
        let mutable quotient = zero
        let mutable remainder = zero

        while not rest.IsEmpty do
            let struct (m, q) = leading rest

            match divideMonomials m lead with
            | Some factor ->
                let c = q / leadCoefficient
                quotient <- addTerm factor c quotient
                rest <- subtract rest (multiplyMonomial factor c b)
            | None ->
                remainder <- addTerm m q remainder
                rest <- rest.Remove m

        struct (quotient, remainder)

    /// a / b where b divides a, else None.
    let divideExactly (a: Polynomial) (b: Polynomial) : Polynomial option =
        let struct (quotient, remainder) = divide a b
        if remainder.IsEmpty then Some quotient else None

    /// The highest variable, or None in a number.
    let mainVariable (p: Polynomial) : int option =
        if p.IsEmpty then
            None
        else
            let struct (m, _) = leading p
            m |> List.tryHead |> Option.map fst

    let degree (v: int) (p: Polynomial) : int =
        let degreeOf (m: Monomial) =
            m |> List.tryFind (fst >> (=) v) |> Option.map snd |> Option.defaultValue 0

        p |> Map.fold (fun most m _ -> max most (degreeOf m)) 0

    /// The coefficients of the powers of v.
    let coefficients (v: int) (p: Polynomial) : Map<int, Polynomial> =
        (Map.empty, p)
        ||> Map.fold (fun found m q ->
            let power, rest = m |> List.partition (fst >> (=) v)
            let e = power |> List.tryHead |> Option.map snd |> Option.defaultValue 0
            let before = found |> Map.tryFind e |> Option.defaultValue zero
            found.Add(e, before.Add(rest, q)))

    /// The positive rational c with p = ±c p', p' of integer coefficients without common factor.
    let content (p: Polynomial) : BigRational = BigRationals.content (Map.values p)

    /// Integer coefficients without common factor, the leading one positive.
    let primitive (p: Polynomial) : Polynomial =
        if p.IsEmpty then
            p
        else
            let struct (_, q) = leading p
            let c = content p
            scale (BigRational.Reciprocal(if q.IsNegative then -c else c)) p

    /// The largest monomial that divides both.
    let gcdOfMonomials (a: Monomial) (b: Monomial) : Monomial =
        a
        |> List.choose (fun (v, e) ->
            b |> List.tryFind (fst >> (=) v) |> Option.map (fun (_, f) -> v, min e f))

    /// The largest monomial that divides every term.
    let commonMonomial (p: Polynomial) : Monomial =
        p |> Map.toSeq |> Seq.map fst |> Seq.reduce gcdOfMonomials

    /// d/dv.
    let derivative (v: int) (p: Polynomial) : Polynomial =
        (zero, p)
        ||> Map.fold (fun sum m q ->
            match m |> List.tryFind (fst >> (=) v) with
            | None -> sum
            | Some(_, e) ->
                let lowered =
                    m
                    |> List.choose (fun (w, f) ->
                        if w <> v then Some(w, f)
                        elif e = 1 then None
                        else Some(w, f - 1))

                addTerm lowered (BigRational.FromInt e * q) sum)
