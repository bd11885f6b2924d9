/// # Mirror flow of matrices goes to the interpolant of least quantum relative entropy to its start
///
/// d log W/dt = -Σ rᵢAᵢ, rᵢ = tr(AᵢW) - bᵢ: log W(t) - log W(0) is a combination of the Aᵢ, whether these commute or not. With
/// tr(AᵢW) = bᵢ these are the KKT conditions of min D(W, W(0)), D(W, V) = tr(W log W - W log V - W + V). The distance to it shrinks
/// like e^{-κt}, κ the smallest eigenvalue of the metric (∇²ψ)⁻¹ between the measurements, where
/// (∇²ψ)⁻¹ multiplies the entries in the eigenbasis of W by the logarithmic means of the eigenvalues.
module ImplicitBias.Theory.Theorems.SpectralProjection

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearRegression
open ImplicitBias.Theory.Interpolants
open ImplicitBias.Theory.SpectralRegression

let private w, v, a, b = symbol "w", symbol "v", symbol "a", symbol "b"

let private t, w0, r, e, e0 =
    symbol "t", symbol "w0", symbol "r", symbol "e", symbol "e0"

/// The interpolant of least relative entropy among the matrices with the eigenvectors of the start.
let private aligned (case: Case) =
    let values, vectors = spectrum (matrix case.Start)
    let inputs = case.Data.Inputs()

    let rows =
        array2D
            [ for i in 0 .. case.Data.SampleCount - 1 ->
                  Seq.toList ((vectors.TransposeThisAndMultiply(matrix inputs[i, *]) * vectors).Diagonal()) ]

    let data =
        Dataset.ForRegression("in the eigenbasis of the start", rows, case.Data.Targets())

    tryProject data (NegativeEntropy()) values
    |> Option.map (fun values -> ofSpectrum values vectors)

/// W(0)^{1/2}.
let private root (case: Case) =
    let values, vectors = spectrum (matrix case.Start)
    ofSpectrum (Array.map System.Math.Sqrt values) vectors

/// Where mistakes lead, and how far from W(∞).
let private detours =
    let detour = Detour.from projection (Detour.distance projection)

    [ detour "toClosest" "closest in Frobenius norm" "the geometry of gradient descent" (closestTo start)
      detour
          "toForgotten"
          "start forgotten"
          "argmin tr(W log W - W): the start taken for the identity"
          leastPotential
      detour
          "toRoot"
          "start of a factor"
          "W(0)^{1/2} in place of W(0): half of log W(0)"
          (projectionOf root potential)
      detour
          "toTriangle"
          "triangle for the trace"
          "entries off the diagonal counted once, not twice"
          otherConvention
      detour
          "toAligned"
          "eigenvectors kept"
          "the entropy of the eigenvalues alone, as if all commuted"
          aligned ]

let private readAt data start method =
    nearEnd data start method |> Case.coarsely

let private flow = mirrorFlow (SpectralEntropy())
let private predicted = readAt general generalStart flow

let theorem: Theorem =
    { Id = "spectral-projection"
      Title = "W(t) → argmin {tr(W log W - W log W(0) - W) : tr(AᵢW) = bᵢ}, also for Aᵢ that do not commute"
      Source =
        Papers.optimizationGeometry
            "mirror descent on losses with a unique finite root; matrices as in Tsuda, Rätsch and Warmuth 2005; the rate is derived here"
      Hypotheses =
        [ interpolates
          { Says = "some direction of the symmetric matrices is not measured"
            Holds =
              fun case ->
                  let m = size case.Data
                  (singularValues case.Data).Length < m * (m + 1) / 2 }
          settles
              (fun case snapshot ->
                  (flowRates case.Data (potential case) (Seq.toArray snapshot.Parameters))[0])
              (fun case -> (flowRates case.Data (potential case) (projection case))[0]) ]
      Prediction =
        { Prediction.asymptotic "‖W(t) - W(∞)‖_F, W(∞) the projection of W(0) in relative entropy" 0Q with
            Transient = exp (-kappa * exp logT) }
      Constants = fun case -> Detour.constants detours case @ rateConstants case
      Derivation =
        [ SolvesOde(
              "an eigenvalue under a constant pull r of one measurement with eigenvalue a: its logarithm moves by -rat",
              t,
              [ w, w0 * exp (-r * a * t), -w * r * a ]
          )
          Derivative(
              "d/dw of w log w - w log v - w + v = log w - log v",
              w,
              w * ln w - w * ln v - w + v,
              ln w - ln v
          )
          Limit(
              "the logarithmic mean (a - b)/(log a - log b) of equal eigenvalues is the eigenvalue",
              b,
              0Q,
              ((a + b) - a) / (ln (a + b) - ln a),
              a
          )
          SolvesOde(
              "near the limit the slowest mode decays at its rate",
              t,
              [ e, e0 * exp (-kappa * t), -kappa * e ]
          )
          Cited
              "log W in log W(0) + span(Aᵢ) and tr(AᵢW) = bᵢ are the KKT conditions of a strictly convex program; the derivative of log in the eigenbasis is the divided difference (Daleckii and Krein)" ]
      Measure =
        fun case ->
            let limit = projection case
            Measure.at (fun snapshot -> Measure.norm (Measure.minus snapshot.Parameters limit))
      Rivals = Detour.rivals detours
      Controls =
        [ { Breaks = "the start is the one projected"
            Case = readAt general [ for entry in generalStart -> 2.0 * entry ] flow
            PredictedAs = predicted
            Instead = "another start has another projection" }
          { Breaks = "the dual moves along the measurements"
            Case =
              Case.readAt
                  predicted.Auxiliary
                  predicted.LogTimes
                  (readAt general generalStart LinearRegression.Methods.flow)
            PredictedAs = predicted
            Instead = "gradient flow goes to the closest interpolant in Frobenius norm" } ]
      Cases = [ predicted; readAt twoVariances correlated flow ]
      OnData =
        fun data ->
            if areSymmetric data then
                [ readAt data (lehmer (size data)) flow ]
            else
                [] }
