/// Values in double precision, evaluated and compiled.
module StandIns.Tests.Symbolics.EvaluationTests

open System
open Expecto
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Tests.Within

let private x, y = symbol "x", symbol "y"

let private at (pairs: (string * float) list) =
    dict [ for name, value in pairs -> name, FloatingPoint.Real value ]

/// A handful of operations, of at most an ulp each, on terms no larger than what they add up to.
let private near (expected: float) (actual: float) (what: string) =
    within (ulps 4.0 expected) expected actual what

let private real value =
    match value with
    | FloatingPoint.Real value -> value
    | other -> failtestf "not a real number: %A" other

let private samples =
    [ x ** 2Q + y, 0.7 ** 2.0 + 1.9
      exp -x * sin (2Q * y), Math.Exp -0.7 * Math.Sin 3.8
      ln x / sqrt y, Math.Log 0.7 / Math.Sqrt 1.9
      1Q / (1Q + exp -x), 1.0 / (1.0 + Math.Exp -0.7)
      x ** y, Math.Pow(0.7, 1.9)
      log 2Q y, Math.Log 1.9 / Math.Log 2.0
      lg x, Math.Log10 0.7
      cosh x - sinh y + tanh x, Math.Cosh 0.7 - Math.Sinh 1.9 + Math.Tanh 0.7
      arctan2 y x, Math.Atan2(1.9, 0.7)
      arcsin x + arccos x + arctan y, Math.Asin 0.7 + Math.Acos 0.7 + Math.Atan 1.9
      abs (x - y), 1.2
      Pi * E / 3Q, Math.PI * Math.E / 3.0 ]

[<Tests>]
let tests =
    testList
        "evaluation"
        [ testCase "evaluate and compile agree with System.Math" (fun () ->
              for expression, expected in samples do
                  let name = Infix.format expression
                  near expected (real (Evaluate.evaluate (at [ "x", 0.7; "y", 1.9 ]) expression)) name

                  let compiled =
                      Compile.compileExpression2OrThrow expression (Symbol "x") (Symbol "y")

                  near expected (compiled.Invoke(0.7, 1.9)) ("compiled " + name))

          testCase "compilation by number of arguments" (fun () ->
              let z, w = symbol "z", symbol "w"
              let sx, sy, sz, sw = Symbol "x", Symbol "y", Symbol "z", Symbol "w"
              near 9.0 ((Compile.compileExpression1 (x ** 2Q) sx).Value.Invoke 3.0) "1"
              near 5.0 ((Compile.compileExpression2 (x - y) sx sy).Value.Invoke(8.0, 3.0)) "2"
              near 7.0 ((Compile.compileExpression3 (x + y * z) sx sy sz).Value.Invoke(1.0, 2.0, 3.0)) "3"

              near
                  0.5
                  ((Compile.compileExpression4 (x * y / (z * w)) sx sy sz sw)
                      .Value.Invoke(1.0, 2.0, 2.0, 2.0))
                  "4"

              match (Compile.compileExpression (x - y) [ sx; sy ]).Value with
              | :? Func<float, float, float> as f -> near 5.0 (f.Invoke(8.0, 3.0)) "delegate"
              | other -> failtestf "a delegate of type %O" (other.GetType()))

          testCase "what has no real value, or another symbol, does not compile" (fun () ->
              Expect.isNone (Compile.compileExpression1 (x * y) (Symbol "x")) "a symbol that is no argument"
              Expect.isNone (Compile.compileExpression1 (I * x) (Symbol "x")) "the imaginary unit"
              Expect.isNone (Compile.compileExpression1 Undefined (Symbol "x")) "no value"
              Expect.throws (fun () -> Compile.compileExpression1OrThrow y (Symbol "x") |> ignore) "orThrow")

          testCase "compiled functions follow IEEE arithmetic" (fun () ->
              let f expression =
                  Compile.compileExpression1OrThrow expression (Symbol "x")

              Expect.isTrue (Double.IsNaN((f (ln x)).Invoke -1.0)) "NaN outside the domain"
              Expect.equal ((f (1Q / x)).Invoke 0.0) Double.PositiveInfinity "a pole"
              Expect.equal ((f (exp x)).Invoke 1000.0) Double.PositiveInfinity "overflow")

          testCase "values that are no real numbers" (fun () ->
              let evaluate e = Evaluate.evaluate (at [ "x", 0.0 ]) e
              Expect.equal (evaluate infinity) FloatingPoint.PosInf "∞"
              Expect.equal (evaluate negativeInfinity) FloatingPoint.NegInf "-∞"
              Expect.equal (evaluate (ln x)) FloatingPoint.NegInf "ln 0"
              Expect.equal (evaluate (sin x / x)) FloatingPoint.Undef "0/0"
              Expect.equal (evaluate (ln (x - 1Q))) FloatingPoint.Undef "ln -1"
              Expect.equal (evaluate (arcsin (x + 2Q))) FloatingPoint.Undef "arcsin 2"
              Expect.equal (Evaluate.evaluate (at [ "x", 800.0 ]) (exp x)) FloatingPoint.PosInf "overflow"
              Expect.equal (Evaluate.evaluate (at [ "x", nan ]) x) FloatingPoint.Undef "NaN"

              match Evaluate.evaluate (at [ "x", -1.0 ]) (sqrt x) with
              | FloatingPoint.Complex z -> near 1.0 z.Imaginary "√-1"
              | other -> failtestf "√-1 is %A" other)

          testCase "a missing symbol raises" (fun () ->
              Expect.throws (fun () -> Evaluate.evaluate (at [ "x", 1.0 ]) (x * y) |> ignore) "y is missing")

          testCase "rationals are rounded once" (fun () ->
              Expect.equal (real (Evaluate.evaluate (at []) (1Q / 3Q))) (1.0 / 3.0) "a third") ]
