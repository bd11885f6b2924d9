/// Automatic simplification: what equal expressions look like.
module StandIns.Tests.Symbolics.NormalFormTests

open Expecto
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open StandIns.Tests.Shown

let private a, b, x, y, z =
    symbol "a", symbol "b", symbol "x", symbol "y", symbol "z"

[<Tests>]
let tests =
    testList
        "normal form"
        [ testCase "like terms and like factors combine" (fun () ->
              shows (x + 2Q * x) "3*x"
              shows (x + y + x) "2*x + y"
              shows (x - x) "0"
              shows (x * y * x) "x^2*y"
              shows (x * x ** y) "x^(1 + y)"
              shows (x / x) "1"
              shows (2Q ** a * 2Q ** -a) "1"
              shows (2Q * (x + y) + 3Q * (x + y)) "5*(x + y)"
              shows ((x + y) + (x + y)) "2*x + 2*y")

          testCase "numbers are folded exactly" (fun () ->
              shows (1Q / 3Q + 1Q / 6Q) "1/2"
              shows (2Q ** 100Q) "1267650600228229401496703205376"
              shows ((2Q / 3Q) ** -2Q) "9/4"
              shows (2Q * x / 4Q) "x/2"
              shows ((2Q * x) ** 2Q) "4*x^2")

          testCase "the order of operands does not depend on how they came" (fun () ->
              shows (sin x + x + 1Q + x ** 2Q + Pi) "1 + π + x + x^2 + sin(x)"
              shows (sin x * y * Pi * 2Q * exp x * (x + y) * x) "2*π*x*y*(x + y)*exp(x)*sin(x)"
              shows (b * x + a * y + 3Q * x) "3*x + b*x + a*y"
              Expect.isTrue ((x + y) * z = z * (y + x)) "equal"
              Expect.equal (hash ((x + y) * z)) (hash (z * (y + x))) "hash")

          testCase "sums are not multiplied out, quotients not cancelled, roots not merged" (fun () ->
              shows (2Q * x * (x + y)) "2*x*(x + y)"
              shows ((x + y) ** 2Q) "(x + y)^2"
              shows ((x * y) ** (1Q / 2Q)) "sqrt(x*y)"
              shows ((x ** 2Q) ** (1Q / 2Q)) "sqrt(x^2)"
              shows (x - (x + y)) "x - (x + y)"
              shows (exp x * exp y) "exp(x)*exp(y)")

          testCase "powers" (fun () ->
              shows ((x ** 2Q) ** 3Q) "x^6"
              shows (sqrt x ** 2Q) "x"
              shows ((x * y) ** 3Q) "x^3*y^3"
              shows ((x ** a) ** 2Q) "x^(2*a)"
              shows ((x ** a) ** b) "(x^a)^b"
              shows (x ** 0Q) "1"
              shows (1Q ** x) "1"
              shows (invert (x * 2Q)) "1/(2*x)")

          testCase "functions at special points" (fun () ->
              shows (exp 0Q + ln 1Q + sin 0Q + cos 0Q) "2"
              shows (exp 1Q) "e"
              shows (ln E) "1"
              shows (exp (ln x)) "x"
              shows (sin Pi + cos Pi) "-1"
              shows (sinh (arcsinh x)) "x"
              shows (cosh (arcsinh x)) "sqrt(1 + x^2)"
              shows (abs -3Q) "3"
              shows (ln (1Q / 2Q)) "-ln(2)"
              shows (arctan 1Q) "π/4")

          testCase "odd and even functions" (fun () ->
              shows (sin -x) "-sin(x)"
              shows (cos (-2Q * x)) "cos(2*x)"
              shows (tanh -x) "-tanh(x)"
              shows (arctan -x) "-atan(x)")

          testCase "infinities" (fun () ->
              shows (infinity + 1Q) "∞"
              shows (infinity * -2Q) "-∞"
              shows (1Q / infinity) "0"
              shows (exp negativeInfinity) "0"
              shows (ln infinity) "∞"
              shows (ln 0Q) "-∞"
              shows (arctan infinity) "π/2"
              shows (1Q / 0Q) "⧝"
              Expect.isTrue (isInfinity infinity) "is infinite")

          testCase "no value" (fun () ->
              for expression in
                  [ 0Q / 0Q
                    infinity - infinity
                    0Q * infinity
                    infinity / infinity
                    0Q ** 0Q
                    sin infinity ] do
                  Expect.isTrue (expression = Undefined) "undefined"
                  Expect.isTrue (expression + x = Undefined) "and it spreads")

          testCase "cases are as documented" (fun () ->
              Expect.isTrue (2Q * x + y = Sum [ Product [ two; x ]; y ]) "sum"
              Expect.isTrue (x / y = Product [ x; Power(y, minusOne) ]) "quotient"
              Expect.isTrue (sqrt x = Power(x, 1Q / 2Q)) "root"
              Expect.isTrue (sin x = Function(Sin, x)) "function"
              Expect.isTrue (log a x = FunctionN(Log, [ a; x ])) "logarithm to a base"
              Expect.isTrue (x = Identifier(Symbol "x")) "symbol"
              Expect.isTrue (Pi = Constant Constant.Pi) "constant") ]
