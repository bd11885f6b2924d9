namespace ImplicitBias.Theory.Symbolic

open System.Globalization
open System.Numerics
open FParsec
open MathNet.Numerics

/// Where a text stops being an expression, and why.
type SyntaxError =
    {
        /// Counted from 1.
        Column: int
        Message: string
    }

    override error.ToString() =
        $"column {error.Column}: {error.Message}"

/// The infix text of terms: + - * / ^, parentheses, functions, pi and e. Signs bind weaker than powers, so -x^2 is
/// -(x^2); powers associate to the right; decimals are exact rationals, 0.1 = 1/10; nothing is implied, 2x is an error.
/// Operators form flat lists and nesting is bounded, so that long or hostile text costs neither quadratic time nor the
/// stack.
[<RequireQualifiedAccess>]
module Grammar =

    /// The longest text that is read.
    let private longest = 4_000_000

    /// Parentheses inside each other.
    let private deepestNesting = 200

    /// 1e400 is exact; 1e1000000000 would not fit into memory.
    let private largestExponent = 10_000

    /// The longest run of digits.
    let private mostDigits = 10_000

    /// The names of the functions of one variable; the first of several is the one that is printed.
    let internal functions: (string * Function) list =
        [ "exp", Function.Exp
          "log", Function.Ln
          "ln", Function.Ln
          "sin", Function.Sin
          "cos", Function.Cos
          "tan", Function.Tan
          "asin", Function.Asin
          "acos", Function.Acos
          "atan", Function.Atan
          "sinh", Function.Sinh
          "cosh", Function.Cosh
          "tanh", Function.Tanh
          "asinh", Function.Asinh
          "acosh", Function.Acosh
          "atanh", Function.Atanh
          "abs", Function.Abs
          "erf", Function.Erf
          "erfcx", Function.Erfcx
          "gamma", Function.Gamma
          "loggamma", Function.LogGamma
          "binet", Function.Binet
          "digamma", Function.Digamma
          "lambertw", Function.LambertW
          "wrightomega", Function.WrightOmega ]

    let private table = dict functions

    /// How deep the parser is in parentheses, and what was read so far needs to have a real value.
    type internal State = { Depth: int; Needs: Condition list }

    type private Parser<'T> = Parser<'T, State>

    let private expression, private expressionRef =
        createParserForwardedToRef<Term, State>()

    let private token text : Parser<unit> = skipString text .>> spaces

    /// An error that no alternative can repair, at this column.
    let private failFatally message : Parser<'T> =
        fun _ -> Reply(FatalError, messageError message)

    /// The term that is made of parts, and what it needs besides them. What a constructor says about a term without a
    /// value is an error at the column where the term began.
    let private build (create: 'a -> Term) (needs: 'a -> Condition list) (parts: Parser<'a>) : Parser<Term> =
        fun stream ->
            let start = stream.State
            let reply = parts stream

            if reply.Status <> Ok then
                Reply(reply.Status, reply.Error)
            else
                try
                    let term = create reply.Result
                    let state = stream.UserState
                    stream.UserState <- { state with Needs = needs reply.Result @ state.Needs }
                    Reply(Ok, term, reply.Error)
                with NoValueException reason ->
                    stream.BacktrackTo start
                    Reply(FatalError, messageError reason)

    let private nested (inner: Parser<'T>) : Parser<'T> =
        getUserState
        >>= fun outside ->
            if outside.Depth >= deepestNesting then
                failFatally $"nested deeper than {deepestNesting} levels"
            else
                let goTo depth =
                    updateUserState (fun state -> { state with Depth = depth })

                goTo (outside.Depth + 1) >>. inner .>> goTo outside.Depth

    let private digits: Parser<string> = many1Satisfy isDigit

    let private number: Parser<Term> =
        let fraction = opt (skipChar '.' >>. manySatisfy isDigit)
        let sign = (skipChar '-' >>% -1) <|> (skipChar '+' >>% 1) <|> preturn 1
        // Only with digits behind it: 2e is an error, not 2 times e.
        let exponent = opt (attempt (skipAnyOf "eE" >>. (sign .>>. digits)))

        let decimal =
            (digits .>>. fraction)
            <|> (skipChar '.' >>. digits |>> fun decimals -> "0", Some decimals)

        let value ((whole: string, decimals: string option), exponent: (int * string) option) =
            let decimals = defaultArg decimals ""

            let power =
                match exponent with
                | None -> Some 0
                | Some(sign, digits) when digits.Length <= 9 && int digits <= largestExponent ->
                    Some(sign * int digits)
                | Some _ -> None

            match power with
            | _ when whole.Length + decimals.Length > mostDigits ->
                raise (NoValueException $"a number of more than {mostDigits} digits")
            | None -> raise (NoValueException $"a decimal exponent beyond ±{largestExponent}")
            | Some power ->
                let mantissa = BigInteger.Parse(whole + decimals, CultureInfo.InvariantCulture)
                let scale = BigRational.Pow(BigRational.FromInt 10, power - decimals.Length)
                Term.number (BigRational.FromBigInt mantissa * scale)

        let missing =
            followedBy (satisfy (fun c -> isLetter c || c = '_' || c = '('))
            >>. failFatally "an operator is missing: no product is implied"

        build value (fun _ -> []) (decimal .>>. exponent <?> "a number")
        .>> (missing <|> preturn ())
        .>> spaces

    let private name: Parser<string> =
        many1Satisfy2L (fun c -> isLetter c || c = '_') (fun c -> isLetter c || isDigit c || c = '_') "a name"
        .>> spaces

    let private argument: Parser<Term> =
        between (token "(") (token ")") (nested expression)

    /// polygamma(n, x).
    let private polygamma: Parser<Term> =
        let order = pint32 .>> spaces

        between (token "(") (token ")") (nested (order .>> token "," .>>. expression))
        |> build
            (fun (order, x) ->
                if order < 1 then
                    raise (NoValueException "the order of polygamma is an integer of at least 1")

                Term.apply (Function.Polygamma order) x)
            (fun (order, x) -> Condition.ofFunction (Function.Polygamma order) x)

    let private nameOrCall: Parser<Term> =
        fun stream ->
            let start = stream.State
            let reply = name stream

            if reply.Status <> Ok then
                Reply(reply.Status, reply.Error)
            else
                let call = stream.Peek() = '('

                let refuse message =
                    stream.BacktrackTo start
                    Reply(FatalError, messageError message)

                match reply.Result with
                | "pi" when not call -> Reply Term.pi
                | "e" when not call -> Reply Term.e
                | "oo" -> refuse "oo is not a number; it can only be a point to go to"
                | "sqrt" when call ->
                    build Term.sqrt (fun x -> Condition.ofPower x (Term.ratio 1 2)) argument stream
                | "polygamma" when call -> polygamma stream
                | known when table.ContainsKey known ->
                    if call then
                        build (Term.apply table[known]) (Condition.ofFunction table[known]) argument stream
                    else
                        refuse $"the function {known} needs an argument in parentheses"
                | "sqrt"
                | "polygamma" -> refuse $"the function {reply.Result} needs an argument in parentheses"
                | unknown when call -> refuse $"there is no function '{unknown}'"
                | symbol -> Reply(Term.symbol symbol)

    let private atom: Parser<Term> = choice [ number; argument; nameOrCall ]

    /// Any run of signs: true for minus.
    let private signs: Parser<bool> =
        let sign = (token "-" >>% true) <|> (token "+" >>% false) <?> "a sign"
        many sign |>> List.fold (<>) false

    let private signed minus term = if minus then -term else term

    /// a ^ b ^ c from the right, as bases and exponents of the powers; an exponent may carry signs.
    let private powers (first: Term, rest: (bool * Term) list) : (Term * Term) list =
        match List.rev rest with
        | [] -> []
        | (minus, last) :: others ->
            let step (minus, exponent, found) (itsMinus, basis) =
                let exponent = signed minus exponent
                itsMinus, Term.power basis exponent, (basis, exponent) :: found

            let minus, exponent, found = List.fold step (minus, last, []) others
            (first, signed minus exponent) :: found

    let private power: Parser<Term> =
        atom .>>. many (token "^" >>. signs .>>. atom)
        |> build
            (fun parts ->
                match powers parts with
                | [] -> fst parts
                | (basis, exponent) :: _ -> Term.power basis exponent)
            (powers
             >> List.collect (fun (basis, exponent) -> Condition.ofPower basis exponent))

    let private factor: Parser<Term> =
        signs .>>. power |>> fun (minus, term) -> signed minus term

    let private product: Parser<Term> =
        let operation = (token "*" >>% false) <|> (token "/" >>% true)

        factor .>>. many (operation .>>. factor)
        |> build
            (fun (first, rest) ->
                match rest with
                | [] -> first
                | _ ->
                    rest
                    |> List.map (fun (divide, term) ->
                        if divide then Term.power term (Term.integer -1) else term)
                    |> Seq.append [ first ]
                    |> Term.product)
            (fun (_, rest) ->
                rest
                |> List.filter fst
                |> List.collect (fun (_, divisor) -> Condition.ofDivisor divisor))

    expressionRef.Value <-
        let operation = (token "+" >>% false) <|> (token "-" >>% true)

        product .>>. many (operation .>>. product)
        |> build
            (fun (first, rest) ->
                rest
                |> Seq.map (fun (minus, term) -> signed minus term)
                |> Seq.append [ first ]
                |> Term.sum)
            (fun _ -> [])

    /// The messages of a failure, innermost first, as one sentence.
    let private explain (error: ParserError) : string =
        let messages = ErrorMessageList.ToSortedArray error.Messages

        let said =
            messages
            |> Array.choose (fun message ->
                match message with
                | Message text -> Some text
                | _ -> None)

        let expected =
            messages
            |> Array.choose (fun message ->
                match message with
                | Expected label -> Some label
                | ExpectedString text -> Some $"'{text}'"
                | _ -> None)
            |> Array.distinct

        let unexpected =
            messages
            |> Array.tryPick (fun message ->
                match message with
                | Unexpected label -> Some label
                | _ -> None)

        match said, unexpected, expected with
        | [||], Some label, _ -> $"{label} is not understood; write the operator"
        | [||], None, [||] -> "not understood"
        | [||], None, _ -> "expected " + String.concat " or " expected
        | _ -> Array.last said

    /// Reads an expression. Never throws.
    let parse (text: string) : Result<Formula, SyntaxError> =
        if text.Length > longest then
            Result.Error
                { Column = longest
                  Message = $"the expression has {text.Length} characters; at most {longest} are read" }
        else
            match runParserOnString (spaces >>. expression .>> eof) { Depth = 0; Needs = [] } "" text with
            | Success(term, state, _) ->
                Result.Ok { Term = term; Conditions = state.Needs |> List.rev |> List.distinct }
            | Failure(_, error, _) ->
                Result.Error { Column = int error.Position.Index + 1; Message = explain error }
