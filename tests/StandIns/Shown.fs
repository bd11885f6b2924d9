/// Expressions are compared by what they are shown as.
module StandIns.Tests.Shown

open Expecto
open MathNet.Symbolics

/// The infix text of an expression.
let shows (expression: Expression) (text: string) : unit =
    Expect.equal (Infix.format expression) text "infix text"
