namespace ImplicitBias.Theory

open MathNet.Symbolics
open ImplicitBias.Numerics

/// A condition of a theorem, as code.
type Hypothesis =
    {
        /// As in "linearly separable".
        Says: string
        Holds: Case -> bool
    }

/// A case that breaks a hypothesis on purpose. Prediction and measurement are made as if the hypothesis held, with the
/// constants of another case, and must come out refuted.
type Control =
    {
        /// The hypothesis that is broken.
        Breaks: string
        /// What is run.
        Case: Case
        /// Whose constants prediction and measurement use.
        PredictedAs: Case
        /// What the theory says happens instead, as in "‖w‖ stays bounded".
        Instead: string
    }

/// One theorem: statement, derivation, prediction, experiment, rivals, controls. One value of this type per file.
type Theorem =
    {
        /// Kebab-case of the file name.
        Id: string
        Title: string
        Source: Source
        Hypotheses: Hypothesis list
        Prediction: Prediction
        /// Values of the prediction's symbols other than logT, with where each comes from.
        Constants: Case -> (Expression * float) list
        Derivation: Step list
        /// The measured quantity, from the snapshots up to and including the reading, oldest first. NaN where these are
        /// too few, which only snapshots that are not compared may be.
        Measure: Case -> Snapshot list -> float
        Rivals: Rival list
        Controls: Control list
        /// The built-in cases.
        Cases: Case list
        /// The cases a user's data give; empty if the theorem is stated for particular data only.
        OnData: Dataset -> Case list
    }
