/// Derivatives, tangents and Taylor polynomials.
module StandIns.Tests.Symbolics.CalculusTests

open Expecto
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open StandIns.Tests.Shown

let private a, x, y = symbol "a", symbol "x", symbol "y"

/// A function, and a point inside its domain.
let private differentiable =
    [ exp, 0.3
      ln, 0.7
      lg, 0.7
      sin, 0.3
      cos, 0.3
      tan, 0.3
      csc, 0.9
      sec, 0.3
      cot, 0.9
      sinh, 0.3
      cosh, 0.3
      tanh, 0.3
      csch, 0.9
      sech, 0.3
      coth, 0.9
      arcsin, 0.3
      arccos, 0.3
      arctan, 0.3
      arccot, 1.3
      arcsinh, 0.3
      arccosh, 1.7
      arctanh, 0.3
      arccoth, 1.7
      arccsch, 0.6
      sqrt, 0.8
      (fun u -> u ** 3Q / (1Q + u)), 0.8
      (fun u -> u ** u), 1.2
      log 3Q, 0.8 ]

let private value (expression: Expression) (at: float) =
    match Evaluate.evaluate (dict [ "x", FloatingPoint.Real at ]) expression with
    | FloatingPoint.Real value -> value
    | other -> failtestf "%s at %g is %A" (Infix.format expression) at other

[<Tests>]
let tests =
    testList
        "calculus"
        [ testCase "derivatives in normal form" (fun () ->
              shows (Calculus.differentiate x (x ** 3Q)) "3*x^2"
              shows (Calculus.differentiate x (a * x + y)) "a"
              shows (Calculus.differentiate x (exp (x ** 2Q))) "2*x*exp(x^2)"
              shows (Calculus.differentiate x (ln (1Q + x))) "1/(1 + x)"
              shows (Calculus.differentiate x (sqrt x)) "1/(2*sqrt(x))"
              shows (Calculus.differentiate x (x ** y)) "x^(-1 + y)*y"
              shows (Calculus.differentiate y (x ** y)) "x^y*ln(x)"
              shows (Calculus.differentiate x (sin x * exp x)) "exp(x)*sin(x) + exp(x)*cos(x)"
              shows (Calculus.differentiate x (arcsinh x)) "(1 + x^2)^(-1/2)"
              shows (Calculus.differentiate x (besselj 1Q x)) "(besselj(0,x) - besselj(2,x))/2"
              shows (Calculus.differentiate x (log y x)) "1/(x*ln(y))"
              shows (Calculus.differentiate y (x ** 2Q)) "0")

          testCase "derivatives agree with central differences" (fun () ->
              for f, at in differentiable do
                  // The composition with 3x/2 checks the chain rule as well.
                  let expression = f (3Q * x / 2Q)
                  let at = at / 1.5
                  let step = 1e-3

                  let central step =
                      (value expression (at + step) - value expression (at - step)) / (2.0 * step)

                  let difference = (4.0 * central step - central (2.0 * step)) / 3.0

                  let derivative = value (Calculus.differentiate x expression) at
                  // Truncation is 4 step⁴ f⁗'/5!, a singularity at a distance of 0.1 or more: f⁗'/5! < 10⁵. Rounding, 10⁻¹⁶/step, is less.
                  let error =
                      System.Math.Abs(derivative - difference)
                      / System.Math.Max(1.0, System.Math.Abs derivative)

                  Expect.isTrue
                      (error < 4e5 * step ** 4.0)
                      $"{Infix.format expression}: {derivative} and {difference}")

          testCase "at a point" (fun () ->
              shows (Calculus.differentiateAt x 2Q (x ** 3Q)) "12"
              shows (Calculus.tangentLine x 1Q (x ** 2Q)) "-1 + 2*x"
              shows (Calculus.normalLine x 1Q (x ** 2Q)) "3/2 - x/2")

          testCase "k terms of the Taylor series have degree k - 1" (fun () ->
              shows (Calculus.taylor 0 x 0Q (exp x)) "0"
              shows (Calculus.taylor 4 x 0Q (exp x)) "1 + x + x^2/2 + x^3/6"
              shows (Calculus.taylor 4 x 0Q (sin x)) "x - x^3/6"
              shows (Calculus.taylor 3 x 0Q (sqrt (1Q + x))) "1 + x/2 - x^2/8"
              shows (Calculus.taylor 3 x 1Q (1Q / x)) "3 - 3*x + x^2"
              shows (Calculus.taylor 3 x 0Q (exp (a * x))) "1 + a*x + 1/2*a^2*x^2") ]
