/// The symbols that every theorem shares.
module ImplicitBias.Theory.Symbols

open MathNet.Symbolics

/// log t, natural. t is flow time, or the number of iterations of a discrete method.
let logT: Expression = Operators.symbol "logT"
