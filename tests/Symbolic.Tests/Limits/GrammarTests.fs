/// Expressions as text, read and written.
module ImplicitBias.Tests.GrammarTests

open Expecto
open ImplicitBias.Theory.Symbolic
open ImplicitBias.Tests.Questions
open ImplicitBias.Tests.Reading

/// The same term, by precedence, exact arithmetic or canonical form.
let private equal =
    [ "-x^2", "-(x^2)"
      "2^-x^2", "2^(-(x^2))"
      "x^y^z", "x^(y^z)"
      "--x", "x"
      "a-b-c", "(a-b)-c"
      "a/b/c", "a/(b*c)"
      "-a*b", "-(a*b)"
      "0.1", "1/10"
      "1e3", "1000"
      "2.5e-1", "1/4"
      "ln(x)", "log(x)"
      "e^x", "exp(x)"
      "sqrt(8)", "2*sqrt(2)"
      "1/sqrt(2)", "sqrt(2)/2"
      "sqrt(2)*sqrt(3)", "sqrt(6)"
      "exp(-log(u))", "1/u"
      "exp(x)*exp(-x)", "1"
      "log(6)-log(3)", "log(2)"
      "1/(1-x)", "-1/(x-1)"
      "asin(sin(asin(x)))", "asin(x)"
      "cos(pi/3)", "1/2"
      "gamma(5)", "24"
      "lambertw(2*exp(2))", "2"
      "4^(x+1)", "4*2^(2*x)" ]

/// Not simplified, since the sign or the domain is not known.
let private different =
    [ "sqrt(x^2)", "x"
      "log(x^2)", "2*log(x)"
      "abs(x)", "x"
      "log(exp(1)*x)", "log(x)" ]

/// Text, column, and a word of the message.
let private wrong =
    [ "", 1, "expected"
      "x+", 3, "expected"
      "2*foo(x)", 3, "no function 'foo'"
      "2x", 2, "implied"
      "2(x)", 2, "implied"
      "sin x", 1, "parentheses"
      "x + sin + 1", 5, "parentheses"
      "(x+1", 5, "')'"
      "x)", 2, "expected"
      "x ** 2", 4, "expected"
      "1/0", 1, "zero"
      "x + 0^0", 5, "0^0"
      "1 + log(0)", 8, "log(0)"
      "sqrt(-1)", 5, "negative"
      "gamma(-2)", 6, "pole"
      "oo", 1, "oo"
      "polygamma(0, x)", 10, "order"
      "1e99999", 1, "exponent"
      "x $ y", 3, "expected" ]

/// Printed as here, in both ways.
let private printed =
    [ "x^2/2+3*x-1", "x^2/2 + 3*x - 1", "\\frac{x^{2}}{2} + 3 x - 1"
      "sqrt(2)*sqrt(3)/2", "sqrt(6)/2", "\\frac{\\sqrt{6}}{2}"
      "x*(log(x)-1)", "x*(log(x) - 1)", "x \\left(\\log x - 1\\right)"
      "exp(1)", "e", "e"
      "a/(b*c)", "a/(b*c)", "\\frac{a}{b c}"
      "-x/2", "-x/2", "-\\frac{x}{2}"
      "w_hat*alpha", "alpha*w_hat", "\\alpha \\hat{w}"
      "log(log(t))", "log(log(t))", "\\log \\log t"
      "1-x", "1 - x", "1 - x"
      "2^(1/3)", "2^(1/3)", "\\sqrt[3]{2}" ]

[<Tests>]
let tests =
    testList
        "grammar"
        [ for left, right in equal do
              testCase $"{left} = {right}" (fun () -> Expect.equal (term left) (term right) left)
          for left, right in different do
              testCase $"{left} is not {right}" (fun () -> Expect.notEqual (term left) (term right) left)
          for text, column, word in wrong do
              testCase $"'{text}' is wrong at column {column}" (fun () ->
                  match Grammar.parse text with
                  | Ok read -> failtestf "it was read as %s" (InfixText.print read.Term)
                  | Error error ->
                      Expect.equal error.Column column error.Message
                      Expect.stringContains error.Message word "message")
          for text, infix, latex in printed do
              testCase $"{text} is printed" (fun () ->
                  Expect.equal (InfixText.print (term text)) infix "infix"
                  Expect.equal (LatexText.print (term text)) latex "LaTeX"
                  Expect.equal (term infix) (term text) "read back") ]

/// Hostile text gets an answer or a clear error, soon.
[<Tests>]
let hostile =
    let refused (text: string) (word: string) =
        match Grammar.parse text with
        | Ok read -> failtestf "it was read, with %d nodes" read.Term.Size
        | Error error -> Expect.stringContains error.Message word "message"

    testList
        "hostile text"
        [ testCase "a million opening parentheses"
          <| fun () -> refused (String.replicate 1_000_000 "(") "nested"

          testCase "a million signs are one"
          <| fun () -> Expect.equal (term (String.replicate 1_000_001 "-" + "x")) (-x) "signs"

          testCase "a tower of powers"
          <| fun () -> refused (String.replicate 100_000 "x^" + "x") "nested"

          testCase "10^(10^10) stays a power"
          <| fun () ->
              Expect.equal
                  (Sign.decide Assumptions.none (term "10^(10^10) - 9^(10^10)"))
                  (Ok Sign.Positive)
                  "sign"

          testCase "a sum of 100,000 terms"
          <| fun () ->
              let sum = String.concat "+" [ for k in 1..100_000 -> $"sin({k}*x)" ]
              Expect.equal (term sum).Size 300_000L "size"

          testCase "very long numbers"
          <| fun () -> refused (String.replicate 1_000_000 "9") "digits" ]
