/// Quantities measured on a run.
module ImplicitBias.Theory.Measure

open ImplicitBias.Numerics

/// ⟨a, b⟩. Raises ArgumentException for vectors of different lengths.
let dot (a: float seq) (b: float seq) : float =
    Array.fold2 (fun sum x y -> sum + x * y) 0.0 (Array.ofSeq a) (Array.ofSeq b)

/// ‖a‖₂.
let norm (a: float seq) : float = sqrt (dot a a)

/// a - b. Raises ArgumentException for vectors of different lengths.
let minus (a: float seq) (b: float seq) : float array =
    Array.map2 (-) (Array.ofSeq a) (Array.ofSeq b)

/// c a.
let scale (c: float) (a: float seq) : float array = Seq.map ((*) c) a |> Array.ofSeq

/// a/‖a‖₂.
let unit (a: float seq) : float array = scale (1.0 / norm a) a

/// Whether two solutions, each right to rounding, are different ones.
let differ (a: float seq) (b: float seq) : bool =
    norm (minus a b) > Budget.rounding (norm a + norm b)

/// A quantity of the state alone: read on the last snapshot.
let at (quantity: Snapshot -> float) (snapshots: Snapshot list) : float = quantity (List.last snapshots)

/// The slope of a quantity against log t between the last two snapshots; NaN when there is only one.
let slope (quantity: Snapshot -> float) (snapshots: Snapshot list) : float =
    match List.rev snapshots with
    | last :: before :: _ -> (quantity last - quantity before) / (last.LogTime - before.LogTime)
    | _ -> nan
