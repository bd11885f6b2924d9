/// Structure, expansion, polynomials, fractions, exponential and trigonometric rules.
module StandIns.Tests.Symbolics.AlgebraTests

open Expecto
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open StandIns.Tests.Shown

let private a, b, x, y, z =
    symbol "a", symbol "b", symbol "x", symbol "y", symbol "z"

[<Tests>]
let tests =
    testList
        "algebra"
        [ testCase "substitution replaces complete operands and simplifies" (fun () ->
              shows (Structure.substitute x y (x ** 2Q + x)) "y + y^2"
              shows (Structure.substitute x 1Q (x ** 2Q + y)) "1 + y"
              shows (Structure.substitute x 0Q (sin x + cos x)) "1"
              shows (Structure.substitute (x * y) z (x * y * a + x * y)) "a*x*y + z"
              shows (Structure.substitute x infinity (1Q / x)) "0")

          testCase "looking into expressions" (fun () ->
              Expect.isTrue (Structure.freeOf x (sin y + 1Q)) "free"
              Expect.isFalse (Structure.freeOf x (sin (x * y))) "not free"
              Expect.equal (Structure.numberOfOperands (x + y + 1Q)) 3 "operands"
              shows (Structure.operand 0 (x + y + 1Q)) "1"
              Expect.equal (Structure.numberOfOperands x) 0 "a symbol has none"
              let identifiers = Structure.collectIdentifiers (2Q * x + sin y * z ** a)
              Expect.equal (List.map Infix.format identifiers) [ "a"; "x"; "y"; "z" ] "identifiers"

              Expect.equal
                  (Structure.collectIdentifierSymbols (y + x * y))
                  [ Symbol "x"; Symbol "y" ]
                  "symbols"

              let sorted = Structure.sortList [ x ** 2Q; y; 1Q; x; a * b ]
              Expect.equal (List.map Infix.format sorted) [ "1"; "a*b"; "x"; "x^2"; "y" ] "sorted"
              shows (Structure.map (fun u -> u ** 2Q) (x + y)) "x^2 + y^2"
              Expect.equal (Structure.fold (fun n _ -> n + 1) 0 (x * y * z)) 3 "fold")

          testCase "expansion" (fun () ->
              shows (Algebraic.expand ((x + y) ** 3Q)) "x^3 + 3*x^2*y + 3*x*y^2 + y^3"
              shows (Algebraic.expand ((x + 1Q) * (x - 1Q))) "-1 + x^2"
              shows (Algebraic.expand (((x + 1Q) ** 2Q + 1Q) ** 2Q)) "4 + 8*x + 8*x^2 + 4*x^3 + x^4"
              shows (Algebraic.expand ((sqrt 2Q + 1Q) ** 2Q)) "3 + 2*sqrt(2)"
              shows (Algebraic.expand (sin (2Q * (x + y)))) "sin(2*(x + y))"
              shows (Algebraic.expandMain (x * (y + 1Q) ** 2Q)) "x*(1 + y)^2"
              Expect.equal (List.map Infix.format (Algebraic.factors (a * x))) [ "a"; "x" ] "factors"
              Expect.equal (List.map Infix.format (Algebraic.summands (a + x))) [ "a"; "x" ] "summands"
              let free, dependent = Algebraic.separateFactors x (a * x * sin x)
              shows free "a"
              shows dependent "x*sin(x)")

          testCase "polynomials" (fun () ->
              let p = a * x ** 2Q + b * x + 3Q
              Expect.isTrue (Polynomial.isPolynomial x p) "polynomial"
              Expect.isFalse (Polynomial.isPolynomial x (sin x)) "no polynomial"
              shows (Polynomial.degree x p) "2"
              shows (Polynomial.coefficient x 1 p) "b"
              shows (Polynomial.leadingCoefficient x p) "a"

              Expect.equal
                  (Array.map Infix.format (Polynomial.coefficients x p))
                  [| "3"; "b"; "a" |]
                  "coefficients"

              shows (Polynomial.collectTerms x (x * y ** 2Q + x)) "x*(1 + y^2)"

              let quotient, remainder =
                  Polynomial.divide x (5Q * x ** 2Q + 4Q * x + 1Q) (2Q * x + 3Q)

              shows quotient "-7/4 + 5/2*x"
              shows remainder "25/4"
              shows (Polynomial.gcd x (x ** 2Q - 1Q) (x ** 2Q - 2Q * x + 1Q)) "-1 + x")

          testCase "fractions" (fun () ->
              shows (Rational.numerator (2Q * x / (3Q * y))) "2*x"
              shows (Rational.denominator (2Q * x / (3Q * y))) "3*y"
              shows (Rational.rationalize (1Q / x + 1Q / y)) "(x + y)/(x*y)"
              shows (Rational.expand (1Q / (1Q + 1Q / x))) "x/(1 + x)"
              shows (Rational.simplify x ((x ** 2Q - 1Q) / (x - 1Q))) "1 + x"
              shows (Rational.simplify x (1Q / (x - 1Q) - 1Q / (x + 1Q))) "2/(-1 + x^2)"
              shows (Rational.simplify x ((x ** 2Q - 1Q) / (x - 1Q) - (x + 1Q))) "0")

          testCase "exponentials and logarithms" (fun () ->
              shows (Exponential.expand (exp (2Q * x + y))) "(exp(x))^2*exp(y)"
              shows (Exponential.expand (ln (x * y) - ln x - ln y)) "0"
              shows (Exponential.expand (ln (x ** a))) "a*ln(x)"
              shows (Exponential.expand (exp (-(ln x)))) "1/x"
              shows (Exponential.contract (exp x * exp y)) "exp(x + y)"
              shows (Exponential.contract (exp x ** a)) "exp(a*x)"
              shows (Exponential.simplify (exp x * exp -x - 1Q)) "0"
              shows (Exponential.simplify (exp x / (1Q + exp x) - 1Q / (1Q + exp -x))) "0")

          testCase "circular and hyperbolic functions" (fun () ->
              shows (Trigonometric.expand (sin (x + y))) "sin(y)*cos(x) + sin(x)*cos(y)"
              shows (Trigonometric.expand (cos (2Q * x))) "-(sin(x))^2 + (cos(x))^2"
              shows (Trigonometric.contract (sin x ** 2Q)) "1/2 - cos(2*x)/2"
              shows (Trigonometric.contract (sin x * cos x)) "sin(2*x)/2"
              shows (Trigonometric.simplify (cos x ** 2Q + sin x ** 2Q)) "1"
              shows (Trigonometric.simplify (cosh x ** 2Q - sinh x ** 2Q - 1Q)) "0"
              shows (Trigonometric.simplify (sin x / cos x - tan x)) "0") ]
