/// # A point with a zero dual variable is pushed away like log log t
///
/// Solve u + log(u - 1) = log t + C, u = e^b, for large log t: u = log t + C - log log t + ..., hence
/// b = log log t + (C - log log t)/log t - (C - 1 - log log t + (C - log log t)²/2)/log² t + ....
module ImplicitBias.Theory.Theorems.ZeroDualGrowth

open System
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearClassification

let private invariant = symbol "C"
let private iterated = ln logT
let private u = symbol "u"

/// u + log(u - 1) = log t + C by iteration from u = log t + C - log log t.
let private solution =
    logT + invariant - iterated + (1Q + iterated - invariant) / logT

let private firstLeftOut =
    -(invariant - 1Q - iterated + (invariant - iterated) ** 2Q / 2Q) / logT ** 2Q


let theorem: Theorem =
    { Id = "zero-dual-growth"
      Title = "z = (1,0), (1,1): b(t) = log log t + (C - log log t)/log t + ..."
      Source = Soudry.paper "remark on zero dual variables; the expansion is derived here"
      Hypotheses =
        [ { Says = "the data are the points (1, 0) and (1, 1), and b(0) ≥ 0"
            Holds = fun case -> obj.ReferenceEquals(case.Data, zeroDual) && case.Start[1] >= 0.0 } ]
      Prediction =
        { Prediction.asymptotic "b(t), the weight of the second feature" iterated with
            Next = (invariant - iterated) / logT
            Remainder = firstLeftOut }
      Constants =
        fun case ->
            let a, b = case.Start[0], case.Start[1]
            [ invariant, Math.Exp b + b - a ]
      Derivation =
        [ Cited "log(e^b - 1) + e^b = log(t + t₀) + C, theorem zero-dual"
          Assuming(
              "u>1",
              Derivative(
                  "u + log(u - 1) grows, so that u = e^b is unique: its slope is u/(u - 1)",
                  u,
                  u + ln (u - 1Q),
                  u / (u - 1Q)
              )
          )
          Assuming(
              "C real",
              Expansion(
                  "u to order 1/log t solves the equation to order (log log t/log t)²",
                  logT,
                  infinity,
                  solution + ln (solution - 1Q),
                  logT + invariant,
                  (iterated / logT) ** 2Q
              )
          )
          Assuming(
              "C real",
              Expansion(
                  "b = log u, with the first term left out",
                  logT,
                  infinity,
                  ln solution,
                  iterated + (invariant - iterated) / logT + firstLeftOut,
                  (iterated / logT) ** 3Q
              )
          )
          Assuming("C real", Limit("b ~ log log t", logT, infinity, ln solution / iterated, 1Q)) ]
      Measure = fun _ -> Measure.at (fun snapshot -> snapshot.Parameters[1])
      Rivals =
        [ Rival.create "logarithm" "log t, the law of a positive dual variable" logT
          Rival.create "leading law" "log log t alone" iterated
          Rival.create "bounded" "a limit, as the generic law would have it" 0Q
          Rival.create
              "correction reversed"
              "the sign of the second term"
              (iterated - (invariant - iterated) / logT) ]
      Controls =
        [ { Breaks = "the second point has a zero dual variable"
            Case = case fivePoints [ 0.0; 0.0 ] flowExponential
            PredictedAs = case zeroDual [ 0.0; 0.0 ] flowExponential
            Instead = "the second weight grows like log t" } ]
      Cases =
        [ case zeroDual [ 0.0; 0.0 ] flowExponential
          case zeroDual [ 1.0; 0.5 ] flowExponential ]
      OnData = fun _ -> [] }
