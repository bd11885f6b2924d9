/// Questions to the kernel as text, as the command line asks them.
module ImplicitBias.Tests.Questions

open Expecto
open ImplicitBias.Theory.Symbolic

/// A text read as an expression.
let formula (text: string) : Formula =
    match Grammar.parse text with
    | Ok formula -> formula
    | Error error -> failtestf "'%s' is not understood: %O" text error

/// A text read as a term.
let term (text: string) : Term = (formula text).Term

let point (text: string) : Point =
    match Point.parse text with
    | Ok point -> point
    | Error error -> failtestf "'%s' is not a point: %O" text error

/// A limit as text: infix, oo, -oo, or unknown with the reason.
let show (limit: Limit) : string =
    match limit with
    | Limit.Value value -> InfixText.print value
    | Limit.Infinity -> "oo"
    | Limit.NegativeInfinity -> "-oo"
    | Limit.Unknown reason -> $"unknown: {reason}"

/// The limit in x.
let limit (assumptions: string) (at: string) (text: string) : Limit =
    Limits.at (Expect.wantOk (AssumptionText.parse assumptions) assumptions) "x" (point at) (formula text)

/// Fails unless the limit in x is the one expected, as a number and not as text.
let limitIs (assumptions: string) (at: string) (text: string) (expected: string) : unit =
    let found = limit assumptions at text

    let same =
        match found with
        | Limit.Value value when not (expected.EndsWith "oo") ->
            value = term expected
            || ZeroTest.isZero Assumptions.none (value - term expected) = Answer.True
        | other -> show other = expected

    if not same then
        failtestf "lim %s at %s is %s, not %s" text at expected (show found)
