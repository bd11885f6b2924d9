namespace MathNet.Symbolics

open System.Globalization
open System.Numerics
open FParsec
open MathNet.Numerics

/// The grammar of infix text. Signs bind weaker than powers, so -x^2 is -(x^2); powers associate to the right. Decimal numbers are
/// exact. Chains of equal operators become one flat sum or product, and nesting is bounded, so that long or hostile text costs
/// neither quadratic time nor the stack.
module internal InfixParser =
    /// Parentheses, function calls and exponents inside each other; far above anything written by hand.
    let private deepestNesting = 250

    /// 1e400 is exact; 1e1000000000 would not fit into memory.
    let private largestExponent = 10_000

    /// The longest run of digits: reading a million would take longer than anybody waits.
    let private mostDigits = 100_000

    type private Parser<'T> = Parser<'T, int>

    let private expression, private expressionRef =
        createParserForwardedToRef<Expression, int>()

    let private signed, private signedRef =
        createParserForwardedToRef<Expression, int>()

    let private token text : Parser<unit> = skipString text .>> spaces

    /// One level deeper.
    let private nested (inner: Parser<'T>) : Parser<'T> =
        getUserState
        >>= fun depth ->
            if depth >= deepestNesting then
                fail $"nested deeper than {deepestNesting} levels"
            else
                setUserState (depth + 1) >>. inner .>> setUserState depth

    let private digits: Parser<string> = many1Satisfy isDigit

    let private number: Parser<Expression> =
        let fraction = opt (skipChar '.' >>. manySatisfy isDigit)
        let sign = (skipChar '-' >>% -1) <|> (skipChar '+' >>% 1) <|> preturn 1
        let exponent = opt (skipAnyOf "eE" >>. (sign .>>. digits))

        let decimal =
            (digits .>>. fraction)
            <|> (skipChar '.' >>. digits |>> fun decimals -> "0", Some decimals)

        (decimal .>>. exponent .>> spaces <?> "number")
        >>= fun ((whole, decimals), exponent) ->
            let decimals = defaultArg decimals ""
            let ten = BigRational.FromInt 10

            let power =
                match exponent with
                | None -> Some 0
                | Some(sign, digits) when digits.Length <= 9 && int digits <= largestExponent ->
                    Some(sign * int digits)
                | Some _ -> None

            match power with
            | _ when whole.Length + decimals.Length > mostDigits ->
                fail $"a number of more than {mostDigits} digits"
            | Some power ->
                let mantissa = BigInteger.Parse(whole + decimals, CultureInfo.InvariantCulture)

                preturn (
                    Number(BigRational.FromBigInt mantissa * BigRational.Pow(ten, power - decimals.Length))
                )
            | None -> fail $"a decimal exponent beyond ±{largestExponent}"

    let private name: Parser<string> =
        many1Satisfy2L isLetter (fun c -> isLetter c || isDigit c || c = '_') "identifier"
        .>> spaces

    let private call (name: string) (arguments: Expression list) : Parser<Expression> =
        match name, arguments with
        | "sqrt", [ x ] -> preturn (Operators.sqrt x)
        | "pow", [ x; y ] -> preturn (Operators.pow x y)
        | _, [ x ] when FunctionNames.unary.ContainsKey name ->
            preturn (Operators.apply FunctionNames.unary[name] x)
        | _, [ _; _ ] when FunctionNames.binary.ContainsKey name ->
            preturn (Operators.applyN FunctionNames.binary[name] arguments)
        | _ -> fail $"there is no function '{name}' of {arguments.Length} argument(s)"

    let private named (name: string) : Expression =
        match name with
        | "pi"
        | "π" -> Operators.Pi
        | "e" -> Operators.E
        | "j" -> Operators.I
        | "oo" -> PositiveInfinity
        | _ ->
            match name.ToLowerInvariant() with
            | "inf"
            | "infinity" -> PositiveInfinity
            | _ -> Operators.symbol name

    let private arguments: Parser<Expression list> =
        between (token "(") (token ")") (nested (sepBy1 expression (token ",")))

    /// A symbol, a call f(x, y), or a power of a call as mathematicians write it, sin^2(x).
    let private nameOrCall: Parser<Expression> =
        let powered =
            attempt (
                token "^" >>. many1SatisfyL isDigit "exponent"
                .>> spaces
                .>> followedBy (skipChar '(')
            )

        name
        >>= fun name ->
            choice
                [ arguments >>= call name
                  (if FunctionNames.unary.ContainsKey name then
                       powered .>>. arguments
                       >>= fun (power, arguments) ->
                           call name arguments
                           |>> fun x -> Operators.pow x (Operators.fromInteger (BigInteger.Parse power))
                   else
                       pzero)
                  preturn (named name) ]

    let private atom: Parser<Expression> =
        choice
            [ number
              between (token "(") (token ")") (nested expression)
              between (token "|") (token "|") (nested expression) |>> Operators.abs
              token "∞" >>% PositiveInfinity
              token "⧝" >>% ComplexInfinity
              nameOrCall ]

    let private power: Parser<Expression> =
        atom .>>. opt ((token "^" <?> "infix operator") >>. nested signed)
        |>> fun (x, exponent) ->
            match exponent with
            | Some y -> Operators.pow x y
            | None -> x

    /// Any run of signs in front of a power.
    let private signedPower: Parser<Expression> =
        let sign =
            (skipChar '-' .>> spaces >>% -1) <|> (skipChar '+' .>> spaces >>% 1)
            <?> "prefix operator"

        Inline.Many(
            stateFromFirstElement = id,
            foldState = (fun product sign -> product * sign),
            resultFromState = id,
            elementParser = sign,
            resultForEmptySequence = (fun () -> 1)
        )
        .>>. power
        |>> fun (sign, x) -> if sign < 0 then -x else x

    let private chain (first: Parser<Expression>) operator combine : Parser<Expression> =
        first .>>. many (operator .>>. first)
        |>> fun (x, rest) ->
            match rest with
            | [] -> x
            | _ -> combine (x :: (rest |> List.map (fun (change, y) -> change y)))

    let private term =
        chain
            signedPower
            ((token "*" >>% id) <|> (token "/" >>% Operators.invert) <?> "infix operator")
            Operators.product

    expressionRef.Value <-
        chain
            term
            ((token "+" >>% id) <|> (token "-" >>% Operators.negate) <?> "infix operator")
            Operators.sum

    signedRef.Value <- signedPower

    /// The expression that the whole text denotes, or what is wrong with it and where.
    let parse (text: string) : Result<Expression, string> =
        if isNull (box text) then
            Result.Error "there is no text"
        else

            match runParserOnString (spaces >>. expression .>> eof) 0 "" text with
            | Success(result, _, _) -> Result.Ok result
            | Failure(message, _, _) -> Result.Error message
