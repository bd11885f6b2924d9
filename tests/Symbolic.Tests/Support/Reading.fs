/// Short ways to write terms and balls in tests.
module ImplicitBias.Tests.Reading

open Expecto
open MathNet.Numerics
open ImplicitBias.Theory.Symbolic

/// A decimal, integer or fraction, exactly.
let exactly (text: string) : BigRational =
    match AssumptionText.parseNumber text with
    | Some number -> number
    | None -> failtestf "'%s' is not a number" text

let assume (text: string) : Assumptions =
    Expect.wantOk (AssumptionText.parse text) text

let n (k: int) : Term = Term.integer k
let symbol = Term.symbol

let x, y, z, u, a, b =
    symbol "x", symbol "y", symbol "z", symbol "u", symbol "a", symbol "b"

let sin, cos, tan =
    Term.apply Function.Sin, Term.apply Function.Cos, Term.apply Function.Tan

let sinh, cosh, tanh =
    Term.apply Function.Sinh, Term.apply Function.Cosh, Term.apply Function.Tanh

let asinh, acosh, atanh =
    Term.apply Function.Asinh, Term.apply Function.Acosh, Term.apply Function.Atanh

let asin, acos, atan =
    Term.apply Function.Asin, Term.apply Function.Acos, Term.apply Function.Atan

/// Whether a ball contains an exact number; the ends are binary floats, so no rounding enters.
let contains (number: BigRational) (ball: Ball) : bool =
    let times (edge: BigFloat) =
        BigFloat.create (edge.Mantissa * number.Denominator) edge.Exponent

    let target = BigFloat.ofInteger number.Numerator
    times (Ball.lower ball) <= target && target <= times (Ball.upper ball)
