module ImplicitBias.Tests.DerivationTests

open Expecto
open MathNet.Symbolics
open ImplicitBias.Theory
open ImplicitBias.Tests.Mutation

/// The step with the side that it claims in every wrong version; none where a wrong version may well be true, as for an
/// inequality.
let rec private slips (step: Step) : (string * Step) list =
    let each expression rebuild =
        [ for leaf, versions in leaves expression do
              for version in versions do
                  if version <> expression then
                      leaf, rebuild version ]

    match step with
    | Identity(claim, left, right) -> each right (fun right -> Identity(claim, left, right))
    | Derivative(claim, symbol, primitive, derivative) ->
        each derivative (fun derivative -> Derivative(claim, symbol, primitive, derivative))
    | Antiderivative(claim, symbol, integrand, primitive) ->
        each integrand (fun integrand -> Antiderivative(claim, symbol, integrand, primitive))
    | Limit(claim, symbol, towards, expression, value) ->
        each value (fun value -> Limit(claim, symbol, towards, expression, value))
    | Expansion(claim, symbol, towards, expression, approximation, remainder) ->
        each approximation (fun approximation ->
            Expansion(claim, symbol, towards, expression, approximation, remainder))
    | Substitution(claim, expression, values, result) ->
        each result (fun result -> Substitution(claim, expression, values, result))
    | SolvesOde(claim, time, equations) ->
        equations
        |> List.indexed
        |> List.collect (fun (k, (unknown, solution, rate)) ->
            each rate (fun rate ->
                let equations = equations |> List.updateAt k (unknown, solution, rate)
                SolvesOde(claim, time, equations)))
    | Assuming(assumptions, step) ->
        slips step |> List.map (fun (leaf, step) -> leaf, Assuming(assumptions, step))
    | Inequality _
    | Monotone _
    | Cited _ -> []

let rec private isTrivial step =
    match step with
    | Identity(_, left, right) -> left = right
    | Substitution(_, expression, _, result) -> expression = result
    | Assuming(_, step) -> isTrivial step
    | _ -> false

[<Tests>]
let tests =
    testList
        "derivations"
        [ testCase "no slip of the pen in what a step claims passes for exact" (fun () ->
              let passed =
                  [ for theorem in Catalogue.theorems do
                        for step in theorem.Derivation do
                            for leaf, slip in slips step do
                                match Derivation.check slip with
                                | Exact
                                | Enclosed _ ->
                                    $"{theorem.Id}, {Step.claim step}: {leaf} in {Step.formula slip}"
                                | _ -> () ]

              Expect.equal passed [] "wrong versions that were taken for true")

          testCase "no step is true only as it was written, before any rule is needed" (fun () ->
              let trivial =
                  [ for theorem in Catalogue.theorems do
                        for step in theorem.Derivation do
                            if isTrivial step then
                                $"{theorem.Id}: {Step.claim step}" ]

              Expect.equal trivial [] "steps whose sides are the same expression")

          testCase
              "every remainder is sharp: the error is not smaller than what is written, and smaller than the rest"
              (fun () ->
                  let rec questions step =
                      match step with
                      | Expansion(claim, symbol, towards, expression, approximation, remainder) ->
                          let vanishes what ratio =
                              what, Limit(claim, symbol, towards, ratio, Operators.zero)

                          [ vanishes "error/remainder" ((expression - approximation) / remainder)
                            vanishes "remainder/approximation" (remainder / approximation) ]
                      | Assuming(assumptions, step) ->
                          [ for what, question in questions step -> what, Assuming(assumptions, question) ]
                      | _ -> []

                  let unsharp =
                      [ for theorem in Catalogue.theorems do
                            for step in theorem.Derivation do
                                for what, question in questions step do
                                    let vanishes =
                                        match Derivation.check question with
                                        | Exact
                                        | Enclosed _ -> true
                                        | _ -> false

                                    if vanishes = (what = "error/remainder") then
                                        $"{theorem.Id}, {Step.claim step}: {what}" ]

                  Expect.isEmpty unsharp "remainders that claim less than is so")

          testCase "every theorem derives something: a step that is more than a citation" (fun () ->
              for theorem in Catalogue.theorems do
                  let evidence = Check.derivation theorem |> List.map snd

                  let isProved evidence =
                      match evidence with
                      | Exact
                      | Enclosed _ -> true
                      | _ -> false

                  Expect.isTrue (List.exists isProved evidence) theorem.Id) ]
