module ImplicitBias.Tests.SignTests

open Expecto
open ImplicitBias.Theory.Symbolic
open ImplicitBias.Tests.Reading

let private t = symbol "t"

let private decided =
    [ "", "π - 22/7", Term.pi - Term.ratio 22 7, Sign.Negative
      "", "exp(-10^6)", Term.exp (n -1000000), Sign.Positive
      "", "√8 - 2√2", Term.sqrt (n 8) - n 2 * Term.sqrt (n 2), Sign.Zero
      "",
      "exp(π √163) - 262537412640768744",
      Term.exp (Term.pi * Term.sqrt (n 163))
      - Term.number (exactly "262537412640768744"),
      Sign.Negative
      "", "1 + x²", n 1 + x ** n 2, Sign.Positive
      "a>0, b<0", "a b", a * b, Sign.Negative
      "a>0, b<0", "a - b", a - b, Sign.Positive
      "x<>0", "x²", x ** n 2, Sign.Positive
      "x>0", "-log(1 + x)", -(Term.ln (n 1 + x)), Sign.Negative
      "x>0", "x - log(1 + x)", x - Term.ln (n 1 + x), Sign.Positive
      "x>0", "exp x - 1 - x - x²/2", Term.exp x - n 1 - x - x ** n 2 / n 2, Sign.Positive
      "x>1", "x² - x", x ** n 2 - x, Sign.Positive
      "x<>0", "x² + 2x + 1 - (x + 1)²", x ** n 2 + n 2 * x + n 1 - (x + n 1) ** n 2, Sign.Zero
      "", "√(x² + 1) - x", Term.sqrt (x ** n 2 + n 1) - x, Sign.Positive
      "t large", "t - 10^9", t - n 1000000000, Sign.Positive
      "t large", "log t - 40", Term.ln t - n 40, Sign.Positive
      "k integer, k>0", "k - 1/2", symbol "k" - Term.ratio 1 2, Sign.Positive
      "x in (0,1)", "x log x", x * Term.ln x, Sign.Negative ]

[<Tests>]
let tests =
    testList
        "sign"
        [ for assumptions, name, term, sign in decided do
              testCase $"{name}, {assumptions}" (fun () ->
                  Expect.equal (Sign.decide (assume assumptions) term) (Ok sign) name)

          testCase "a term of both signs is an error with two points"
          <| fun () ->
              match Sign.decide Assumptions.none (x ** n 2 - n 1) with
              | Ok sign -> failtestf "%A" sign
              | Error reason ->
                  Expect.stringContains reason "positive at x = " "above"
                  Expect.stringContains reason "negative at x = " "below"

          testCase "what is never negative but may be zero has no sign"
          <| fun () -> Expect.isError (Sign.decide Assumptions.none (x ** n 2)) "x²" ]
