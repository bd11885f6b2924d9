namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open System.Numerics
open MathNet.Numerics

/// A number as its sign and the logarithm of its size: what is left of numbers like exp(exp(exp(100))), which no binary
/// float of bounded memory can hold.
type LogForm = { Sign: int; Log: Ball }

/// Rigorous evaluation of terms.
module Enclosure =

    let private noValue name = Error $"the symbol {name} has no value"

    let private applied (precision: int) (f: Function) (x: Ball) : Result<Ball, string> =
        match f with
        | Function.Exp -> ExponentialFunction.exp precision x
        | Function.Ln -> ExponentialFunction.ln precision x
        | Function.Sin -> Ok(CircularFunctions.sin precision x)
        | Function.Cos -> Ok(CircularFunctions.cos precision x)
        | Function.Tan -> CircularFunctions.tan precision x
        | Function.Asin -> CircularFunctions.asin precision x
        | Function.Acos -> CircularFunctions.acos precision x
        | Function.Atan -> CircularFunctions.atan precision x
        | Function.Sinh -> HyperbolicFunctions.sinh precision x
        | Function.Cosh -> HyperbolicFunctions.cosh precision x
        | Function.Tanh -> HyperbolicFunctions.tanh precision x
        | Function.Asinh -> HyperbolicFunctions.asinh precision x
        | Function.Acosh -> HyperbolicFunctions.acosh precision x
        | Function.Atanh -> HyperbolicFunctions.atanh precision x
        | Function.Abs -> Ok(Ball.abs precision x)
        | Function.Erf -> ErrorFunction.erf precision x
        | Function.Erfcx -> ErrorFunction.erfcx precision x
        | Function.Gamma -> GammaFunctions.gamma precision x
        | Function.LogGamma -> GammaFunctions.logGamma precision x
        | Function.Binet -> GammaFunctions.binet precision x
        | Function.Digamma -> GammaFunctions.digamma precision x
        | Function.Polygamma order -> GammaFunctions.polygamma precision order x
        | Function.LambertW -> LambertFunction.lambertW precision x
        | Function.WrightOmega ->
            ExponentialFunction.exp precision x
            |> Result.bind (LambertFunction.lambertW precision)

    /// Integer exponents longer than this go through the logarithm.
    let private longestExponent = 256L

    let private raised precision (basis: Ball) (exponent: Term) (value: Lazy<Result<Ball, string>>) =
        match exponent.Shape with
        | Shape.Number r when (BigInteger.Abs r.Numerator).GetBitLength() <= longestExponent ->
            ExponentialFunction.powerOfRational precision r basis
        | _ -> value.Value |> Result.bind (ExponentialFunction.power precision basis)

    let private evaluator (precision: int) (values: Map<string, Ball>) : Term -> Result<Ball, string> =
        let known = Dictionary<Term, Result<Ball, string>>()

        let rec visit (term: Term) : Result<Ball, string> =
            match term.Shape with
            | Shape.Number q -> Ok(Ball.ofRational precision q)
            | Shape.Pi -> Ok(BallConstants.pi precision)
            | Shape.Symbol name ->
                match values.TryFind name with
                | Some value -> Ok value
                | None -> noValue name
            | _ ->
                match known.TryGetValue term with
                | true, value -> value
                | _ ->
                    let value = compose term
                    known[term] <- value
                    value

        and compose term =
            match term.Shape with
            | Shape.Sum terms -> fold (Ball.add precision) Ball.zero terms
            | Shape.Product(c, factors) ->
                fold (Ball.multiply precision) Ball.one factors
                |> Result.map (fun product ->
                    if c.IsOne then
                        product
                    else
                        Ball.multiply precision (Ball.ofRational precision c) product)
            | Shape.Power(basis, exponent) ->
                visit basis
                |> Result.bind (fun basis -> raised precision basis exponent (lazy visit exponent))
            | Shape.Apply(f, argument) -> visit argument |> Result.bind (applied precision f)
            | _ -> visit term

        and fold combine start terms =
            let mutable result = Ok start
            let mutable k = 0

            while k < terms.Length && Result.isOk result do
                result <-
                    match result, visit terms[k] with
                    | Ok sum, Ok value -> Ok(combine sum value)
                    | _, error -> error

                k <- k + 1

            result

        visit

    /// A ball that contains the value of a term, for every value of its symbols in the given balls. An Error where the term
    /// may have no value there, or one beyond exp(2^1024); precision is the number of binary digits that are carried.
    let evaluate (precision: int) (values: Map<string, Ball>) (term: Term) : Result<Ball, string> =
        evaluator precision values term

    let private ofBall precision (ball: Ball) : Result<LogForm, string> =
        match Ball.sign ball with
        | Some sign when sign <> 0 ->
            (if sign > 0 then ball else Ball.negate ball)
            |> ExponentialFunction.ln precision
            |> Result.map (fun log -> { Sign = sign; Log = log })
        | _ -> Error "the sign is open"

    /// The sign and the logarithm of the size of a term that is not zero. It reaches one exponential further than evaluate.
    let logarithm (precision: int) (values: Map<string, Ball>) (term: Term) : Result<LogForm, string> =
        let evaluate = evaluator precision values

        let rec visit (term: Term) : Result<LogForm, string> =
            match evaluate term |> Result.bind (ofBall precision) with
            | Ok form -> Ok form
            | Error reason ->
                match term.Shape with
                | Shape.Apply(Function.Exp, u) ->
                    evaluate u |> Result.map (fun log -> { Sign = 1; Log = log })
                | Shape.Product(c, factors) ->
                    attempt {
                        let! size =
                            ExponentialFunction.ln precision (Ball.ofRational precision (BigRational.Abs c))

                        let! forms = visitAll factors

                        return
                            { Sign = forms |> List.fold (fun sign form -> sign * form.Sign) c.Sign
                              Log = forms |> List.fold (fun log form -> Ball.add precision log form.Log) size }
                    }
                | Shape.Power(basis, exponent) ->
                    attempt {
                        let! form = visit basis
                        let! power = evaluate exponent
                        let! sign = signOfPower form.Sign exponent
                        return { Sign = sign; Log = Ball.multiply precision power form.Log }
                    }
                | Shape.Sum terms -> visitAll terms |> Result.bind addForms
                | _ -> Error reason

        and visitAll (terms: Term array) =
            (Ok [], terms)
            ||> Array.fold (fun forms term ->
                attempt {
                    let! forms = forms
                    let! form = visit term
                    return form :: forms
                })

        and signOfPower sign (exponent: Term) =
            match sign, exponent.Shape with
            | 1, _ -> Ok 1
            | _, Shape.Number r when r.IsInteger -> Ok(if r.Numerator.IsEven then 1 else -1)
            | _ -> Error "a power of a negative number"

        // Relative to the largest summand, which is 1, no exponential overflows.
        and addForms (forms: LogForm list) =
            let largest = forms |> List.maxBy _.Log.Midpoint

            let size (form: LogForm) =
                if obj.ReferenceEquals(form, largest) then
                    Ok Ball.one
                else
                    ExponentialFunction.exp precision (Ball.subtract precision form.Log largest.Log)

            let addForm sum form =
                attempt {
                    let! sum = sum
                    let! size = size form
                    return Ball.add precision sum (if form.Sign > 0 then size else Ball.negate size)
                }

            attempt {
                let! relative = forms |> List.fold addForm (Ok Ball.zero)
                let! form = ofBall precision relative
                return { form with Log = Ball.add precision form.Log largest.Log }
            }

        visit term

    /// Precisions that are tried: 64 binary digits, then twice as many each time.
    let precisions: int list = [ 64; 128; 256; 512; 1024; 2048; 4096 ]

    let private underflow = -(BigInteger.One <<< 40)

    /// The sign of a term at given numbers, -1, 0 or 1, with more digits until it is decided; None if 4096 do not suffice, as they never
    /// do for zero.
    let sign (limit: int) (values: Map<string, Ball>) (term: Term) : int option =
        // Only what under- or overflows is worth a second look through its logarithm.
        let extreme (result: Result<Ball, string>) =
            match result with
            | Ok ball -> not (Ball.magnitude ball).IsZero && (Ball.magnitude ball).Top < underflow
            | Error _ -> true

        let at precision =
            let result = evaluate precision values term

            match Result.map Ball.sign result with
            | Ok(Some sign) -> Some sign
            | _ when extreme result -> logarithm precision values term |> Result.toOption |> Option.map _.Sign
            | _ -> None

        precisions
        |> List.filter (fun precision -> precision <= limit)
        |> List.tryPick at

    /// An enclosure with at least this many decimal digits, or the best that 4096 binary digits give.
    let toDigits (decimals: int) (values: Map<string, Ball>) (term: Term) : Result<Ball, string> =
        let wanted = BigInteger(float decimals * 3.33 |> int)

        let rec search precisions =
            match precisions with
            | [] -> Error "no precision was tried"
            | precision :: more ->
                match evaluate precision values term with
                | Ok ball when Ball.digits ball >= wanted || more.IsEmpty -> Ok ball
                | Error reason when more.IsEmpty -> Error reason
                | _ -> search more

        search precisions
