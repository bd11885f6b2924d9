namespace ImplicitBias.Theory

open ImplicitBias.Theory.Symbolic

/// How a step is known, from strongest to weakest. Never worded stronger than it was found.
type StepEvidence =
    /// By exact algebra: a normal form, a limit, a sign.
    | Exact
    /// By rigorous interval evaluation on so many boxes that cover the region.
    | Enclosed of boxes: int
    /// Held to every digit computed at this many points; not a proof.
    | Sampled of points: int
    /// Taken from the source.
    | FromSource
    /// Neither reduced nor evaluated.
    | NotDecided of reason: string
    /// False, with the point that shows it.
    | Wrong of witness: string

/// What pieces of evidence are worth together, and how they are worded.
module StepEvidence =

    /// The evidence that a decision over a region is.
    let internal ofDecision (decision: Decision) : StepEvidence =
        match decision with
        | Decision.Exact -> Exact
        | Decision.Enclosed boxes -> Enclosed boxes
        | Decision.Refuted witness -> Wrong witness
        | Decision.Unknown reason -> NotDecided reason

    let private weaker (a: StepEvidence) (b: StepEvidence) : StepEvidence =
        let rank evidence =
            match evidence with
            | Exact -> 0
            | Enclosed _ -> 1
            | Sampled _ -> 2
            | FromSource -> 3
            | NotDecided _ -> 4
            | Wrong _ -> 5

        match a, b with
        | Enclosed m, Enclosed n -> Enclosed(m + n)
        | Sampled m, Sampled n -> Sampled(min m n)
        | _ -> if rank b > rank a then b else a

    /// The weakest of several pieces of evidence: what the whole is worth.
    let weakest (evidence: StepEvidence list) : StepEvidence = List.fold weaker Exact evidence

    /// The kind of evidence in one or two words: exact, enclosed, sampled, cited, not decided or wrong.
    let grade (evidence: StepEvidence) : string =
        match evidence with
        | Exact -> "exact"
        | Enclosed _ -> "enclosed"
        | Sampled _ -> "sampled"
        | FromSource -> "cited"
        | NotDecided _ -> "not decided"
        | Wrong _ -> "wrong"

    /// The evidence in words, as shown to the reader.
    let describe (evidence: StepEvidence) : string =
        match evidence with
        | Enclosed boxes -> $"enclosed on {boxes} boxes"
        | Sampled points -> $"sampled at {points} points"
        | NotDecided text
        | Wrong text -> $"{grade evidence}: {text}"
        | Exact
        | FromSource -> grade evidence
