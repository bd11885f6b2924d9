namespace ImplicitBias.Theory.Symbolic

/// What limits are decided with: it is asked about terms as they stand in the algorithm, whose large variable is
/// `Gruntz.Large`.
type internal Oracle =
    {
        /// The sign of a term that does not vary; why it is not known.
        Sign: Term -> Result<int, string>
        /// Is the term zero for every value of its symbols? None: not known.
        IsZero: Term -> bool option
        /// Is a constant known to differ from zero?
        IsNonZero: Term -> bool
    }
