/// What rounding may do to the numbers of an answer.
module Cli.Tests.Rounding

open ImplicitBias.Tests.Within

/// 2⁻⁵³, half a unit in the last place of 1.
let private unit = ulp 1.0 / 2.0

/// What rounding leaves of a relative residual or gap: sums over data of so many cells, one product and one sum for each.
let relativeTo (cells: int) : float = 2.0 * float cells * unit

/// Numbers of an answer against known ones: the same sums, whose terms are at most the largest number.
let agrees (cells: int) (expected: float list) (measured: float list) : unit =
    let largest = expected |> List.map abs |> List.max

    List.iteri2
        (fun k expected measured ->
            within
                (part "one product and one sum for each cell" (relativeTo cells * largest))
                expected
                measured
                $"number {k + 1}")
        expected
        measured
