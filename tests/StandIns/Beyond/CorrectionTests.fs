/// Where the stand-in deliberately differs from the package, and hostile input. Only for builds with the stand-in: the package fails
/// these. Project code relies on neither behaviour.
module StandIns.Tests.Beyond.CorrectionTests

open System
open Expecto
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Tests.Within
open StandIns.Tests.Shown

let private x, y, z = symbol "x", symbol "y", symbol "z"

let private at (pairs: (string * float) list) =
    dict [ for name, value in pairs -> name, FloatingPoint.Real value ]

[<Tests>]
let tests =
    testList
        "corrections"
        [ testCase "a sign binds weaker than a power" (fun () ->
              shows (Infix.parseOrThrow "-x^2") "-x^2"
              shows (Infix.parseOrThrow "2^-2^2") "1/16"
              let gaussian = Infix.parseOrThrow "a*exp(-(x-b)^2/(2*c^2))"
              shows gaussian "a*exp(-(-b + x)^2/(2*c^2))"
              Expect.isTrue (Infix.parseOrThrow (Infix.format gaussian) = gaussian) "round trip")

          testCase "decimals are exact" (fun () ->
              shows (Infix.parseOrThrow "0.1*x") "x/10"
              shows (Infix.parseOrThrow "1e400 - 10^400") "0"
              shows (Infix.parseOrThrow "1.25e-2") "1/80")

          testCase "an unknown function is an Error" (fun () ->
              for text in [ "log(x)"; "max(x,1)"; "sin(x,y)"; "f(x)" ] do
                  Expect.isError (Infix.parse text) text)

          testCase "roots of rationals have one form" (fun () ->
              shows (sqrt 4Q) "2"
              shows (sqrt 8Q) "2*sqrt(2)"
              shows (1Q / sqrt 2Q - sqrt 2Q / 2Q) "0"
              shows (sqrt 2Q * sqrt 3Q - sqrt 6Q) "0"
              shows (sqrt (5Q / 4Q)) "sqrt(5)/2"
              shows (sqrt (4Q * x)) "2*sqrt(x)"
              shows (sqrt (1Q + z ** 2Q / 4Q)) "sqrt(4 + z^2)/2"
              shows (2Q ** (1Q / 3Q) * 4Q ** (1Q / 3Q)) "2")

          testCase "a function of its inverse, for real x" (fun () ->
              shows (ln (exp x)) "x"
              shows (arcsinh (sinh x)) "x")

          testCase "the derivative of 2 - sqrt(4 + z²) + z arcsinh(z/2) is arcsinh(z/2)" (fun () ->
              let q = 2Q - sqrt (4Q + z ** 2Q) + z * arcsinh (z / 2Q)
              shows (Calculus.differentiate z q - arcsinh (z / 2Q)) "0")

          testCase "derivatives" (fun () ->
              shows (Calculus.differentiate x (abs x)) "x/|x|"
              shows (Calculus.differentiate x (arctan2 x y)) "y/(x^2 + y^2)"
              shows (Calculus.differentiate y (arctan2 x y)) "-x/(x^2 + y^2)"
              shows (Calculus.differentiate x (besseli 0Q x)) "(besseli(-1,x) + besseli(1,x))/2")

          testCase "infinity times a symbol of unknown sign has no value" (fun () ->
              shows (x * infinity) "Undefined"
              shows (sqrt 2Q * infinity) "∞"
              shows ((1Q / 2Q) ** infinity) "0")

          testCase "every letter is itself" (fun () -> shows VariableSets.Alphabet.r "r")

          testCase "values beyond the range of doubles on the way" (fun () ->
              let value pairs expression =
                  (Evaluate.evaluate (at pairs) expression).RealValue

              let close expected actual =
                  within (ulps 1.0 expected) expected actual "value"

              close 1.0 (value [ "x", 800.0 ] (exp x * exp -x))
              Expect.equal (value [ "x", 800.0 ] (1Q / (1Q + exp x))) 0.0 "3.7e-348 is no double"
              close -800.0 (value [ "x", 800.0 ] (ln (1Q / (1Q + exp x))))
              close 1.0 (value [] ((10Q ** 400Q + 1Q) / 10Q ** 400Q))
              close 1e-20 (value [ "x", 1e-20 ] (ln (1Q + x)))
              close 1e-20 (value [ "x", 1e-20 ] (arcsinh x))
              close 1e-20 (value [ "x", 1e-20 ] (exp x - 1Q))
              close 1.5667992369724111 (value [ "x", 0.4 ] (arcsech x)))

          testCase "arithmetic of infinite values" (fun () ->
              Expect.equal (Evaluate.fadd NegInf PosInf) Undef "∞ - ∞"
              Expect.equal (Evaluate.fmultiply NegInf NegInf) PosInf "(-∞)(-∞)"
              Expect.equal (Evaluate.fmultiply (FloatingPoint.Real 0.0) PosInf) Undef "0·∞")

          testCase "hostile text is an Error or a value, and quickly" (fun () ->
              let repeated (text: string) count = String.replicate count text

              let deep =
                  [ repeated "(" 1_000_000
                    repeated "(" 500_000 + "x" + repeated ")" 500_000
                    repeated "sin(" 200_000
                    repeated "x^" 500_000 + "x"
                    repeated "|" 1_000_000
                    repeated "9" 1_000_000
                    "1e1000000000" ]

              for text in deep do
                  Expect.isError (Infix.parse text) (text.Substring(0, 12))

              Expect.isOk (Infix.parse (repeated "-" 100_000 + "x")) "many signs"
              Expect.isOk (Infix.parse (repeated "x+" 10_000 + "x")) "many terms"

              Expect.isOk
                  (Infix.parse (repeated "(" 200 + "x" + repeated ")" 200))
                  "nesting that a person may write")

          testCase "huge powers stay powers" (fun () ->
              let huge = 10Q ** (10Q ** 10Q)
              shows huge "10^10000000000"
              shows (huge * 10Q ** (1Q - 10Q ** 10Q)) "10"
              shows (Algebraic.expand ((1Q + x) ** (10Q ** 10Q))) "(1 + x)^10000000000"
              Expect.equal (Evaluate.evaluate (at []) huge) PosInf "value"
              Expect.isOk (Infix.parse "9^9^9^9") "a tower")

          testCase "a sum of 10,000 terms" (fun () ->
              let terms = [ for i in 1..10_000 -> sin (number i * x) ]
              let total = sum terms
              Expect.equal (Structure.numberOfOperands total) 10_000 "terms"
              Expect.isTrue (List.fold (+) 0Q terms = total) "one by one"
              Expect.isTrue (sum (List.rev terms) = total) "in reverse"
              Expect.equal (Structure.numberOfOperands (Calculus.differentiate x total)) 10_000 "derivative"
              Expect.isTrue (Infix.parseOrThrow (Infix.format total) = total) "round trip") ]
