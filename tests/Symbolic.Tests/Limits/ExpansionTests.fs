/// Expansions against published coefficients, and the growth of functions.
module ImplicitBias.Tests.ExpansionTests

open Expecto
open ImplicitBias.Theory.Symbolic
open ImplicitBias.Tests.Questions

/// Point, order, function, sum, remainder. Coefficients: Abramowitz and Stegun (1964), 4.2 to 6.4 and 7.1; Corless and
/// others (1996) for the Lambert function.
let private known =
    [ "0", 5, "exp(sin(x))", "1 + x + x^2/2 - x^4/8 - x^5/15", "x^6"
      "0", 5, "1/sin(x)", "1/x + x/6 + 7*x^3/360 + 31*x^5/15120", "x^7"
      "0", 7, "tan(x)", "x + x^3/3 + 2*x^5/15 + 17*x^7/315", "x^9"
      "0", 6, "lambertw(x)", "x - x^2 + 3*x^3/2 - 8*x^4/3 + 125*x^5/24 - 54*x^6/5", "x^7"
      "0", 7, "erf(x)", "(2*x - 2*x^3/3 + x^5/5 - x^7/21)/sqrt(pi)", "x^9"
      "0", 1, "gamma(1+x)", "1 + digamma(1)*x", "x^2"
      "-1", 0, "gamma(x)", "-1/(x+1) - 1 - digamma(1)", "(x+1)"
      "0+", 2, "log(sin(x))", "log(x) - x^2/6", "x^4"
      "0+", 2, "1/(1-x*log(x))", "1 + x*log(x) + x^2*log(x)^2", "x^3*log(x)^3"
      "0+", 2, "acos(1-x)", "sqrt(2)*(sqrt(x) + x^(3/2)/12)", "x^(5/2)"
      "0+", 3, "(x-sin(x))^(1/3)", "6^(-1/3)*(x - x^3/60)", "x^5"
      "(-1/e)+", 1, "lambertw(x)", "-1 + sqrt(2*e)*sqrt(x+1/e) - 2*e*(x+1/e)/3", "(x+1/e)^(3/2)"
      "pi/4", 2, "tan(x)", "1 + 2*(x-pi/4) + 2*(x-pi/4)^2", "(4*x-pi)^3"
      "oo", 2, "x^(1/x)", "1 + log(x)/x + log(x)^2/(2*x^2)", "log(x)^3/x^3"
      "oo", 2, "1/log(2*x)", "1/log(x) - log(2)/log(x)^2", "1/log(x)^3"
      "0+", 3, "x^x", "1 + x*log(x) + x^2*log(x)^2/2 + x^3*log(x)^3/6", "x^4*log(x)^4"
      "0+", 3, "sqrt(x)/(1-x)", "sqrt(x) + x^(3/2) + x^(5/2)", "x^(7/2)"
      "0", 3, "sqrt(1+a*x)", "1 + a*x/2 - a^2*x^2/8 + a^3*x^3/16", "x^4"
      "1", 3, "log(x)", "(x-1) - (x-1)^2/2 + (x-1)^3/3", "(x-1)^4"
      "pi/2", 1, "tan(x)", "-1/(x-pi/2) + (x-pi/2)/3", "(2*x-pi)^3"
      "1-", 2, "acos(x)", "sqrt(2)*sqrt(1-x) + sqrt(2)*(1-x)^(3/2)/12", "(1-x)^(5/2)"
      "0", 4, "sin(x)^2+cos(x)^2", "1", ""
      "2", 2, "x^2+3*x+1", "11 + 7*(x-2) + (x-2)^2", ""
      "oo", 3, "(1+1/x)^x", "e - e/(2*x) + 11*e/(24*x^2) - 7*e/(16*x^3)", "1/x^4"
      "oo", 2, "sqrt(x^2+x)", "x + 1/2 - 1/(8*x) + 1/(16*x^2)", "1/x^3"
      "oo",
      5,
      "loggamma(x)",
      "x*log(x) - x - log(x)/2 + log(2*pi)/2 + 1/(12*x) - 1/(360*x^3) + 1/(1260*x^5)",
      "1/x^7"
      "oo", 4, "digamma(x)", "log(x) - 1/(2*x) - 1/(12*x^2) + 1/(120*x^4)", "1/x^6"
      "oo",
      2,
      "gamma(x)",
      "sqrt(2*pi)*exp(x*log(x)-x)*(x^(-1/2) + x^(-3/2)/12 + x^(-5/2)/288)",
      "exp(x*log(x)-x)*x^(-7/2)"
      "oo", 4, "asinh(x)", "log(2*x) + 1/(4*x^2) - 3/(32*x^4)", "1/x^6"
      "oo", 3, "(1-erf(x))*exp(x^2)", "(1/x - 1/(2*x^3))/sqrt(pi)", "1/x^5"
      "oo",
      2,
      "lambertw(x)",
      "log(x) - log(log(x)) + log(log(x))/log(x) + (log(log(x))^2/2 - log(log(x)))/log(x)^2",
      "log(log(x))^3/log(x)^3"
      "oo", 2, "log(x+log(x))", "log(x) + log(x)/x - log(x)^2/(2*x^2)", "log(x)^3/x^3"
      "oo", 2, "x/(1+log(x))", "x/log(x) - x/log(x)^2", "x/log(x)^3"
      "oo", 3, "1/(exp(x)-1)", "exp(-x) + exp(-2*x) + exp(-3*x)", "exp(-4*x)"
      "oo", 2, "exp(x)/(1-1/x)", "exp(x) + exp(x)/x + exp(x)/x^2", "exp(x)/x^3"
      "-oo", 2, "sqrt(x^2+x)", "-x - 1/2 + 1/(8*x) - 1/(16*x^2)", "1/x^3" ]

let private expand at order text =
    Expansions.at Assumptions.none "x" (point at) order (formula text)

[<Tests>]
let tests =
    testList
        "expansions"
        [ for at, order, text, sum, remainder in known do
              testCase $"{text} at {at} to {order}"
              <| fun () ->
                  let expansion = Expect.wantOk (expand at order text) text
                  let found = Term.sum expansion.Terms

                  if ZeroTest.isZero Assumptions.none (found - term sum) <> Answer.True then
                      failtestf "the sum is %s" (InfixText.print found)

                  match expansion.Remainder with
                  | None -> Expect.equal remainder "" "nothing is left out"
                  | Some found ->
                      if ZeroTest.isZero Assumptions.none (found - term remainder) <> Answer.True then
                          failtestf "the remainder is %s" (InfixText.print found)

                  let shown = InfixText.printTerms expansion.Shown

                  if ZeroTest.isZero Assumptions.none (term shown - term sum) <> Answer.True then
                      failtestf "the text is %s" shown

          testCase "what differs from side to side is not expanded"
          <| fun () -> Expect.isError (expand "0" 3 "abs(x)") "abs"

          testCase "an order beyond the limit is refused"
          <| fun () -> Expect.isError (expand "0" 61 "sin(x)") "order" ]

let private compared =
    [ "log(x)^2", "sqrt(x)", Growth.Slower
      "exp(x)", "x^100", Growth.Faster
      "loggamma(x)", "x*log(x)", Growth.Equivalent Term.one
      "sqrt(4*x^2+x)", "x", Growth.Equivalent(Term.integer 2)
      "log(log(x))", "log(x)^(1/100)", Growth.Slower
      "2^x", "3^x", Growth.Slower
      "x^2*log(x)^5", "x^2*log(x)^3", Growth.Faster ]

[<Tests>]
let growth =
    testList
        "growth"
        [ for f, g, expected in compared do
              testCase $"{f} and {g}" (fun () ->
                  Expect.equal
                      (Growth.compare Assumptions.none "x" Point.Infinity (formula f) (formula g))
                      expected
                      f)
          testCase "a factor that may vanish decides nothing"
          <| fun () ->
              match Growth.compare Assumptions.none "x" Point.Infinity (formula "a*x") (formula "x") with
              | Growth.Unknown _ -> ()
              | found -> failtestf "it was decided: %A" found ]
