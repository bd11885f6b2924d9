namespace ImplicitBias.Theory

open MathNet.Symbolics

/// One comparison of theory and run.
type Reading =
    {
        LogTime: float
        Predicted: float
        Measured: float
        Budget: Budget
        /// error / remainder, which tends to 1; None where the prediction has no remainder term.
        Ratio: float option
    }

    /// measured - predicted.
    member reading.Error = reading.Measured - reading.Predicted

/// How far the check stays from a rival.
type RivalResult =
    {
        Rival: Rival
        /// The largest distance between rival and measurement over the readings, in budgets.
        Separation: float
    }

    /// Whether the check that the theorem passed fails on the rival.
    member result.Rejected = result.Separation > 1.0

/// What is concluded. Only Confirmed is a pass.
type Verdict =
    /// Every reading agrees within its budget, the error shrinks as predicted, every rival is rejected and no
    /// derivation step is wrong.
    | Confirmed
    /// Theory and run disagree, or a derivation step is wrong.
    | Refuted of witness: string
    /// Theory and run agree, but so would this rival.
    | Powerless of rival: Rival * separation: float
    /// The run ended early, or something could not be evaluated.
    | Undecided of reason: string
    /// The data break this hypothesis.
    | Inapplicable of Hypothesis

/// Everything found about one theorem on one case.
type Finding =
    {
        Theorem: Theorem
        Case: Case
        /// The control this case is, if it is one.
        Control: Control option
        Verdict: Verdict
        Readings: Reading list
        Rivals: RivalResult list
        Steps: (Step * StepEvidence) list
        Seconds: float
    }

    /// Whether the suite wants this: confirmed, or, for a control, refuted.
    member finding.AsPredicted =
        match finding.Control, finding.Verdict with
        | None, Confirmed
        | Some _, Refuted _ -> true
        | _ -> false
