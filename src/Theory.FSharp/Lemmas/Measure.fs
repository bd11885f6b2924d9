/// Quantities measured on a run.
module ImplicitBias.Theory.Measure

open ImplicitBias.Numerics

/// ⟨a, b⟩.
let dot (a: float seq) (b: float seq) : float =
    Seq.fold2 (fun sum x y -> sum + x * y) 0.0 a b

/// ‖a‖₂.
let norm (a: float seq) : float = sqrt (dot a a)

/// a - b.
let minus (a: float seq) (b: float seq) : float array = Seq.map2 (-) a b |> Array.ofSeq

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
