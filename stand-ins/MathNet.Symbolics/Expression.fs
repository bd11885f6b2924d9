namespace MathNet.Symbolics

open System
open System.Numerics
open MathNet.Numerics

// The operators are members of Expression, and F# takes members only in the file of their type. Therefore the type, its order and its
// automatic simplification share this file.

/// <summary>
/// A mathematical expression. Values built with the operators and with <c>Operators</c> are in normal form: sums and products are
/// flat, sorted, without like terms and with at most one leading number, so that equal normal forms are equal values.
/// Symbols stand for finite numbers. Source of the normal form and its order: J. S. Cohen, Computer Algebra and Symbolic
/// Computation: Mathematical Methods (2003), chapter 3.
/// </summary>
[<StructuralEquality; NoComparison>]
type Expression =
    | Number of BigRational
    | Approximation of Approximation
    | Identifier of Symbol
    | Argument of Symbol
    | Constant of Constant
    | Sum of Expression list
    | Product of Expression list
    | Power of Expression * Expression
    | Function of Function * Expression
    | FunctionN of FunctionN * (Expression list)
    | ComplexInfinity
    | PositiveInfinity
    | NegativeInfinity
    | Undefined

/// The canonical order: numbers, constants, identifiers, then compound expressions by their most significant part.
module internal Order =
    let private rank expression =
        match expression with
        | Number _
        | Approximation _ -> 0
        | Constant _ -> 1
        | Identifier _ -> 2
        | Argument _ -> 3
        | Sum _
        | Product _
        | Power _ -> 4
        | Function _ -> 5
        | FunctionN _ -> 6
        | ComplexInfinity -> 7
        | PositiveInfinity -> 8
        | NegativeInfinity -> 9
        | Undefined -> 10

    let private one = Number BigRational.One

    /// Lists up to this length are compared by recursion, longer ones by way of arrays.
    let private shortList = 32

    let rec compare (a: Expression) (b: Expression) : int =
        match a, b with
        | _ when obj.ReferenceEquals(a, b) -> 0
        | Number x, Number y -> BigRational.Compare(x, y)
        | Approximation x, Approximation y -> Approximation.compare x y
        | Number x, Approximation y ->
            let order = Approximation.compare (Approximation.fromRational x) y
            if order <> 0 then order else -1
        | Approximation _, Number _ -> -(compare b a)
        | Constant x, Constant y -> Operators.compare x y
        | Identifier(Symbol x), Identifier(Symbol y)
        | Argument(Symbol x), Argument(Symbol y) -> String.CompareOrdinal(x, y)
        | Product xs, Product ys
        | Sum xs, Sum ys -> compareFromLast xs ys
        | Power(b1, e1), Power(b2, e2) ->
            let order = compare b1 b2
            if order <> 0 then order else compare e1 e2
        | Function(f, x), Function(g, y) ->
            let order =
                if obj.ReferenceEquals(f, g) then
                    0
                else
                    Operators.compare f g

            if order <> 0 then order else compare x y
        | FunctionN(f, xs), FunctionN(g, ys) ->
            let order = Operators.compare f g
            if order <> 0 then order else compareFromLast xs ys
        | (Number _ | Approximation _), _ -> -1
        | _, (Number _ | Approximation _) -> 1
        | Constant _, _ -> -1
        | _, Constant _ -> 1
        | Product xs, y -> compareFromLast xs [ y ]
        | x, Product ys -> compareFromLast [ x ] ys
        | Power(b, e), y -> comparePower b e y one
        | x, Power(b, e) -> comparePower x one b e
        | Sum xs, y -> compareFromLast xs [ y ]
        | x, Sum ys -> compareFromLast [ x ] ys
        | _ -> Operators.compare (rank a) (rank b)

    and private comparePower b1 e1 b2 e2 =
        let order = compare b1 b2
        if order <> 0 then order else compare e1 e2

    /// The last operands decide; the shorter list comes first when it equals the end of the other.
    and private compareFromLast xs ys =
        match xs, ys with
        | [ x ], [ y ] -> compare x y
        | _ ->
            let m, n = List.length xs, List.length ys
            let shorter = min m n

            let order =
                compareEqualLengths (List.skip (m - shorter) xs) (List.skip (n - shorter) ys) shorter

            if order <> 0 then order else m - n

    and private compareEqualLengths xs ys length =
        if length > shortList then
            let xs, ys = Array.ofList xs, Array.ofList ys
            let mutable i = length - 1
            let mutable order = 0

            while order = 0 && i >= 0 do
                order <- compare xs[i] ys[i]
                i <- i - 1

            order
        else
            match xs, ys with
            | x :: xs, y :: ys ->
                let order = compareEqualLengths xs ys (length - 1)
                if order <> 0 then order else compare x y
            | _ -> 0

/// Numbers, exact or approximate.
module internal Numeric =
    let zero = Number BigRational.Zero
    let one = Number BigRational.One

    let (|Zero|_|) expression =
        match expression with
        | Number n when n.IsZero -> Some()
        | _ -> None

    let (|One|_|) expression =
        match expression with
        | Number n when n.IsOne -> Some()
        | _ -> None

    let (|Numeral|_|) expression =
        match expression with
        | Number _
        | Approximation _ -> Some()
        | _ -> None

    let approximate (a: Approximation) =
        if Approximation.isUndefined a then
            Undefined
        else
            Approximation a

    let private lift exact rough a b =
        match a, b with
        | Number x, Number y -> Number(exact x y)
        | Number x, Approximation y -> approximate (rough (Approximation.fromRational x, y))
        | Approximation x, Number y -> approximate (rough (x, Approximation.fromRational y))
        | Approximation x, Approximation y -> approximate (rough (x, y))
        | _ -> Undefined

    let add = lift (+) Approximation.sum
    let multiply = lift (*) Approximation.product

    /// The sign of a real constant, if its structure shows it: 1, -1 or 0.
    let rec sign expression =
        match expression with
        | Number n -> Some n.Sign
        | Approximation a when Approximation.isPositive a -> Some 1
        | Approximation a when Approximation.isNegative a -> Some -1
        | Constant(E | Pi)
        | PositiveInfinity -> Some 1
        | NegativeInfinity -> Some -1
        | Power(b, e) when sign b = Some 1 && (sign e).IsSome -> Some 1
        | Function(Exp, x) when (sign x).IsSome -> Some 1
        | Function((Ln | Lg), Number n) -> Some(compare n BigRational.One)
        | Product xs -> (Some 1, xs) ||> List.fold (fun product x -> Option.map2 (*) product (sign x))
        | Sum xs ->
            let signs = xs |> List.map sign |> List.distinct
            if signs.Length = 1 then signs.Head else None
        | _ -> None

    /// The greatest rational that leaves coprime integer coefficients in a sum, taken positive.
    let content (terms: Expression list) =
        let coefficient term =
            match term with
            | Number n
            | Product(Number n :: _) -> n
            | _ -> BigRational.One

        let numerators =
            (BigInteger.Zero, terms)
            ||> List.fold (fun d t -> BigInteger.GreatestCommonDivisor(d, (coefficient t).Numerator))

        let denominators =
            (BigInteger.One, terms)
            ||> List.fold (fun m t ->
                let d = (coefficient t).Denominator
                m * d / BigInteger.GreatestCommonDivisor(m, d))

        BigRational.FromBigIntFraction(numerators, denominators)

/// Automatic simplification: how operands combine into the normal form.
module internal Simplification =
    open Numeric

    /// c · r for a product or other factor r without a number of its own.
    let private scale c r =
        match c, r with
        | Zero, _ -> zero
        | Approximation a, _ when Approximation.isZero a -> c
        | One, _ -> r
        | _, Product rs -> Product(c :: rs)
        | _ -> Product [ c; r ]

    let private split term =
        match term with
        | Product((Numeral & c) :: [ r ]) -> struct (c, r)
        | Product((Numeral & c) :: rs) -> struct (c, Product rs)
        | _ -> struct (one, term)

    /// Merges two runs of terms, each in canonical order. Linear, and without recursion: sums may be very long. Numbers and multiples of
    /// named constants come first, plain constants before multiples.
    let private mergeTerms (xs: Expression list) (ys: Expression list) =
        let merged = ResizeArray()
        let mutable number = zero
        let mutable constants: (Expression * Expression) list = []
        let mutable xs, ys = xs, ys

        let addConstant c name =
            let known, others = constants |> List.partition (fun (n, _) -> n = name)
            constants <- (name, (c, known) ||> List.fold (fun c (_, d) -> add c d)) :: others

        let push term =
            match term with
            | Numeral -> number <- add number term
            | _ -> merged.Add term

        // Takes what comes first anyway off the front of a run.
        let rec advance (run: Expression list) =
            match run with
            | (Numeral as x) :: rest ->
                number <- add number x
                advance rest
            | (Constant _ as name) :: rest ->
                addConstant one name
                advance rest
            | Product [ (Numeral as c); (Constant _ as name) ] :: rest ->
                addConstant c name
                advance rest
            | _ -> run

        xs <- advance xs
        ys <- advance ys

        while not (xs.IsEmpty && ys.IsEmpty) do
            match xs, ys with
            | x :: rest, []
            | [], x :: rest ->
                push x
                xs <- rest
                ys <- []
            | x :: xRest, y :: yRest ->
                let struct (a, u) = split x
                let struct (b, v) = split y
                let order = Order.compare u v

                if order < 0 then
                    push x
                    xs <- xRest
                elif order > 0 then
                    push y
                    ys <- yRest
                else
                    match scale (add a b) u with
                    | Zero -> ()
                    | term -> push term

                    xs <- xRest
                    ys <- yRest
            | [], [] -> ()

        let constants =
            constants
            |> List.map (fun (name, c) -> scale c name)
            |> List.filter (function
                | Zero -> false
                | Numeral as n ->
                    number <- add number n
                    false
                | _ -> true)
            |> List.sortWith Order.compare

        match number with
        | Zero -> constants @ List.ofSeq merged
        | _ -> number :: constants @ List.ofSeq merged

    /// One more term in a sum. The terms behind it are shared, and terms before it are passed eight at a time, so that building a sum
    /// term by term costs few comparisons.
    let private insertTerm (terms: Expression list) (term: Expression) =
        let struct (c, u) = split term
        let before = ResizeArray()
        let mutable rest = terms

        let orderOf other =
            let struct (_, v) = split other in Order.compare v u

        let rec ahead n (run: Expression list) =
            if n = 0 || run.IsEmpty then run else ahead (n - 1) run.Tail

        let mutable jump = ahead 8 rest

        while not jump.IsEmpty && orderOf jump.Head < 0 do
            for _ in 1..8 do
                before.Add rest.Head
                rest <- rest.Tail

            jump <- ahead 8 rest

        while not rest.IsEmpty && orderOf rest.Head < 0 do
            before.Add rest.Head
            rest <- rest.Tail

        let behind =
            match rest with
            | same :: behind when orderOf same = 0 ->
                let struct (d, _) = split same

                match scale (add d c) u with
                | Zero -> Some behind
                | Numeral -> None // an approximate zero belongs to the front
                | merged -> Some(merged :: behind)
            | _ -> Some(term :: rest)

        behind
        |> Option.map (fun behind ->
            let mutable result = behind

            for i in before.Count - 1 .. -1 .. 0 do
                result <- before[i] :: result

            result)

    /// True for terms whose place in a sum depends on their likes only.
    let private isOrdinaryTerm term =
        match term with
        | Identifier _
        | Argument _
        | Function _
        | FunctionN _
        | Power _ -> true
        | Product [ Numeral; Constant _ ] -> false
        | Product(Number _ :: _) -> true
        | Product(first :: _) -> not first.IsApproximation
        | _ -> false

    let private build terms =
        match terms with
        | [] -> zero
        | [ term ] -> term
        | terms -> Sum terms

    let rec private mergeAll (runs: Expression list list) =
        match runs with
        | [] -> []
        | [ run ] -> run
        | _ ->
            runs
            |> List.chunkBySize 2
            |> List.map (function
                | [ a; b ] -> mergeTerms a b
                | one -> List.head one)
            |> mergeAll

    let private sumOfMany (xs: Expression list) : Expression =
        let has infinity = List.contains infinity xs

        let infinities =
            [ PositiveInfinity; NegativeInfinity; ComplexInfinity ] |> List.filter has

        if has Undefined then
            Undefined
        else
            match infinities with
            | [ ComplexInfinity ] when xs |> List.filter ((=) ComplexInfinity) |> List.length = 1 ->
                ComplexInfinity
            | [ PositiveInfinity | NegativeInfinity as infinity ] -> infinity
            | _ :: _ -> Undefined
            | [] ->
                let runs =
                    xs
                    |> List.map (function
                        | Sum terms -> terms
                        | term -> [ term ])

                let terms = mergeAll runs

                if List.contains Undefined terms then
                    Undefined
                else
                    build terms

    let sum (xs: Expression list) : Expression =
        match xs with
        | [ Sum terms; term ]
        | [ term; Sum terms ] when isOrdinaryTerm term ->
            match insertTerm terms term with
            | Some terms -> build terms
            | None -> sumOfMany xs
        | _ -> sumOfMany xs

    /// A rational to a rational power, in the normal form of Radical where the base is positive.
    let private rationalPower (b: BigRational) (e: BigRational) =
        let unevaluated = Power(Number b, Number e)

        if b.IsZero then
            if e.IsZero then Undefined
            elif e.IsPositive then zero
            else ComplexInfinity
        elif e.IsInteger then
            match Radical.power b e.Numerator with
            | Some n -> Number n
            | None -> unevaluated
        elif b.IsNegative then
            unevaluated
        else
            match Radical.normalize [ b, e ] with
            | c, [] -> Number c
            | c, radicals ->
                let factors =
                    radicals
                    |> List.map (fun (b, e) -> Power(Number b, Number e))
                    |> List.sortWith Order.compare

                match (if c.IsOne then factors else Number c :: factors) with
                | [ factor ] -> factor
                | factors -> Product factors

    /// ±∞ or the complex infinity as base or exponent.
    let private infinitePower x y =
        match x, y with
        | (PositiveInfinity | NegativeInfinity | ComplexInfinity), Zero -> Undefined
        | One, _ -> Undefined
        | (PositiveInfinity | NegativeInfinity | ComplexInfinity), Number n when n.IsNegative -> zero
        | PositiveInfinity, (Number _ | PositiveInfinity) -> PositiveInfinity
        | PositiveInfinity, NegativeInfinity -> zero
        | NegativeInfinity, Number n when n.IsInteger ->
            if n.Numerator.IsEven then
                PositiveInfinity
            else
                NegativeInfinity
        | NegativeInfinity, Number _ -> Undefined
        | ComplexInfinity, Number _ -> ComplexInfinity
        | Number n, (PositiveInfinity | NegativeInfinity) ->
            match compare (BigRational.Abs n) BigRational.One, y with
            | 0, _ -> Undefined
            | 1, PositiveInfinity -> if n.IsPositive then PositiveInfinity else ComplexInfinity
            | -1, NegativeInfinity when n.IsPositive -> PositiveInfinity
            | -1, NegativeInfinity -> ComplexInfinity
            | _ -> zero
        | _ -> Power(x, y)

    let rec pow (x: Expression) (y: Expression) : Expression =
        match x, y with
        | Undefined, _
        | _, Undefined -> Undefined
        | (PositiveInfinity | NegativeInfinity | ComplexInfinity), One -> x
        | (PositiveInfinity | NegativeInfinity | ComplexInfinity), _
        | _, (PositiveInfinity | NegativeInfinity | ComplexInfinity) -> infinitePower x y
        | Number b, Number e -> rationalPower b e
        | _, Zero -> one
        | _, One -> x
        | One, _ -> one
        | Zero, _ when sign y = Some 1 -> zero
        | Zero, _ when sign y = Some -1 -> ComplexInfinity
        | Number b, Approximation e -> approximate (Approximation.pow (Approximation.fromRational b, e))
        | Approximation b, Number e -> approximate (Approximation.pow (b, Approximation.fromRational e))
        | Approximation b, Approximation e -> approximate (Approximation.pow (b, e))
        | Product factors, Number n when n.IsInteger -> product (factors |> List.map (fun f -> pow f y))
        | Power(b, e), Number n when n.IsInteger -> pow b (product [ e; y ])
        | (Product _ | Sum _), Number e when not e.IsInteger -> fractionalPower x e
        | _ -> Power(x, y)

    /// Takes perfect powers out of a root, √(4x) = 2√x and √(1 + x²/4) = √(4 + x²)/2: valid because the factor is positive.
    and private fractionalPower x (e: BigRational) =
        let positive =
            match x with
            | Product(Number c :: _) -> BigRational.Abs c
            | Sum terms when
                terms
                |> List.forall (fun t ->
                    match t with
                    | Approximation _ -> false
                    | _ -> true)
                ->
                content terms
            | _ -> BigRational.One

        let root =
            if positive.IsOne then
                positive
            else
                Radical.perfectPart positive e.Denominator

        match
            root.IsOne,
            (if root.IsOne then
                 None
             else
                 Radical.power root e.Denominator)
        with
        | false, Some factor ->
            let rest =
                match x with
                | Sum terms ->
                    sum (
                        terms
                        |> List.map (fun t -> product [ Number(BigRational.Reciprocal factor); t ])
                    )
                | _ -> product [ Number(BigRational.Reciprocal factor); x ]

            product [ rationalPower root (BigRational.FromBigInt e.Numerator); pow rest (Number e) ]
        | _ -> Power(x, Number e)

    and product (xs: Expression list) : Expression =
        let has test = List.exists test xs

        let isInfinite x =
            match x with
            | PositiveInfinity
            | NegativeInfinity
            | ComplexInfinity -> true
            | _ -> false

        if has ((=) Undefined) then Undefined
        elif has isInfinite then infiniteProduct xs
        else finiteProduct xs

    /// An infinity times factors of known sign; a free symbol could have either sign, which leaves the product undefined.
    and private infiniteProduct xs =
        let isZero x =
            match x with
            | Zero -> true
            | Approximation a -> Approximation.isZero a
            | _ -> false

        if List.exists isZero xs then
            Undefined
        elif List.contains ComplexInfinity xs then
            ComplexInfinity
        else
            match sign (Product xs) with
            | Some 1 -> PositiveInfinity
            | Some -1 -> NegativeInfinity
            | _ -> Undefined

    and private finiteProduct xs =
        let factors =
            xs
            |> List.collect (function
                | Product factors -> factors
                | factor -> [ factor ])

        let numerals, others =
            factors
            |> List.partition (function
                | Numeral -> true
                | _ -> false)

        let coefficient = (one, numerals) ||> List.fold multiply

        let asPower factor =
            match factor with
            | Power(b, e) -> struct (b, e)
            | _ -> struct (factor, one)

        match coefficient, others with
        | Zero, _ -> zero
        | Undefined, _ -> Undefined
        | Approximation a, _ when Approximation.isZero a -> coefficient
        | _, [] -> coefficient
        | _, [ factor ] -> scale coefficient factor
        | _ ->
            // Like bases come together; what their powers simplify to may be a number or a product again.
            let powers =
                others
                |> List.map asPower
                |> List.sortWith (fun (struct (a, _)) (struct (b, _)) -> Order.compare a b)

            let combined = ResizeArray()
            let mutable changed = false
            let mutable rest = powers

            while not rest.IsEmpty do
                let struct (b, e) = rest.Head
                let like = rest.Tail |> List.takeWhile (fun (struct (c, _)) -> c = b)
                rest <- List.skip (1 + like.Length) rest

                match like with
                | [] -> combined.Add(if e = one then b else Power(b, e))
                | _ ->
                    let power = pow b (sum (e :: (like |> List.map (fun (struct (_, e)) -> e))))

                    match power with
                    | Numeral
                    | Product _
                    | Undefined -> changed <- true
                    | Power(c, _) when c <> b -> changed <- true
                    | _ -> ()

                    combined.Add power

            // Bases are in order; powers are too, but for named constants, which come before powers of others.
            let combined = combined |> List.ofSeq |> List.sortWith Order.compare

            if changed then
                product (coefficient :: combined)
            else
                roots coefficient combined

    /// Powers of positive rationals combine across bases: √2·√3 = √6.
    and private roots coefficient factors =
        let isRoot factor =
            match factor with
            | Power(Number b, Number _) -> b.IsPositive
            | _ -> false

        let build coefficient factors =
            match coefficient, factors with
            | _, [] -> coefficient
            | _, [ factor ] -> scale coefficient factor
            | One, _ -> Product factors
            | _ -> Product(coefficient :: factors)

        match List.filter isRoot factors with
        | []
        | [ _ ] -> build coefficient factors
        | known ->
            let powers =
                known
                |> List.choose (function
                    | Power(Number b, Number e) -> Some(b, e)
                    | _ -> None)

            let c, normal = Radical.normalize powers
            let normal = normal |> List.map (fun (b, e) -> Power(Number b, Number e))
            let others = factors |> List.filter (isRoot >> not)
            build (multiply coefficient (Number c)) (List.sortWith Order.compare (normal @ others))

type Expression with
    static member Zero = Numeric.zero
    static member One = Numeric.one
    static member (~+)(x: Expression) : Expression = x

    static member (~-)(x: Expression) : Expression =
        Simplification.product [ Number(BigRational.FromInt -1); x ]

    static member (+)(x: Expression, y: Expression) : Expression = Simplification.sum [ x; y ]
    static member (-)(x: Expression, y: Expression) : Expression = Simplification.sum [ x; -y ]
    static member (*)(x: Expression, y: Expression) : Expression = Simplification.product [ x; y ]

    static member (/)(x: Expression, y: Expression) : Expression =
        Simplification.product [ x; Simplification.pow y (Number(BigRational.FromInt -1)) ]

    /// <summary>x to the power y, also written <c>x ** y</c>.</summary>
    static member Pow(x: Expression, y: Expression) : Expression = Simplification.pow x y

    static member op_Implicit(x: int) : Expression = Number(BigRational.FromInt x)

    static member op_Implicit(x: int64) : Expression =
        Number(BigRational.FromBigInt(BigInteger x))

    static member op_Implicit(x: BigInteger) : Expression = Number(BigRational.FromBigInt x)
    static member op_Implicit(x: BigRational) : Expression = Number x
    static member op_Implicit(x: float) : Expression = Approximation(Real x)
    static member op_Implicit(x: decimal) : Expression = Number(BigRational.FromDecimal x)
