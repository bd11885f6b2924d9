/// What rounding may do to the numbers of an answer.
module Cli.Tests.Rounding

open ImplicitBias.Tests.Within

/// Sums over data of so many cells, one product and one sum for each, of terms of this size.
let ofCells (cells: int) (size: float) : Budget = roundings (2.0 * float cells) size

/// Numbers of an answer against known ones: sums whose terms are at most the largest number.
let agrees (cells: int) (expected: float list) (measured: float list) : unit =
    let largest = expected |> List.map abs |> List.max

    List.iteri2
        (fun k expected measured -> within (ofCells cells largest) expected measured $"number {k + 1}")
        expected
        measured
