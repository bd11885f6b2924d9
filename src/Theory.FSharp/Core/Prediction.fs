namespace ImplicitBias.Theory

open MathNet.Symbolics

/// What is claimed of the quantity; decides the comparison.
type Claim =
    /// Equal at every t.
    | ForAllTime
    /// Equal up to the remainder and the transient, as t grows.
    | Asymptotic
    /// At most leading + next, at every t.
    | UpperBound
    /// At least leading + next, at every t.
    | LowerBound

/// A closed form for a quantity along a run, in the symbol logT and the named constants of the theorem.
type Prediction =
    {
        /// What is measured, as in "‖w(t)‖₂".
        Quantity: string
        Claim: Claim
        Leading: Expression
        Next: Expression
        /// The first term left out: the error divided by it tends to 1. Zero where all orders in 1/log t are summed.
        Remainder: Expression
        /// A term smaller than every power of 1/log t whose order is known but whose amplitude is not: the amplitude is
        /// read off the snapshots before the first reading. Zero where there is none.
        Transient: Expression
    }

module Prediction =

    let private claiming claim quantity leading : Prediction =
        { Quantity = quantity
          Claim = claim
          Leading = leading
          Next = Operators.zero
          Remainder = Operators.zero
          Transient = Operators.zero }

    /// The quantity has this value at every t.
    let forAllTime (quantity: string) (value: Expression) : Prediction = claiming ForAllTime quantity value

    /// The quantity approaches this value as t grows; as fast as the other terms say, or without a term that is left out.
    let asymptotic (quantity: string) (leading: Expression) : Prediction =
        claiming Asymptotic quantity leading

    /// The quantity is at most this value at every t.
    let upperBound (quantity: string) (value: Expression) : Prediction = claiming UpperBound quantity value

    /// The quantity is at least this value at every t.
    let lowerBound (quantity: string) (value: Expression) : Prediction = claiming LowerBound quantity value

    /// leading + next: what is compared with the measurement.
    let value (prediction: Prediction) : Expression = prediction.Leading + prediction.Next

/// A plausible and wrong prediction of the same quantity, which the same check must reject.
type Rival =
    {
        Name: string
        /// The mistake that leads to it, in words.
        Mistake: string
        Value: Expression
        /// Where the mistake makes a difference, as forgetting η does for descent but not for flow.
        Applies: Case -> bool
    }

module Rival =

    /// A rival that applies to every case.
    let create (name: string) (mistake: string) (value: Expression) : Rival =
        { Name = name; Mistake = mistake; Value = value; Applies = fun _ -> true }

    /// A rival that applies to some cases only.
    let where (applies: Case -> bool) (rival: Rival) : Rival = { rival with Applies = applies }
