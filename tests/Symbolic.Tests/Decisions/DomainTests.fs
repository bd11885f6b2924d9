/// Expressions have values only where all their subexpressions have (docs/decisions/0008-real-values.md).
module ImplicitBias.Tests.DomainTests

open Expecto
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbolic
open ImplicitBias.Tests.Questions

/// What the kernel makes of left = right.
let private equality assumptions left right : Decision =
    let assumed = Expect.wantOk (AssumptionText.parse assumptions) assumptions
    let left, right = formula left, formula right

    match ZeroTest.isZero assumed (left.Term - right.Term) with
    | Answer.True -> Domain.covers assumed (left.Conditions @ right.Conditions)
    | Answer.False witness -> Decision.Refuted witness
    | Answer.Unknown reason -> Decision.Unknown reason

/// False somewhere on what is assumed: by a sign, a branch, a domain, a multiple of π, or a parameter that may vanish.
let private falseIdentities =
    [ "x>0", "log(-x)", "log(x)"
      "x>0", "exp(log(-x))", "-x"
      "z>0", "log(-(z+sqrt(4+z^2))/2)", "log((z+sqrt(4+z^2))/2)"
      "x>0", "log(-x^2)", "2*log(x)"
      "x in (0,1)", "exp(log(log(x)))", "log(x)"
      "x in (0,1)", "sqrt(log(x))^2", "log(x)"
      "x real", "exp(log(x))", "x"
      "x real", "sqrt(x)^2", "x"
      "x real", "(x^(1/3))^3", "x"
      "x<0", "(x^3)^(1/3)", "x"
      "x<0", "sqrt(x*(x-1))", "sqrt(x)*sqrt(x-1)"
      "x<0", "log(x^3)", "3*log(x)"
      "x real", "log(x^2)", "2*log(abs(x))"
      "x real", "(x^2)^(3/2)", "x^3"
      "x real", "abs(x+1)-abs(x)", "1"
      "x real", "x/x", "1"
      "x real", "x^0", "1"
      "x real", "sin(x)/x*x", "sin(x)"
      "x>0", "(x^2-1)/(x-1)", "x+1"
      "x>0, y>0", "(x^2-y^2)/(x-y)", "x+y"
      "a real, x>0", "a*x/a", "x"
      "a real, x>0", "(x^a)^(1/a)", "x"
      "x real, y real", "log(x*y)", "log(x)+log(y)"
      "x in [0,1]", "x*log(x)", "x*log(x)"
      "x real", "sin(asin(x))", "x"
      "x real", "asin(sin(x))", "x"
      "x real", "acos(cos(x))", "x"
      "x real", "atan(tan(x))", "x"
      "x real", "acosh(cosh(x))", "x"
      "x>1", "atanh(x)", "atanh(1/x)"
      "x<-1", "acosh(x)", "log(-x+sqrt(x^2-1))"
      "x>0", "asin(x)+acos(x)", "pi/2"
      "x in [-1,1]", "asin(x)", "atan(x/sqrt(1-x^2))"
      "x in (-1,1)", "sin(acos(x))", "-sqrt(1-x^2)"
      "x>0, y>0", "atan(x)+atan(y)", "atan((x+y)/(1-x*y))"
      "x>0", "2*atan(x)", "asin(2*x/(1+x^2))"
      "x>=-1/100, x<>0", "atan(x)+atan(1/x)", "pi/2"
      "x real", "1/tan(x)", "cos(x)/sin(x)"
      "x>1", "sqrt(x-2*sqrt(x-1))", "sqrt(x-1)-1"
      "n integer", "(-1)^n", "1"
      "n integer", "gamma(n+1)", "n*gamma(n)"
      "x in (-1,0)", "loggamma(x+1)-loggamma(x)", "log(-x)"
      "x in [-3,-2]", "lambertw(x*exp(x))", "x"
      "", "log(sqrt(2)-2)", "log(2-sqrt(2))"
      "", "exp(log(1-sqrt(2)))", "1-sqrt(2)"
      "", "asin(sqrt(2))+acos(sqrt(2))", "pi/2"
      "", "1/(sinh(1)^2+1-cosh(1)^2)", "1/(sinh(1)^2+1-cosh(1)^2)" ]

/// The same kind, where the assumptions suffice.
let private identities =
    [ "x>0", "exp(log(x))", "x"
      "x>=0", "sqrt(x)^2", "x"
      "x<>0", "x/x", "1"
      "x<>0", "(exp(x)-1)/(exp(x/2)-1)", "exp(x/2)+1"
      "x>1", "(x^2-1)/(x-1)", "x+1"
      "x<0", "sqrt(x*(x-1))", "sqrt(-x)*sqrt(1-x)"
      "x in (0,1)", "exp(log(-log(x)))", "-log(x)"
      "x in [-1,1]", "cos(asin(x))", "sqrt(1-x^2)"
      "x in (-1,1)", "tan(asin(x))", "x/sqrt(1-x^2)"
      "x in (-1,1)", "asin(x)", "atan(x/sqrt(1-x^2))"
      "x real", "sin(2*atan(x))", "2*x/(1+x^2)"
      "x in (-1,1)", "tan(x)", "sin(x)/cos(x)"
      "x<0", "atan(x)+atan(1/x)", "-pi/2"
      "x>=1", "acosh(x)", "log(x+sqrt(x^2-1))"
      "x in (-1,1)", "atanh(x)", "log((1+x)/(1-x))/2"
      "n integer, n>0", "gamma(n+1)", "n*gamma(n)"
      "x>0", "exp(lambertw(x))", "x/lambertw(x)"
      "z real", "log((z+sqrt(4+z^2))/2)", "asinh(z/2)"
      "t large", "log(log(t^2))", "log(2)+log(log(t))" ]

/// No real values near the point, or unbounded ones.
let private noLimits =
    [ "oo", "exp(log(-x))"
      "oo", "sqrt(-x)^2"
      "oo", "0*log(-x)"
      "oo", "1+exp(-x)*log(-x)"
      "oo", "sin(asin(x))"
      "oo", "1/x+exp(-x)*acosh(1/x)"
      "oo", "tan(x)/x"
      "oo", "x/(x+tan(x))"
      "oo", "1/(x*sin(x))"
      "oo", "log(1+sin(x))/x"
      "oo", "1/(x+x*sin(x))"
      "oo", "exp(-x)*gamma(sin(x))"
      "0-", "x*exp(log(x))"
      "0+", "tan(1/x)*x" ]

let private limits =
    [ "0", "exp(log(-x))", "0"
      "oo", "1/(2+sin(x))/x", "0"
      "oo", "log(2+cos(x))/x", "0"
      "0", "x*sin(1/x)", "0" ]

/// False, by a gap in the line or a kink.
let private falseInequalities =
    [ "x real", "x^2-3*abs(x-1)-3*x+3"
      "x>=-1, x<>0", "-1/x"
      "x>=-1, x<>0", "2-1/x"
      "x>0", "x-3*abs(x-1)/(x-1)" ]

let private x, z = symbol "x", symbol "z"

/// Steps that would hold if values did not matter.
let private falseSteps =
    [ Derivative(
          "of a logarithm that has no value",
          z,
          ln (-1Q * (z + sqrt (4Q + z ** 2Q)) / 2Q),
          1Q / sqrt (4Q + z ** 2Q)
      )
      Antiderivative("likewise", x, 1Q / x, ln (-1Q * x))
      Assuming("x in [-1,1]", Derivative("not at the ends", x, arcsin x, 1Q / sqrt (1Q - x ** 2Q)))
      Assuming("x real", Derivative("not at 0", x, abs x, abs x / x))
      Assuming("x<>0", Monotone("two branches", x, 1Q / x, Decreasing))
      Assuming("x real", Inequality("no value below -1", ln (1Q + x), x))
      Limit("of a constant without a value", x, infinity, ln (symbol "a") + 1Q / x, ln (-1Q * symbol "a"))
      Substitution("out of the domain", ln x, [ x, -1Q * z ], ln (-1Q * z))
      SolvesOde("from nowhere", z, [ x, ln (-1Q * z), 1Q / z ]) ]

[<Tests>]
let tests =
    testList
        "domains"
        [ for assumptions, left, right in falseIdentities do
              testCase $"not {left} = {right}, {assumptions}" (fun () ->
                  match equality assumptions left right with
                  | Decision.Exact
                  | Decision.Enclosed _ -> failtest "it was proved"
                  | _ -> ())

          for assumptions, left, right in identities do
              testCase $"{left} = {right}, {assumptions}" (fun () ->
                  Expect.equal (equality assumptions left right) Decision.Exact "proved")

          for at, text in noLimits do
              testCase $"{text} has no limit at {at}" (fun () ->
                  Expect.stringStarts (show (limit "" at text)) "unknown" text)

          for at, text, expected in limits do
              testCase $"{text} at {at}" (fun () -> limitIs "" at text expected)

          for assumptions, text in falseInequalities do
              testCase $"not {text} ≥ 0, {assumptions}" (fun () ->
                  let assumed = Expect.wantOk (AssumptionText.parse assumptions) assumptions

                  match Sign.decide assumed (term text), Region.isNonNegative assumed (term text) with
                  | Error _, (Decision.Refuted _ | Decision.Unknown _) -> ()
                  | sign, decision -> failtestf "%A, %A" sign decision)

          for step in falseSteps do
              testCase $"{Step.kind step}: {Step.claim step}" (fun () ->
                  match Derivation.check step with
                  | Wrong _
                  | NotDecided _ -> ()
                  | evidence -> failtestf "%A" evidence)

          testCase "the witness is a point without a value"
          <| fun () ->
              match equality "x>0" "(x^2-1)/(x-1)" "x+1" with
              | Decision.Refuted witness ->
                  Expect.equal
                      witness
                      "there is no real value at x = 1: x - 1 must be different from 0"
                      "witness"
              | other -> failtestf "%A" other ]
