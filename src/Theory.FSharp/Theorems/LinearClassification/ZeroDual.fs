/// # With a zero dual variable the flow has a closed form, and it is slow
///
/// z₁ = (1, 0), z₂ = (1, 1): ŵ = (1, 0) touches both points, but only the first carries weight. With w = (a, b),
/// a' = e^{-a}(1 + e^{-b}) and b' = e^{-a-b}. e^b + b - a = C is conserved, and then
/// (e^b - 1) e^{e^b} = e^C t + (e^{b₀} - 1) e^{e^{b₀}}: b grows like log log t.
module ImplicitBias.Theory.Theorems.ZeroDual

open System
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.Separable
open ImplicitBias.Theory.LinearClassification

let private a, b, invariant = symbol "a", symbol "b", symbol "C"

/// (e^{b₀} - 1) e^{e^{b₀} - C}: the time at which a flow from zero would pass the start.
let private headStart = symbol "headStart"

let private startInvariant (case: Case) =
    let a, b = case.Start[0], case.Start[1]
    Math.Exp b + b - a

/// log((e^b - 1) e^{e^b}) - C.
let private implicitTime (case: Case) (snapshot: Snapshot) =
    let growth = snapshot.Parameters[1]
    Math.Log(Math.Exp growth - 1.0) + Math.Exp growth - startInvariant case

/// Whether t₀ > 0.
let private startsAhead (case: Case) = case.Start[1] > 0.0

let private everywhere =
    Case.readAt [] [ -2.0; 0.0; 2.0; 5.0; 20.0; 1e2; 1e3; 1e4; 1e5; 1e6 ]

let private closedForm = logT + ln (1Q + headStart * exp (-logT))

let theorem: Theorem =
    { Id = "zero-dual"
      Title = "z = (1,0), (1,1): log(e^b - 1) + e^b - C = log(t + t₀) for all t"
      Source = Soudry.paper "remark on zero dual variables; the closed form is derived here"
      Hypotheses =
        [ { Says = "the data are the points (1, 0) and (1, 1), and b(0) ≥ 0"
            Holds = fun case -> obj.ReferenceEquals(case.Data, zeroDual) && case.Start[1] >= 0.0 } ]
      Prediction = Prediction.forAllTime "log(e^b - 1) + e^b - C" closedForm
      Constants =
        fun case ->
            let b = case.Start[1]

            [ invariant, startInvariant case
              headStart, (Math.Exp b - 1.0) * Math.Exp(Math.Exp b - startInvariant case) ]
      Derivation =
        [ Assuming(
              "a real, b real",
              Identity(
                  "e^b + b - a is conserved: (e^b + 1) b' - a' = 0",
                  (exp b + 1Q) * (exp (-a) * exp (-b)) - exp (-a) * (1Q + exp (-b)),
                  0Q
              )
          )
          Derivative(
              "d/db of log(e^b - 1) + e^b is e^{2b}/(e^b - 1) > 0, so that b is determined",
              b,
              ln (exp b - 1Q) + exp b,
              exp (2Q * b) / (exp b - 1Q)
          )
          Assuming(
              "C real",
              Substitution(
                  "so d/dt of (e^b - 1) e^{e^b}, with b' = e^{-a-b} and a = e^b + b - C, is e^C",
                  exp (2Q * b) * exp (exp b) * exp (-a - b),
                  [ a, exp b + b - invariant ],
                  exp invariant
              )
          )
          Assuming(
              "C real, logT real",
              Identity(
                  "in logarithms, with the head start t₀: log(e^C (t + t₀)) - C",
                  ln (exp (logT + invariant) + headStart * exp invariant) - invariant,
                  closedForm
              )
          ) ]
      Measure = fun case -> Measure.at (implicitTime case)
      Rivals =
        [ Rival.create "invariant forgotten" "C = 0" (closedForm + invariant)
          Rival.create "shifted time" "t + 1 for t" (logT + ln (1Q + (1Q + headStart) * exp (-logT)))
          Rival.create "half the rate" "t/2 for t" (closedForm - ln 2Q)
          Rival.create
              "head start in another unit"
              "(e^{b₀} - 1) e^{e^{b₀}} for t₀, without e^{-C}"
              (logT + ln (1Q + headStart * exp (invariant - logT)))
          |> Rival.where startsAhead
          Rival.create "start forgotten" "t₀ = 0" logT |> Rival.where startsAhead ]
      Controls =
        [ { Breaks = "the loss is exponential"
            Case = everywhere (case zeroDual [ 0.0; 0.0 ] flowLogistic)
            PredictedAs = case zeroDual [ 0.0; 0.0 ] flowExponential
            Instead = "the invariant holds only asymptotically" } ]
      Cases =
        [ everywhere (case zeroDual [ 0.0; 0.0 ] flowExponential)
          everywhere (case zeroDual [ 1.0; 0.5 ] flowExponential) ]
      OnData = fun _ -> [] }
