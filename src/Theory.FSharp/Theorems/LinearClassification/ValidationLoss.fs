/// # The validation loss of a misclassified point grows like log t while the training loss vanishes
///
/// A point z with ⟨ŵ, z⟩ < 0 has the margin ⟨w, z⟩ = ⟨ŵ, z⟩ log t + ⟨ρ, z⟩, and log(1 + e^{-m}) = -m + O(e^{m}). Here z is
/// minus the mean of the signed inputs: a typical point with the wrong label.
module ImplicitBias.Theory.Theorems.ValidationLoss

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.Separable
open ImplicitBias.Theory.LinearClassification

let private slope = symbol "validationSlope" // -⟨ŵ, z⟩ > 0
let private level = symbol "validationLevel" // -⟨lim (w - ŵ log t), z⟩
let private m = symbol "m"

/// Minus the mean of the signed inputs, length d.
let private mislabelled (data: Dataset) =
    let inputs = data.SignedInputs()

    [| for j in 0 .. data.Dimension - 1 -> -(Seq.average (Seq.init data.SampleCount (fun i -> inputs[i, j]))) |]

/// log(1 + e^{-⟨w, z⟩}), without overflow.
let private validationLoss (case: Case) (snapshot: Snapshot) =
    LogDomain.Softplus -(Measure.dot snapshot.Parameters (mislabelled case.Data))

let theorem: Theorem =
    { Id = "validation-loss"
      Title = "logistic loss of a misclassified point = -⟨ŵ, z⟩ log t - ⟨ρ, z⟩ + o(1)"
      Source = Soudry.paper "remark on the growing validation loss; the constant is derived here"
      Hypotheses = [ separable; positiveDuals; weightsNearLimit ]
      Prediction =
        { Prediction.asymptotic "log(1 + e^{-⟨w(t), z⟩})" (slope * logT) with
            Next = level
            Transient = exp (-rate * logT) }
      Constants =
        fun case ->
            let point = mislabelled case.Data

            (slope, -(Measure.dot (maxMarginVector case.Data) point))
            :: (level, -(Measure.dot (limit case) point))
            :: constants case
      Derivation =
        [ Cited "w(t) = ŵ log t + ρ(t) with ρ(t) convergent"
          Assuming(
              "m real",
              Identity("log(1 + e^{-m}) = -m + log(1 + e^{m})", ln (1Q + exp (-m)), -m + ln (1Q + exp m))
          )
          Assuming(
              "m real",
              Expansion(
                  "far on the wrong side the loss is -m + e^{m} + O(e^{2m})",
                  m,
                  -infinity,
                  ln (1Q + exp (-m)),
                  -m + exp m,
                  exp (2Q * m)
              )
          )
          Assuming(
              "validationLevel real",
              Expansion(
                  "with m = ⟨ŵ, z⟩ log t + ⟨ρ, z⟩ the loss less its growth tends to a level",
                  logT,
                  infinity,
                  ln (1Q + exp (slope * logT + level)),
                  slope * logT + level + exp (-(slope * logT + level)),
                  exp (-2Q * slope * logT)
              )
          ) ]
      Measure = fun case -> Measure.at (validationLoss case)
      Rivals =
        [ Rival.create "no growth" "the validation loss follows the training loss to zero" 0Q
          Rival.create "no residual" "the leading term alone" (slope * logT)
          Rival.create "mean loss" "averaging the loss divides time by n" (slope * (logT - ln count) + level)
          Rival.create "iterated logarithm" "log log t for log t" (slope * ln logT + level) ]
      Controls =
        [ { Breaks = "the loss has an exponential tail"
            Case = fivePointsPolynomial
            PredictedAs = case fivePoints [ 0.0; 0.0 ] flowExponential
            Instead = "the validation loss grows like a power of t" } ]
      Cases = cases
      OnData = onData methods }
