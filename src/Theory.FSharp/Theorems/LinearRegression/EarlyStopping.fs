/// # Stopping early is ridge regression with λ = 1/t, up to a factor between 1 and 1.2985
///
/// From zero the flow of ½‖Xw - y‖² has the modes (1 - e^{-x})c/s, x = s²t, and ridge regression with ½‖Xw - y‖² + ‖w‖²/(2t) the
/// modes x/(1 + x) c/s. Their ratio (1 - e^{-x})(1 + x)/x is at least 1, since e^x ≥ 1 + x, and largest where e^x = 1 + x + x², at
/// x = 1.79328, where it is 1 + x/(1 + x + x²) = 1.29843: its square, 1.6859, bounds the ratio of the risks. Mode by mode there is no other
/// norm to mistake it for; that the start is zero is a hypothesis, with a control.
module ImplicitBias.Theory.Theorems.EarlyStopping

open System
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearRegression

let private x, t, w, m, lambda =
    symbol "x", symbol "t", symbol "w", symbol "m", symbol "lambda"

let private deficit = (1Q + x) * exp (-x)
let private passed = kappa * exp logT
let private ratio (x: Expression) = (1Q - exp (-x)) * (1Q + x) / x

let private slowest (data: Dataset) = List.last (rightVectors data)

/// c/s of the slowest mode.
let private mode (case: Case) =
    Measure.dot (slowest case.Data) (projection case)

/// Readings around the x where the ratio is largest.
let private readAt (data: Dataset) =
    caseAt [] [ 0.1; 0.5; 1.793282132900598; 5.0; 20.0 ] data (List.replicate data.Dimension 0.0) flow

let private cases =
    [ readAt oneRow; readAt twoRows; readAt nearlyParallel; readAt threeIrises ]

let theorem: Theorem =
    { Id = "early-stopping"
      Title =
        "flow stopped at t over ridge with λ = 1/t: (1 - e^{-x})(1 + x)/x per mode, x = s²t, in [1, 1.2985]"
      Source =
        Papers.continuousLeastSquares
            "risk of gradient flow against ridge at λ = 1/t; the constant 1.69 of the abstract"
      Hypotheses =
        [ interpolates
          { Says = "the start is zero"; Holds = fun case -> case.Start |> List.forall ((=) 0.0) }
          { Says = "the slowest direction has a part in the solution"
            Holds = fun case -> Math.Abs(mode case) > Budget.rounding (Measure.norm (projection case)) } ]
      Prediction = Prediction.forAllTime "⟨v, w(t)⟩/⟨v, ridge(1/t)⟩, v the slowest direction" (ratio passed)
      Constants = fun case -> [ kappa, smallestSquare case.Data; count, float case.Data.SampleCount ]
      Derivation =
        [ SolvesOde(
              "the flow's mode moves by κ = s² times what is missing from c/s = m",
              t,
              [ w, m * (1Q - exp (-kappa * t)), kappa * (m - w) ]
          )
          Substitution(
              "ridge has the mode cs/(s² + λ), at λ = 1/t and x = κt",
              m * kappa / (kappa + lambda),
              [ kappa, x / t; lambda, 1Q / t ],
              m * x / (1Q + x)
          )
          Derivative(
              "the ratio is stationary where e^x = 1 + x + x²",
              x,
              ratio x,
              exp (-x) * (1Q + x + x ** 2Q - exp x) / x ** 2Q
          )
          Identity(
              "there it is 1 + x/(1 + x + x²)",
              (1Q - 1Q / (1Q + x + x ** 2Q)) * (1Q + x) / x,
              1Q + x / (1Q + x + x ** 2Q)
          )
          Identity("the ratio is 1 + (1 - (1 + x)e^{-x})/x", ratio x, 1Q + (1Q - deficit) / x)
          Limit("(1 + x)e^{-x} is 1 at zero", x, 0Q, deficit, 1Q)
          Monotone("and decreases: the ratio is at least 1", x, deficit, Decreasing) ]
      Measure =
        fun case ->
            let direction, mode, square = slowest case.Data, mode case, smallestSquare case.Data

            Measure.at (fun snapshot ->
                let x = square * Math.Exp snapshot.LogTime
                Measure.dot direction snapshot.Parameters / (mode * x / (1.0 + x)))
      Rivals =
        [ Rival.create "ridge exactly" "early stopping taken for its continuous counterpart" 1Q
          Rival.create "λ = 2/t" "the calibration by half" (ratio passed * (passed + 2Q) / (passed + 1Q))
          Rival.create
              "mean loss"
              "λ = 1/t with the flow of the mean"
              ((1Q - exp (-passed / count)) * (1Q + passed) / passed)
          |> Rival.where (fun case -> case.Data.SampleCount > 1)
          Rival.create
              "rate s"
              "the rate s in place of s²"
              ((1Q - exp (-sqrt kappa * exp logT)) * (1Q + passed) / passed)
          Rival.create "linear path" "1 - x for e^{-x}" (1Q + passed) ]
      Controls =
        [ { Breaks = "the start is zero"
            Case =
              Case.readAt
                  []
                  (readAt twoRows).LogTimes
                  (caseAt [] [] twoRows [ 0.5; -0.25; 1.0; 0.0; 0.75 ] flow)
            PredictedAs = readAt twoRows
            Instead = "ridge shrinks towards zero, the flow starts elsewhere" } ]
      Cases = cases
      OnData = fun data -> [ readAt data ] }
