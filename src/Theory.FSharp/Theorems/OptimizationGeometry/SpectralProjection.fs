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
open ImplicitBias.Theory.SpectralRegression

/// Distances of W(∞) from the interpolants that mistakes lead to.
let private toClosest, toForgotten, toAligned =
    symbol "toClosest", symbol "toForgotten", symbol "toAligned"

let private w, v, a, b = symbol "w", symbol "v", symbol "a", symbol "b"

let private distance (case: Case) (other: float array option) =
    match other with
    | Some other -> Measure.norm (Measure.minus other (projection case))
    | None -> 0.0

let private closest (case: Case) =
    tryProject case.Data (Euclidean()) case.Start

let private forgotten (case: Case) =
    let m = size case.Data
    tryProject case.Data (potential case) [ for k in 0 .. m * m - 1 -> if k % (m + 1) = 0 then 1.0 else 0.0 ]

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

let private visible other case =
    distance case (other case) > 1e-3 * Measure.norm (projection case)

let private readAt data start method =
    caseAt [ 2.0; 3.0 ] [ 6.0; 9.0; 12.0 ] data start method
    |> RegressionNetworks.coarsely

let private flow = mirrorFlow (SpectralEntropy())
let private predicted = readAt general generalStart flow

let theorem: Theorem =
    { Id = "spectral-projection"
      Title = "W(t) → argmin {tr(W log W - W log W(0) - W) : tr(AᵢW) = bᵢ}, also for Aᵢ that do not commute"
      Source =
        { Authors = "Gunasekar, Lee, Soudry, Srebro"
          Year = 2018
          ArXiv = "1802.08246"
          Place =
            "mirror descent on losses with a unique finite root; matrices as in Tsuda, Rätsch and Warmuth 2005; the rate is derived here" }
      Hypotheses = [ interpolates; underdetermined ]
      Prediction =
        { Quantity = "‖W(t) - W(∞)‖_F, W(∞) the projection of W(0) in relative entropy"
          Claim = Asymptotic
          Leading = 0Q
          Next = 0Q
          Remainder = 0Q
          Transient = exp (-kappa * exp logT) }
      Constants =
        fun case ->
            [ toClosest, distance case (closest case)
              toForgotten, distance case (forgotten case)
              toAligned, distance case (aligned case) ]
            @ rateConstants case
      Derivation =
        [ Derivative("eigenvalue by eigenvalue, d(w log w - w) = log w", w, w * ln w - w, ln w)
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
          Cited
              "log W in log W(0) + span(Aᵢ) and tr(AᵢW) = bᵢ are the KKT conditions of a strictly convex program; the derivative of log in the eigenbasis is the divided difference (Daleckii and Krein)" ]
      Measure =
        fun case ->
            let limit = projection case
            Measure.at (fun snapshot -> Measure.norm (Measure.minus snapshot.Parameters limit))
      Rivals =
        [ Rival.create "closest in Frobenius norm" "the geometry of gradient descent" toClosest
          |> Rival.where (visible closest)
          Rival.create
              "start forgotten"
              "argmin tr(W log W - W): the start taken for the identity"
              toForgotten
          |> Rival.where (visible forgotten)
          Rival.create
              "eigenvectors kept"
              "the entropy of the eigenvalues alone, as if all commuted"
              toAligned
          |> Rival.where (visible aligned) ]
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
                  (readAt general generalStart LinearRegression.flow)
            PredictedAs = predicted
            Instead = "gradient flow goes to the closest interpolant in Frobenius norm" } ]
      Cases = [ predicted; readAt twoVariances correlated flow ]
      OnData = fun _ -> [] }
