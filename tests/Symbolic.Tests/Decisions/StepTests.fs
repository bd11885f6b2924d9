module ImplicitBias.Tests.StepTests

open Expecto
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Theory

let private x, y, t, a = symbol "x", symbol "y", symbol "t", symbol "a"
let private d, p = symbol "d", symbol "p"

/// A step that nothing here can decide.
let private undecidable = arcsin (3Q / 5Q) + arcsin (4Q / 5Q) - Pi / 2Q

let private exact =
    [ Identity("log of a product", ln (x * y), ln x + ln y)
      Assuming("x real", Identity("softplus", ln (1Q + exp (-x)), -x + ln (1Q + exp x)))
      Derivative("of x log x", x, x * (ln x - 1Q), ln x)
      Antiderivative("of log x", x, ln x, x * (ln x - 1Q))
      Limit("compound interest", t, infinity, (1Q + a / t) ** t, exp a)
      Limit("at the end 0 of where x lies, from inside", x, 0Q, x * ln x, 0Q)
      Limit("unbounded", t, infinity, t / ln t, infinity)
      Expansion("of log(1 + x)", x, 0Q, ln (1Q + x), x - x ** 2Q / 2Q, x ** 3Q)
      Expansion("of a root", t, infinity, sqrt (t ** 2Q + a), t + a / (2Q * t), 1Q / t ** 3Q)
      Inequality("log x ≤ x - 1", ln x, x - 1Q)
      Monotone("x log x grows", x, x + ln x, Increasing)
      Assuming("x<0", Monotone("x² falls below zero", x, x ** 2Q, Decreasing))
      Substitution("all at once", x / y, [ x, y; y, x ], y / x)
      SolvesOde("exponential decay", t, [ d, a * exp (-p * t), -p * d ])
      SolvesOde("a rotation", t, [ x, cos t, -y; y, sin t, x ]) ]

/// The same with a slip of the pen.
let private wrong =
    [ Identity("log of a product", ln (x * y), ln x - ln y)
      Assuming("x real", Identity("root of a square", sqrt (x ** 2Q), x))
      Derivative("of x log x", x, x * (ln x - 1Q), ln x + 1Q)
      Antiderivative("of log x", x, ln x, x * ln x)
      Limit("compound interest", t, infinity, (1Q + a / t) ** t, exp (2Q * a))
      Limit("x log x", x, 0Q, x * ln x, 1Q)
      Limit("unbounded", t, infinity, t / ln t, 0Q)
      Expansion("of log(1 + x)", x, 0Q, ln (1Q + x), x + x ** 2Q / 2Q, x ** 3Q)
      Expansion("of a root", t, infinity, sqrt (t ** 2Q + a), t + a / t, 1Q / t ** 3Q)
      Inequality("log x ≤ x - 2", ln x, x - 2Q)
      Monotone("x log x grows", x, x * ln x, Increasing)
      Assuming("x<0", Monotone("x² falls below zero", x, x ** 2Q, Increasing))
      Substitution("one after the other", x / y, [ x, y; y, x ], 1Q)
      SolvesOde("exponential decay", t, [ d, a * exp (-p * t), p * d ])
      SolvesOde("a rotation", t, [ x, cos t, y; y, sin t, x ]) ]

[<Tests>]
let tests =
    testList
        "derivation steps"
        [ for step in exact do
              testCase $"{Step.kind step}: {Step.claim step}" (fun () ->
                  Expect.equal (Derivation.check step) Exact (Step.formula step))

          for step in wrong do
              testCase $"{Step.kind step}, wrong: {Step.claim step}" (fun () ->
                  match Derivation.check step with
                  | Wrong witness -> Expect.isNotEmpty witness "witness"
                  | other -> failtestf "%A" other)

          testCase "the witness of a wrong identity is a point"
          <| fun () ->
              match Derivation.check (Identity("cubes", x ** 3Q, x ** 2Q)) with
              | Wrong witness -> Expect.stringContains witness "at x = " "witness"
              | other -> failtestf "%A" other

          testCase "an inequality that only boxes decide is enclosed"
          <| fun () ->
              match
                  Derivation.check (Assuming("x in [0,3]", Inequality("sin + cos", sin x + cos x, 3Q / 2Q)))
              with
              | Enclosed boxes -> Expect.isGreaterThan boxes 1 "boxes"
              | other -> failtestf "%A" other

          testCase "an identity that vanishes to every digit but is not reduced is sampled, and says so"
          <| fun () ->
              match Derivation.check (Identity("angles of a triangle", undecidable, 0Q)) with
              | Sampled points ->
                  Expect.equal (StepEvidence.describe (Sampled points)) $"sampled at {points} points" "words"
              | other -> failtestf "%A" other

          testCase "what cannot be decided says why"
          <| fun () ->
              for step in
                  [ Limit("oscillation", t, infinity, sin t, 0Q)
                    Expansion("oscillation", t, infinity, sin t, 0Q, 1Q / t)
                    Monotone("nothing", x, undecidable * x, Increasing)
                    Identity("no such function", FunctionN(BesselJ, [ 0Q; x ]), 0Q) ] do
                  match Derivation.check step with
                  | NotDecided reason -> Expect.isNotEmpty reason (Step.claim step)
                  | other -> failtestf "%s: %A" (Step.claim step) other

          testCase "the weakest of several is what the whole is worth"
          <| fun () ->
              Expect.equal (StepEvidence.weakest []) Exact "nothing"

              Expect.equal
                  (StepEvidence.weakest [ Exact; Enclosed 3; Exact; Enclosed 4 ])
                  (Enclosed 7)
                  "boxes add"

              Expect.equal (StepEvidence.weakest [ Sampled 6; FromSource; Exact ]) FromSource "cited"
              Expect.equal (StepEvidence.weakest [ Wrong "w"; NotDecided "r" ]) (Wrong "w") "wrong"

          testCase "a step shows what it assumes: all symbols positive but those it names"
          <| fun () ->
              let step = Assuming("x in [0,1]", Identity("c", x * y, y * x + t - t))

              Expect.equal
                  (ImplicitBias.Theory.Symbolic.AssumptionText.print (Step.assumptions step))
                  "x in [0,1], y>0"
                  "described"

          testCase "a step is shown at points, the two sides side by side"
          <| fun () ->
              match Comparison.ofStep (Limit("l", t, infinity, (1Q + 1Q / t) ** t, exp 1Q)) with
              | Ok [ comparison ] ->
                  let shown = Illustration.points comparison

                  Expect.equal
                      (shown |> List.map _.At)
                      [ "t = 10"; "t = 100"; "t = 10000"; "t = 100000000" ]
                      "points"

                  Expect.equal shown[0].Before "2.5937424601" "(1 + 1/10)^10"
                  Expect.equal shown[0].After "2.71828182845905" "e"
              | other -> failtestf "%A" other ]
