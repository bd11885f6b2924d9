/// # Where the dual is not unique, the flow picks the one of maximum entropy
///
/// Eₙ = η t (-ℓ'(mₙ)) tends to an optimal dual of the form e^{-⟨zₙ, v⟩}. Among {a ≥ 0, Σ aₙ zₙ = ŵ} exactly one point has
/// that form: the minimiser of Σ aₙ (log aₙ - 1), whose stationarity reads log aₙ = -⟨zₙ, v⟩.
module ImplicitBias.Theory.Theorems.MaximumEntropy

open System
open MathNet.Numerics.LinearAlgebra
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.Separable
open ImplicitBias.Theory.LinearClassification

let private a, c, p, v = symbol "a", symbol "c", symbol "p", symbol "v"

let private toVertex, toUniform, toMean =
    symbol "toVertex", symbol "toUniform", symbol "toMean"

/// maxₙ |xₙ - yₙ|.
let private distance (x: float array) (y: float array) =
    Array.map2 (fun u v -> Math.Abs(u - v: float)) x y |> Array.max

/// Four support vectors in three dimensions: (1, 1, 0), (1, -1, 0), (1, 0, 2), (1, 0, -1); ŵ = (1, 0, 0).
let private dependent =
    Dataset.FromSignedInputs(
        "dependent support vectors",
        array2D
            [ [ 1.0; 1.0; 0.0 ]
              [ 1.0; -1.0; 0.0 ]
              [ 1.0; 0.0; 2.0 ]
              [ 1.0; 0.0; -1.0 ]
              [ 3.0; 1.0; 1.0 ] ]
    )

/// Iris petals with a bias feature and the flower (16, 6) mm, a support vector, measured twice.
let private measuredTwice =
    let inputs, labels = irisPetals.Inputs(), irisPetals.Labels()

    let twin =
        Seq.init irisPetals.SampleCount id
        |> Seq.find (fun i -> inputs[i, 0] = 1.6 && inputs[i, 1] = 0.6)

    let row i =
        if i < irisPetals.SampleCount then i else twin

    Dataset(
        "iris petals, one flower twice",
        irisPetals.Features,
        Array2D.init (irisPetals.SampleCount + 1) irisPetals.Dimension (fun i j -> inputs[row i, j]),
        Array.init (irisPetals.SampleCount + 1) (fun i -> labels[row i])
    )

/// The dual of least Σ αₙ², from the pseudo-inverse of the support vectors; None where it has negative entries.
let private leastNorm (case: Case) =
    let inputs, support = case.Data.SignedInputs(), (geometry case.Data).Support

    let onSupport =
        Matrix<float>.Build.DenseOfColumnArrays([ for n in support -> inputs[n, *] ]).PseudoInverse()
        * Vector<float>.Build.Dense(maxMarginVector case.Data)

    let dual: float array = Array.zeroCreate case.Data.SampleCount
    Seq.iter2 (fun n weight -> dual[n] <- weight) support onSupport

    if Array.forall (fun weight -> weight >= 0.0) dual then
        Some dual
    else
        None

let private detour =
    Detour.from
        (fun case -> (geometry case.Data).Dual)
        (fun case dual -> distance dual (geometry case.Data).Dual)
        "toLeastNorm"
        "least norm"
        "the dual of least Σ αₙ²"
        leastNorm

let theorem: Theorem =
    { Id = "maximum-entropy"
      Title = "η t (-ℓ'(mₙ)) → the optimal dual of maximum entropy"
      Source = Soudry.paper "non-unique duals; the selection is derived here"
      Hypotheses =
        [ separable
          positiveDuals
          { Says = "the dual is not unique"
            Holds = fun case -> not (geometry case.Data).Solution.DualIsUnique } ]
      Prediction =
        { Prediction.asymptotic "maxₙ |η t (-ℓ'(mₙ)) - αₙ|, α of maximum entropy" 0Q with
            Transient = exp (-rate * logT) }
      Constants =
        fun case ->
            let geometry = geometry case.Data
            let support = geometry.Support
            let mass = Array.sum geometry.Dual / float support.Length

            let uniform =
                Array.init case.Data.SampleCount (fun n -> if Array.contains n support then mass else 0.0)

            (toVertex, distance geometry.Solution.DualDouble geometry.Dual)
            :: (toUniform, distance uniform geometry.Dual)
            :: (toMean, Array.max geometry.Dual * (1.0 - 1.0 / float case.Data.SampleCount))
            :: Detour.constants [ detour ] case
            @ constants case
      Derivation =
        [ Derivative("d/da of a (log a - 1) is log a", a, a * (ln a - 1Q), ln a)
          Assuming(
              "v real",
              Substitution(
                  "weights e^{-⟨zₙ, v⟩} satisfy stationarity, log a = -⟨zₙ, v⟩",
                  ln a,
                  [ a, exp (-v) ],
                  -v
              )
          )
          Derivative(
              "whose slope is 1/a > 0: strictly convex, so that the point is unique",
              a,
              ln a,
              a ** -1Q
          )
          Assuming(
              "p in (0,1)",
              Derivative(
                  "a point counted twice shares its weight c as p to 1 - p: the slope along the face",
                  p,
                  c * p * (ln (c * p) - 1Q) + c * (1Q - p) * (ln (c * (1Q - p)) - 1Q),
                  c * (ln p - ln (1Q - p))
              )
          )
          Substitution("which is zero at p = 1/2", ln p - ln (1Q - p), [ p, 1Q / 2Q ], 0Q)
          Assuming(
              "p in (0,1)",
              Derivative(
                  "and grows, so that nowhere on the face is the objective smaller",
                  p,
                  ln p - ln (1Q - p),
                  1Q / (p * (1Q - p))
              )
          ) ]
      Measure =
        fun case ->
            Measure.at (fun snapshot -> distance (dynamicDuals case snapshot) (geometry case.Data).Dual)
      Rivals =
        [ Rival.create "vertex" "a sparsest dual, as a solver returns it" toVertex
          Rival.create "uniform" "equal weights on the support" toUniform
          Rival.create "mean loss" "averaging divides every weight by n" toMean
          detour.Rival ]
      Controls =
        [ { Breaks = "the loss has an exponential tail"
            Case = readShortly (case dependent [ 0.0; 0.0; 0.0 ] flowPolynomial)
            PredictedAs = case dependent [ 0.0; 0.0; 0.0 ] flowExponential
            Instead = "t times the weights does not converge" }
          { Breaks = "the loss is summed, not averaged"
            Case = case dependent [ 0.0; 0.0; 0.0 ] meanDescent
            PredictedAs = case dependent [ 0.0; 0.0; 0.0 ] descentExponential
            Instead = "the weights are n times too small" } ]
      Cases =
        [ for method in methods do
              case dependent [ 0.0; 0.0; 0.0 ] method
              case measuredTwice [ 0.0; 0.0; 0.0 ] method ]
      OnData = onData methods }
