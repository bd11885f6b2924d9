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
    /// From both sides.
    | At of Term

/// What a term tends to, or why that is not known.
[<RequireQualifiedAccess>]
type Limit =
    | Value of Term
    | Infinity
    | NegativeInfinity
    | Unknown of reason: string

[<RequireQualifiedAccess>]
module Limits =

    /// The number of terms made before a computation is given up: about a second.
    let private work = 400_000L

    let rec private value (term: Term) : float =
        match term.Shape with
        | Shape.Number q -> BigRational.ToDouble q
        | Shape.Symbol "~" -> nan
        | Shape.Symbol name when name = "+x" -> 1e9
        | Shape.Symbol _ -> nan
        | Shape.Pi -> Math.PI
        | Shape.Sum ts -> ts |> Array.sumBy value
        | Shape.Product(c, fs) -> Array.fold (fun p f -> p * value f) (BigRational.ToDouble c) fs
        | Shape.Power(b, e) -> Math.Pow(value b, value e)
        | Shape.Apply(f, u) ->
            let u = value u

            match f with
            | Function.Exp -> Math.Exp u
            | Function.Ln -> Math.Log u
            | Function.Sin -> Math.Sin u
            | Function.Cos -> Math.Cos u
            | Function.Tan -> Math.Tan u
            | Function.Atan -> Math.Atan u
            | Function.Asin -> Math.Asin u
            | Function.Gamma -> SpecialFunctions.Gamma u
            | Function.LogGamma -> SpecialFunctions.GammaLn u
            | Function.Digamma -> SpecialFunctions.DiGamma u
            | Function.Erf -> SpecialFunctions.Erf u
            | Function.LambertW ->
                let mutable w = if u < 1.0 then u else Math.Log u

                for _ in 1..100 do
                    w <- w - (w * exp w - u) / (exp w * (w + 1.0))

                w
            | _ -> nan

    let private oracle: Oracle =
        { Sign =
            fun term ->
                let v = value term

                if Double.IsNaN v then
                    Error $"sign of {InfixText.print term}"
                elif abs v < 1e-12 then
                    Ok 0
                else
                    Ok(sign v)
          IsZero = fun term -> let v = value term in if Double.IsNaN v then None else Some(abs v < 1e-6)
          IsNonZero = fun _ -> false }

    let private settle (body: unit -> Limit) : Limit =
        try
            body ()
        with
        | UndecidedException reason
        | NoValueException reason -> Limit.Unknown reason
        | :? InsufficientExecutionStackException -> Limit.Unknown "the expression is nested too deep"

    let private oneSided (name: string) (place: Term) (term: Term) =
        let gruntz = Gruntz(oracle, work)
        let moved = Term.substitute name place term

        match gruntz.Limit moved with
        | Finite value -> Limit.Value value
        | Infinite sign -> if sign > 0 then Limit.Infinity else Limit.NegativeInfinity

    /// The limit.
    let rec at (name: string) (point: Point) (term: Term) : Limit =
        let inverse = Term.power Gruntz.Large (Term.integer -1)

        match point with
        | Point.Infinity -> settle (fun () -> oneSided name Gruntz.Large term)
        | Point.NegativeInfinity -> settle (fun () -> oneSided name -Gruntz.Large term)
        | Point.Above place -> settle (fun () -> oneSided name (place + inverse) term)
        | Point.Below place -> settle (fun () -> oneSided name (place - inverse) term)
        | Point.At place ->
            match at name (Point.Above place) term, at name (Point.Below place) term with
            | Limit.Unknown reason, _ -> Limit.Unknown $"from above: {reason}"
            | _, Limit.Unknown reason -> Limit.Unknown $"from below: {reason}"
            | above, below ->
                if above = below then
                    above
                else
                    Limit.Unknown "one-sided limits differ"
