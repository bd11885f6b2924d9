/// Expressions as text, written and read, and as LaTeX.
module StandIns.Tests.Symbolics.InfixTests

open Expecto
open MathNet.Symbolics
open MathNet.Symbolics.Operators

let private x, y = symbol "x", symbol "y"

/// Text in normal form, so that it is also what comes back.
let private stable =
    [ "x"
      "1/2"
      "-1/2"
      "x/2"
      "2/3*x"
      "-3/2*a*b"
      "1/x"
      "1/x^2"
      "a/(b*c)"
      "(a*c)/b"
      "(3*a)/(2*b)"
      "-(a + b)/(c + d)"
      "(a + b)/2"
      "3/2*(a + b)"
      "1 - x^2"
      "-1 + x^2"
      "a - b - c"
      "a - (b - c)"
      "x^y"
      "x^(1 + y)"
      "x^(-y)"
      "sqrt(x)"
      "x^(-1/2)"
      "x^(1/3)"
      "(x + y)^z"
      "(x*y)^z"
      "(x^y)^z"
      "x^(a^b)"
      "(-2)^x"
      "(1/2)^x"
      "2^(-x)"
      "(sin(x))^2"
      "1/sin(x)"
      "x^(sin(y))"
      "exp(-x)"
      "1/(1 + exp(-x))"
      "|x|"
      "|x - y|"
      "y*|x|"
      "ln(x)"
      "log(2,x)"
      "atan2(x,y)"
      "besselj(0,x)"
      "2*π"
      "e^x"
      "x_1 + x_12"
      "∞"
      "-∞"
      "a/b - c/d"
      "x/sqrt(y)"
      "-c*ln(d) + a*exp(b)"
      "asinh(x)" ]

[<Tests>]
let tests =
    testList
        "infix"
        [ testCase "normal forms are read and written unchanged" (fun () ->
              for text in stable do
                  Expect.equal (Infix.format (Infix.parseOrThrow text)) text "round trip")

          testCase "operators bind as in mathematics" (fun () ->
              let parses text expression =
                  Expect.isTrue (Infix.parseOrThrow text = expression) text

              parses "2^3^2" 512Q
              parses "1/2/3" (1Q / 6Q)
              parses "x-y-1" (x - y - 1Q)
              parses "2-x^2" (2Q - x ** 2Q)
              parses "x*-y" (-x * y)
              parses "x--y" (x + y)
              parses "x^-y" (x ** -y)
              parses "+x" x
              parses " x +  y " (x + y)
              parses "sqrt(x)" (sqrt x)
              parses "pow(x,y)" (x ** y)
              parses "sin^2(x)" (sin x ** 2Q)
              parses "|x|" (abs x)
              parses "pi" Pi
              parses "e" E
              parses "j" I
              parses "oo" infinity)

          testCase "text that is no expression is an Error with a position" (fun () ->
              for text in
                  [ ""
                    " "
                    "x+"
                    "(x"
                    "x)"
                    "2x"
                    "x y"
                    "()"
                    "x*/y"
                    "[x]"
                    "x!"
                    "sin x"
                    "1.2.3" ] do
                  match Infix.parse text with
                  | Ok _ -> failtestf "'%s' was accepted" text
                  | Error message -> Expect.stringContains message "Col:" text

                  Expect.isNone (Infix.tryParse text) "tryParse"
                  Expect.isTrue (Infix.parseOrUndefined text = Undefined) "parseOrUndefined"
                  Expect.throws (fun () -> Infix.parseOrThrow text |> ignore) "parseOrThrow")

          testCase "long integers are exact" (fun () ->
              let text = "123456789012345678901234567890"
              Expect.equal (Infix.format (Infix.parseOrThrow text)) text "30 digits")

          testCase "LaTeX" (fun () ->
              let latex text expected =
                  Expect.equal (LaTeX.format (Infix.parseOrThrow text)) expected text

              latex "x/2" @"\frac{x}{2}"
              latex "(a+b)/(c+d)" @"\frac{a + b}{c + d}"
              latex "x^(y+1)" @"{x}^{1 + y}"
              latex "sqrt(x+1)" @"\sqrt{1 + x}"
              latex "x^(1/3)" @"\sqrt[3]{x}"
              latex "sin(x)^2" @"\sin^{2}{x}"
              latex "exp(x+y)" @"\exp\left(x + y\right)"
              latex "a*(b+c)" @"a\left(b + c\right)"
              latex "abs(x)" @"\left|x\right|"
              latex "x_1*y" @"\mathrm{x_{1}} \cdot y"
              latex "3*2^x" @"3 \cdot {2}^{x}"
              latex "2*pi" @"2\pi"
              latex "-x-1/y" @"-x - \frac{1}{y}") ]
