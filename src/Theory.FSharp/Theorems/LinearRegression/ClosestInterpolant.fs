/// # Regression goes to the interpolant closest to its start, at the rate of the smallest singular value
///
/// With X = USVᵀ and c = Uᵀ(y - Xw(0)), gradient flow on ½‖Xw - y‖² is w(t) = w(0) + V diag((1 - e^{-s²t})/s) c, and descent the
/// same with (1 - ηs²)ᵏ. The limit w(0) + X⁺(y - Xw(0)) is the interpolant nearest to w(0) in ℓ₂; the distance to it is the
/// slowest mode a = |c|e^{-s²t}/s, then half the square of the next over it: √(a² + b²) - a is between half of b²/(2a) and
/// all of it once b² ≤ 8a².
module ImplicitBias.Theory.Theorems.ClosestInterpolant

open System
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearRegression

/// |c|/s of the slowest mode.
let private amplitude = symbol "amplitude"

/// ‖P₀w(0)‖: how far the interpolant of least norm is from the closest one.
let private startNorm = symbol "startNorm"

let private time = exp logT

let private t, s, c, x, y =
    symbol "t", symbol "s", symbol "c", symbol "x", symbol "y"

let private k, a, b, d, r =
    symbol "k", symbol "a", symbol "b", symbol "d", symbol "r"

/// √(a² + b²) - a over b²/(2a) where b² = r a²: it falls from 1, to 1/2 at the largest r that is allowed.
let private share = 2Q * (sqrt (1Q + r) - 1Q) / r

let private largestRatio = 8

/// A mode along the flow: its distance from the start.
let private mode = c / s * (1Q - exp (-(s ** 2Q) * t))

/// |c|/s of the slowest mode, and the same of all others together.
let private modes (case: Case) =
    let from = Measure.minus case.Start (projection case)
    let direction = List.last (rightVectors case.Data)
    let slowest = Measure.dot direction from
    Math.Abs slowest, Measure.norm (Measure.minus from (Measure.scale slowest direction))

/// Where a mistake leads, and how far from w(∞).
let private detours =
    [ Detour.from
          projection
          (Detour.distance projection)
          "toOther"
          "wrong norm"
          "closest in other units"
          (Interpolants.closestInUnits Interpolants.start) ]

let private readAt = caseAt [ 0.5; 1.0 ] [ 2.0; 4.0; 8.0; 16.0 ]

let private cases (data: Dataset) (start: float list) =
    [ readAt data start flow; readAt data start descent ]

let private predicted = readAt twoRows signedStart descent

/// A case read when another one is.
let private readLike (other: Case) (case: Case) =
    Case.readAt other.Auxiliary other.LogTimes case

let theorem: Theorem =
    { Id = "closest-interpolant"
      Title = "‖w(t) - w(∞)‖ = |c|e^{-s²t}/s + ..., w(∞) the interpolant closest to w(0)"
      Source = Papers.optimizationGeometry "square loss; the path and its next term are derived here"
      Hypotheses =
        [ interpolates
          { Says = "no step ends at the interpolant"
            Holds = fun case -> Double.IsFinite(Array.head (rates case)) }
          { Says =
              "from the last auxiliary snapshot on the slowest mode a is no less than b/√8, b all the others"
            Holds =
              fun case ->
                  let a, b = modes case

                  match rates case with
                  | [| _ |] -> true
                  | rates ->
                      let time = Math.Exp(List.max case.Auxiliary)
                      let left = b * Math.Exp((rates[0] - rates[1]) * time)
                      left * left <= float largestRatio * a * a } ]
      Prediction =
        { Prediction.asymptotic "‖w(t) - w(∞)‖₂" (amplitude * exp (-kappa * time)) with
            Transient = exp ((kappa - 2Q * nextKappa) * time) }
      Constants =
        fun case ->
            let square = smallestSquare case.Data
            let step = case.Method.StepSize case.Data

            [ amplitude, fst (modes case)
              startNorm, Measure.norm (across case.Data case.Start)
              kappa,
              (if case.Method.IsDescent then
                   -LogDomain.Log1p(-step * square)
               else
                   square) ]
            @ List.filter (fun (symbol, _) -> symbol <> kappa) (rateConstants case)
            @ Detour.constants detours case
      Derivation =
        [ SolvesOde(
              "the flow of a mode along v is its distance to c/s, times s²",
              t,
              [ x, mode, s * (c - s * x) ]
          )
          Limit("it ends at c/s: the pseudo-inverse", t, infinity, mode, c / s)
          Assuming(
              "y in (0,1)",
              Identity(
                  "descent, y = ηs²: what is missing shrinks by 1 - y at every step",
                  (1Q - y) ** (k + 1Q),
                  (1Q - y) ** k - y * (1Q - y) ** k
              )
          )
          Expansion(
              "of two modes the slower is left, and half the square of the faster over it",
              t,
              infinity,
              sqrt (a ** 2Q * exp (-2Q * kappa * t) + b ** 2Q * exp (-2Q * (kappa + d) * t)),
              a * exp (-kappa * t) + b ** 2Q / (2Q * a) * exp (-(kappa + 2Q * d) * t),
              exp (-(kappa + 4Q * d) * t)
          )
          Identity(
              "of which √(a² + b²) - a keeps a share that falls with r = b²/a²",
              share,
              2Q / (1Q + sqrt (1Q + r))
          )
          Substitution("to a half", share, [ r, fromInt32 largestRatio ], 1Q / 2Q)
          Identity(
              "‖w - w(0)‖² = ‖w(∞) - w(0)‖² + ‖w - w(∞)‖² for interpolants w, whose difference is orthogonal to the rows",
              (x + y) ** 2Q - 2Q * x * y,
              x ** 2Q + y ** 2Q
          ) ]
      Measure =
        fun case ->
            let limit = projection case
            Measure.at (fun snapshot -> Measure.norm (Measure.minus snapshot.Parameters limit))
      Rivals =
        [ Rival.create
              "least norm"
              "the start forgotten: the interpolant of least norm"
              (sqrt (startNorm ** 2Q + amplitude ** 2Q * exp (-2Q * kappa * time)))
          |> Rival.where (fun case -> Measure.norm (across case.Data case.Start) > 0.0)
          Rival.create
              "mean loss"
              "averaging makes every rate n times smaller"
              (amplitude * exp (-kappa * time / count))
          |> Rival.where (fun case -> case.Data.SampleCount > 1)
          Rival.create "no half" "the loss without ½ is twice as fast" (amplitude * exp (-2Q * kappa * time))
          Rival.create "rate s" "the rate s in place of s²" (amplitude * exp (-sqrt kappa * time))
          Rival.create
              "flow for descent"
              "the rate ηs² in place of -log(1 - ηs²)"
              (amplitude * exp (-(1Q - exp (-kappa)) * time))
          |> Rival.where _.Method.IsDescent ]
        @ Detour.rivals detours
      Controls =
        [ { Breaks = "every step is a combination of the rows"
            Case = readLike predicted (readAt twoRows signedStart adam)
            PredictedAs = predicted
            Instead = "Adam divides every coordinate by a size of its own and ends at another interpolant" }
          { Breaks = "Xw = y has a solution"
            Case = readLike predicted (readAt contradictory signedStart descent)
            PredictedAs = predicted
            Instead = "the run ends at a compromise between the rows" } ]
      Cases =
        List.concat
            [ cases oneRow [ 1.0; 0.0 ]
              cases twoRows signedStart
              // b is 11a at the start.
              cases nearlyParallel [ 1.0; 0.5; 0.0; 0.75 ]
              cases threeIrises [ 0.0; 0.0; 0.0; 0.0 ] ]
      OnData = fun data -> cases data (generic data.Dimension) }
