/// The suite's own comparison of floats. A measured number agrees with a predicted one if their distance is at
/// most a budget whose parts are named; there is no hidden floor, and NaN or an infinity never agrees.
module ImplicitBias.Tests.Within

open System
open Expecto

/// What a comparison may be off by: named, non-negative, finite parts that are added. No part: not at all.
type Budget =
    { Parts: (string * float) list }

    /// The parts of both.
    static member (+)(a: Budget, b: Budget) = { Parts = a.Parts @ b.Parts }

/// Only equality: a budget of zero.
let exactly: Budget = { Parts = [] }

/// A budget of one part, in the units of the compared numbers.
let part (name: string) (size: float) : Budget = { Parts = [ name, size ] }

/// fraction·|predicted|.
let relative (fraction: float) (predicted: float) : Budget =
    part $"relative %.3g{fraction}" (fraction * abs predicted)

/// The distance from |x| to the next double above.
let ulp (x: float) : float = Math.BitIncrement(abs x) - abs x

/// count·ulp(predicted).
let ulps (count: float) (predicted: float) : Budget =
    part $"%.3g{count} ulp" (count * ulp predicted)

/// count·2⁻⁵³·size: what so many operations, on terms of at most this size in sum, may be off by, to first order.
let roundings (count: float) (size: float) : Budget =
    part $"%.3g{count} roundings" (count * 0.5 * ulp 1.0 * abs size)

let private refuse (name: string) (value: float) (message: string) =
    if not (Double.IsFinite value) then
        failtestf "%s\n%s is %g: only finite numbers can agree." message name value

/// Fails unless |measured - predicted| is at most the sum of the budget's parts. Refuses NaN, infinities and
/// negative parts. The failure shows both numbers, the error, the budget and its parts.
let within (budget: Budget) (predicted: float) (measured: float) (message: string) : unit =
    refuse "predicted" predicted message
    refuse "measured" measured message

    for name, size in budget.Parts do
        refuse $"budget part '{name}'" size message

        if size < 0.0 then
            failtestf "%s\nbudget part '%s' is %g: a budget is never negative." message name size

    let total = budget.Parts |> List.sumBy snd
    refuse "budget" total message
    let error = abs (measured - predicted)

    // Written so that an error that is not a number would fail too.
    if not (error <= total) then
        let parts =
            match budget.Parts with
            | [] -> "    (none: equality asked)"
            | parts ->
                parts
                |> List.map (fun (name, size) -> $"    %-24s{name} %.4g{size}")
                |> String.concat "\n"

        failtestf
            "%s\npredicted %.17g\nmeasured  %.17g\nerror     %.4g\nbudget    %.4g\n%s"
            message
            predicted
            measured
            error
            total
            parts
