/// Laws that limits, expansions, derivatives and texts obey, on random functions.
module ImplicitBias.Tests.LimitPropertyTests

open System.Numerics
open Expecto
open MathNet.Numerics
open ImplicitBias.Theory.Symbolic
open ImplicitBias.Tests.Generators

let private x = Term.symbol "x"

let private limitOf (term: Term) =
    Limits.at Assumptions.none "x" Point.Infinity (Formula.ofTerm term)

/// Fails if both are known and differ. Unknown is never wrong.
let private agree (message: string) (a: Limit) (b: Limit) =
    let differ =
        match a, b with
        | Limit.Unknown _, _
        | _, Limit.Unknown _ -> false
        | Limit.Value a, Limit.Value b ->
            a <> b
            && (match ZeroTest.isZero Assumptions.none (a - b) with
                | Answer.False _ -> true
                | _ -> false)
        | a, b -> a <> b

    if differ then
        failtestf "%s: %s and %s" message (Questions.show a) (Questions.show b)

let private noInternalError (term: Term) (limit: Limit) =
    match limit with
    | Limit.Unknown reason when reason.StartsWith "internal error" ->
        failtestf "%s: %s" (InfixText.print term) reason
    | _ -> ()

/// Products of sums multiplied out.
let private distributed (term: Term) =
    term
    |> Term.rewrite (fun part ->
        match part.Shape with
        | Shape.Product(c, factors) when factors.Length = 2 ->
            Term.sum
                [ for a in Term.summands factors[0] do
                      for b in Term.summands factors[1] -> Term.number c * a * b ]
        | _ -> part)

let private guarded (body: unit -> unit) =
    try
        body ()
    with NoValueException _ ->
        ()

[<Tests>]
let limits =
    testList
        "laws of limits"
        [ testPropertyWithConfig (config 150) "x, x^2 and exp(x) go to infinity alike"
          <| fun (ExpLog f) ->
              let limit = limitOf f
              noInternalError f limit
              guarded (fun () -> agree "x^2" limit (limitOf (Term.substitute "x" (x * x) f)))
              guarded (fun () -> agree "exp(x)" limit (limitOf (Term.substitute "x" (Term.exp x) f)))

          testPropertyWithConfig (config 150) "multiplied out, the limit is the same"
          <| fun (ExpLog f) -> guarded (fun () -> agree "distributed" (limitOf f) (limitOf (distributed f)))

          testPropertyWithConfig (config 150) "sums and products of finite limits"
          <| fun (ExpLog f, ExpLog g) ->
              match limitOf f, limitOf g with
              | Limit.Value a, Limit.Value b ->
                  agree "sum" (limitOf (f + g)) (Limit.Value(a + b))
                  agree "product" (limitOf (f * g)) (Limit.Value(a * b))
              | _ -> ()

          testPropertyWithConfig (config 100) "f/g and g/f are reciprocal"
          <| fun (ExpLog f, ExpLog g) ->
              guarded (fun () ->
                  match limitOf (f / g), limitOf (g / f) with
                  | Limit.Value a, Limit.Value b ->
                      agree "reciprocal" (Limit.Value(a * b)) (Limit.Value Term.one)
                  | Limit.Infinity, other
                  | other, Limit.Infinity -> agree "reciprocal" other (Limit.Value Term.zero)
                  | _ -> ()) ]

let private at (k: int) (term: Term) : Ball option =
    let values =
        Map.ofList [ "x", Ball.ofBigFloat (BigFloat.powerOfTwo (BigInteger k)) ]

    Enclosure.evaluate 1024 values term |> Result.toOption

[<Tests>]
let expansions =
    testList
        "laws of expansions"
        [ testPropertyWithConfig (config 100) "what an expansion leaves out shrinks at its order"
          <| fun (Analytic f) ->
              let order = 3

              match Expansions.at Assumptions.none "x" (Point.At Term.zero) order (Formula.ofTerm f) with
              | Error reason -> failtestf "%s is not expanded: %s" (InfixText.print f) reason
              | Ok expansion ->
                  // |f - sum| ≤ C x^(order+1): from 2^-40 to 2^-80 it shrinks by 2^-40 at least `order` times.
                  let left = f - Term.sum expansion.Terms

                  match at -40 left, at -80 left with
                  | Some near, Some far ->
                      let bound = BigFloat.scale (BigInteger(-40 * order)) (Ball.magnitude near)

                      if not (Ball.containsZero far) && BigFloat.abs far.Midpoint > bound then
                          failtestf "%s = %s + ..." (InfixText.print f) (InfixText.printTerms expansion.Shown)
                  | _ -> failtestf "%s cannot be evaluated" (InfixText.print left)

          testPropertyWithConfig (config 100) "a derivative is the slope between two near points"
          <| fun (Analytic f) ->
              // (f(b) - f(a))/(b - a) = f'(c) for some c between a and b (mean value theorem).
              let a, b = Term.ratio 1 8, Term.ratio 1 8 + Term.ratio 1 1048576
              let slope = (Term.substitute "x" b f - Term.substitute "x" a f) / (b - a)

              let between =
                  Ball.ofInterval 128 (BigFloat.ofFloat 0.125) (BigFloat.ofFloat (0.125 + 1.0 / 1048576.0))

              match
                  Enclosure.evaluate 256 Map.empty slope,
                  Enclosure.evaluate 256 (Map.ofList [ "x", between ]) (Derivative.differentiate "x" f)
              with
              | Ok slope, Ok derivative ->
                  if (Ball.intersect 256 slope derivative).IsNone then
                      failtestf
                          "the derivative of %s is not %s"
                          (InfixText.print f)
                          (InfixText.print (Derivative.differentiate "x" f))
              | _ -> () ]

[<Tests>]
let texts =
    testList
        "laws of texts"
        [ testPropertyWithConfig (config 500) "what is printed reads back as the same term"
          <| fun (Anything t) ->
              let text = InfixText.print t

              match Grammar.parse text with
              | Ok read when read.Term = t -> ()
              | Ok read -> failtestf "%s reads back as %s" text (InfixText.print read.Term)
              | Error error -> failtestf "%s: %O" text error ]
