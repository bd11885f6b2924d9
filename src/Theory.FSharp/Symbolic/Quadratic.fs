namespace ImplicitBias.Theory.Symbolic

open MathNet.Numerics

/// Least values of quadratic polynomials with rational coefficients, exact, by completing squares: LDLᵀ of the matrix of second
/// derivatives (Golub and Van Loan, Matrix Computations, 2013, section 4.1).
module Quadratic =

    /// No more symbols than this: elimination takes their cube.
    let private most = 12

    let private rational (term: Term) =
        match term.Shape with
        | Shape.Number q -> Some q
        | _ -> None

    let private allSome (values: 'a option list) =
        if List.forall Option.isSome values then
            Some(List.choose id values)
        else
            None

    /// A solution of H x = b for a matrix that is nowhere negative; None if it is somewhere, or if there is no solution.
    let rec private solve
        (matrix: BigRational list list)
        (right: BigRational list)
        : BigRational list option =
        match matrix, right with
        | (pivot :: row) :: rows, b :: rest ->
            if pivot.IsZero then
                // Where the form is zero along an axis, it is negative somewhere unless the whole row is zero.
                if List.forall (fun (entry: BigRational) -> entry.IsZero) (b :: row) then
                    solve (List.map List.tail rows) rest
                    |> Option.map (fun solution -> BigRational.Zero :: solution)
                else
                    None
            elif pivot.IsNegative then
                None
            else
                let reduced =
                    rows
                    |> List.map (fun line ->
                        let factor = List.head line / pivot
                        List.map2 (fun below above -> below - factor * above) (List.tail line) row)

                let rest =
                    List.map2 (fun line value -> value - List.head line / pivot * b) rows rest

                solve reduced rest
                |> Option.map (fun solution ->
                    let known = List.map2 (*) row solution |> List.sum
                    (b - known) / pivot :: solution)
        | _ -> Some []

    /// By its form: derivatives do not tell, since those of |x| are constant on both sides of 0.
    let rec private isPolynomial (term: Term) : bool =
        match term.Shape with
        | Shape.Number _
        | Shape.Symbol _ -> true
        | Shape.Sum terms -> Array.forall isPolynomial terms
        | Shape.Product(_, factors) -> Array.forall isPolynomial factors
        | Shape.Power(basis, exponent) ->
            (match exponent.Shape with
             | Shape.Number q -> q.IsInteger && q.IsPositive
             | _ -> false)
            && isPolynomial basis
        | _ -> false

    let private ofQuadratic (term: Term) : (BigRational * Map<string, BigRational>) option =
        let symbols = Term.symbols term |> List.ofSeq

        let atZero (term: Term) =
            (term, symbols)
            ||> List.fold (fun term symbol -> Term.substitute symbol Term.zero term)
            |> rational

        if symbols.IsEmpty || symbols.Length > most || not (isPolynomial term) then
            None
        else
            let slopes =
                symbols |> List.map (fun symbol -> Derivative.differentiate symbol term)

            let second =
                slopes
                |> List.map (fun slope ->
                    symbols
                    |> List.map (fun symbol -> Derivative.differentiate symbol slope |> rational)
                    |> allSome)
                |> allSome

            match second, allSome (List.map atZero slopes), atZero term with
            | Some second, Some slopes, Some value ->
                solve second (List.map (~-) slopes)
                |> Option.map (fun place ->
                    // At the place the slopes are gone, so that the squares are minus half of the linear part.
                    let linear = List.map2 (*) slopes place |> List.sum
                    value + linear / BigRational.FromInt 2, Map.ofList (List.zip symbols place))
            | _ -> None

    /// The symbols in higher powers than two, and the term with their roots in their stead.
    let private inSquares (term: Term) =
        let isHigh symbol =
            let derive = Derivative.differentiate symbol
            term |> derive |> derive |> derive <> Term.zero

        let high = Term.symbols term |> Set.filter isHigh

        high,
        (term, high)
        ||> Set.fold (fun term symbol -> Term.substitute symbol (Term.sqrt (Term.symbol symbol)) term)

    /// The least value over all real values of the symbols and a place of it, for a quadratic polynomial with rational
    /// coefficients in its symbols, or in the squares of those that occur in higher powers. None for any other term, where
    /// there is no least value, and where its place has no rational coordinates.
    let least (term: Term) : (BigRational * Map<string, BigRational>) option =
        try
            let high, term = inSquares term

            ofQuadratic term
            |> Option.bind (fun (value, place) ->
                let coordinates =
                    Map.toList place
                    |> List.map (fun (symbol, q) ->
                        if not (high.Contains symbol) then
                            Some(symbol, q)
                        elif q.IsNegative then
                            None
                        else
                            rational (Term.sqrt (Term.number q)) |> Option.map (fun root -> symbol, root))

                allSome coordinates |> Option.map (fun all -> value, Map.ofList all))
        with NoValueException _ ->
            None

    /// Whether a term that <see cref="least"/> may look at is nowhere below zero; false says nothing.
    let isNonNegative (term: Term) : bool =
        try
            match inSquares term |> snd |> ofQuadratic with
            | Some(value, _) -> not value.IsNegative
            | None -> false
        with NoValueException _ ->
            false
