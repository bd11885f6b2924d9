module ImplicitBias.Tests.ZeroTestTests

open System.Diagnostics
open Expecto
open ImplicitBias.Theory.Symbolic
open ImplicitBias.Tests.Reading

let private isTrue assumptions name term =
    match ZeroTest.isZero (assume assumptions) term with
    | Answer.True -> ()
    | other -> failtestf "%s: %A" name other

let private isFalse assumptions name term =
    match ZeroTest.isZero (assume assumptions) term with
    | Answer.False _ -> ()
    | other -> failtestf "%s: %A" name other

let private root k (term: Term) = Term.power term (Term.ratio 1 k)

/// The conjugate function of Woodworth et al. (2020, arXiv 2002.09277).
let private woodworth = n 2 - Term.sqrt (n 4 + z ** n 2) + z * asinh (z / n 2)

let private identities =
    [ "", "sqrt 8 - 2 sqrt 2", Term.sqrt (n 8) - n 2 * Term.sqrt (n 2)
      "", "1/sqrt 2 - sqrt 2/2", n 1 / Term.sqrt (n 2) - Term.sqrt (n 2) / n 2
      "", "sqrt 2 sqrt 3 - sqrt 6", Term.sqrt (n 2) * Term.sqrt (n 3) - Term.sqrt (n 6)
      "", "nested square roots", Term.sqrt (n 5 + n 2 * Term.sqrt (n 6)) - Term.sqrt (n 2) - Term.sqrt (n 3)
      "", "a nested cube root", root 3 (n 2 + Term.sqrt (n 5)) - (n 1 + Term.sqrt (n 5)) / n 2
      "", "sin² π/5", sin (Term.pi / n 5) ** n 2 - (n 5 - Term.sqrt (n 5)) / n 8
      "", "arsinh", asinh x - Term.ln (x + Term.sqrt (x ** n 2 + n 1))
      "", "arsinh is odd", asinh x + Term.ln (Term.sqrt (x ** n 2 + n 1) - x)
      "x>1", "arcosh", acosh x - Term.ln (x + Term.sqrt (x ** n 2 - n 1))
      "x in (-1,1)", "artanh", atanh x - Term.ln ((n 1 + x) / (n 1 - x)) / n 2
      "u>0", "exp(-ln u) - 1/u", Term.exp -(Term.ln u) - n 1 / u
      "", "cosh² - sinh² - 1", cosh x ** n 2 - sinh x ** n 2 - n 1
      "", "tanh(x + y)", tanh (x + y) - (tanh x + tanh y) / (n 1 + tanh x * tanh y)
      "", "Woodworth's q'", Derivative.differentiate "z" woodworth - asinh (z / n 2)
      "", "cos² + sin² - 1", cos x ** n 2 + sin x ** n 2 - n 1
      "", "sin(x + y)", sin (x + y) - sin x * cos y - cos x * sin y
      "", "sin 3x", sin (n 3 * x) - n 3 * sin x + n 4 * sin x ** n 3
      "", "x/2 and x/3", n 2 * cos (x / n 2) * cos (x / n 3) - cos (x * Term.ratio 5 6) - cos (x / n 6)
      "x>0", "arctan x + arctan 1/x", atan x + atan (n 1 / x) - Term.pi / n 2
      "", "Machin", n 4 * atan (Term.ratio 1 5) - atan (Term.ratio 1 239) - Term.pi / n 4
      "",
      "Gauss",
      n 12 * atan (Term.ratio 1 18) + n 8 * atan (Term.ratio 1 57)
      - n 5 * atan (Term.ratio 1 239)
      - Term.pi / n 4
      "", "Euler, of half a turn", atan (n 1) + atan (n 2) + atan (n 3) - Term.pi
      "",
      "arctangents next to a variable",
      x * (atan (Term.ratio 1 2) + atan (Term.ratio 1 3)) - x * Term.pi / n 4
      "", "arcsin + arccos", asin x + acos x - Term.pi / n 2
      "", "log of a product, wherever it has a value", Term.ln (x * y) - Term.ln x - Term.ln y
      "", "√x²", Term.sqrt (x ** n 2) - Term.apply Function.Abs x
      "x<0", "√x² below zero", Term.sqrt (x ** n 2) + x
      "", "a quotient", (x ** n 2 - n 1) / (x - n 1) - x - n 1
      "", "x/(x+1) and 1/(x+1) in exponents", Term.exp (n 1 / (x + n 1)) * Term.exp (x / (x + n 1)) - Term.e
      "", "towers", Term.exp (Term.exp x + x) - Term.exp (Term.exp x) * Term.exp x
      "x>0", "powers", x ** (a + b) - x ** a * x ** b
      "", "6^x", n 6 ** x - n 2 ** x * n 3 ** x
      "x>0",
      "gamma",
      Term.apply Function.Gamma (x + n 2)
      - x * (x + n 1) * Term.apply Function.Gamma x
      "x>0", "digamma", Term.apply Function.Digamma (x + n 1) - n 1 / x - Term.apply Function.Digamma x
      "x>0",
      "Lambert W",
      Term.ln (Term.apply Function.LambertW x) + Term.apply Function.LambertW x
      - Term.ln x ]

/// Terms equal to the given one wherever it has a value, by rules that need no sign.
let private rewritings: (Term -> Term) list =
    [ fun t -> (t * (n 1 + x ** n 2) + n 0) / (n 1 + x ** n 2)
      fun t -> t * (cos y ** n 2 + sin y ** n 2)
      fun t -> t + (x + y) ** n 2 - x ** n 2 - n 2 * x * y - y ** n 2
      fun t -> t + Term.exp (x + y) - Term.exp x * Term.exp y
      fun t -> t * (cosh y - sinh y) * Term.exp y
      fun t -> t + asinh (n 3 * y) - Term.ln (n 3 * y + Term.sqrt (n 9 * y ** n 2 + n 1))
      fun t -> t * Term.sqrt (n 12) / (n 2 * Term.sqrt (n 3))
      fun t -> t + tanh x - n 1 + n 2 / (n 1 + Term.exp (n 2 * x)) ]

let private starts: Term list =
    [ x + n 1
      Term.exp x - y
      n 1 / (n 2 + x ** n 2)
      asinh (n 3 * y) * x
      sin y - cosh x ]

[<Tests>]
let tests =
    testList
        "zero test"
        [ for assumptions, name, term in identities do
              testCase name (fun () -> isTrue assumptions name term)

              // The same with a slip of the pen.
              testCase $"{name}, off by 10^-9" (fun () ->
                  isFalse assumptions name (term + Term.number (exactly "1e-9")))

          testProperty "invariant under rewriting"
          <| fun (start: byte) (steps: byte list) ->
              let start = starts[int start % starts.Length]

              let rewritten =
                  List.truncate 4 steps
                  |> List.fold (fun t step -> rewritings[int step % rewritings.Length] t) start

              isTrue "" "rewritten - start" (rewritten - start)
              isFalse "" "rewritten - start + 1" (rewritten - start + n 1)

          testCase "a sign that matters is not forgotten"
          <| fun () ->
              isFalse "" "√x² - x" (Term.sqrt (x ** n 2) - x)
              isTrue "x>0" "√x² - x for x > 0" (Term.sqrt (x ** n 2) - x)
              isFalse "x<>0" "arctan x + arctan 1/x - π/2" (atan x + atan (n 1 / x) - Term.pi / n 2)
              isFalse "" "|x| - x" (Term.apply Function.Abs x - x)

          testCase "near misses are told apart"
          <| fun () ->
              // Ramanujan's constant, the nearest integer to which is 7.5e-13 away.
              isFalse
                  ""
                  "exp(π √163)"
                  (Term.exp (Term.pi * Term.sqrt (n 163))
                   - Term.number (exactly "262537412640768744"))

              isFalse
                  ""
                  "a 60-digit rational"
                  (Term.sqrt (n 2)
                   - Term.number (exactly "1.41421356237309504880168872420969807856967187537694807317668"))

          testCase "what no normal form knows is Unknown"
          <| fun () ->
              // The angles of a right triangle; sums of arcsines are not reduced.
              match
                  ZeroTest.isZero
                      Assumptions.none
                      (asin (Term.ratio 3 5) + asin (Term.ratio 4 5) - Term.pi / n 2)
              with
              | Answer.Unknown _ -> ()
              | other -> failtestf "%A" other

          testCase "the witness of False is a point where rigorous evaluation agrees"
          <| fun () ->
              match ZeroTest.isZero (assume "x>0") (Term.ln (n 1 + x) - x) with
              | Answer.False witness -> Expect.stringContains witness "at x = " "witness"
              | other -> failtestf "%A" other

          testCase "hostile terms are answered in bounded time"
          <| fun () ->
              let tower = Seq.init 300 id |> Seq.fold (fun t _ -> Term.exp (t / n 2)) x
              let sum = Term.sum (Seq.init 10000 (fun k -> sin (n k * x + y)))
              let power = (x + y + z + Term.one) ** n 500

              for name, term in
                  [ "tower", tower - x
                    "sum", sum
                    "power", power - n 1
                    "difference", power - power * n 2 ] do
                  let watch = Stopwatch.StartNew()
                  ZeroTest.isZero Assumptions.none term |> ignore
                  Expect.isLessThan watch.Elapsed.TotalSeconds 20.0 name ]
