/// # As the initialisation shrinks, u₊² - u₋² goes to the sparsest interpolant by a power law
///
/// With a unique ℓ₁ minimiser on n columns S, its dual λ̂ and ν = Xᵀλ̂, the weights off S vanish like
/// sgn(νⱼ) α^{2(1-|νⱼ|)} exp(sgn(νⱼ) xⱼ·μ), X_Sᵀμ = s log|w_S|: a power of α, not 1/log(1/α), and as slow as max|ν| is near 1. The next
/// term comes from what these weights take from S, and from the other branch of sinh. Here t = 1/α: every reading is the end
/// of a flow of its own.
module ImplicitBias.Theory.Theorems.SmallInitialisation

open System
open MathNet.Numerics.LinearAlgebra
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.LinearRegression
open ImplicitBias.Theory.Interpolants
open ImplicitBias.Theory.RegressionNetworks

/// |νⱼ| of the largest weight off the support, exp(sgn(νⱼ) xⱼ·μ), and the next term relative to the first: bend · α^power; the same
/// weight of the interpolant of least ‖w‖₂.
let private nu, amplitude, bend, power, euclidean =
    symbol "nu", symbol "amplitude", symbol "bend", symbol "power", symbol "euclidean"

let private alpha = exp (-logT)
let private w, m, a = symbol "w", symbol "m", symbol "a"

/// w/2α².
let private scaled = w / (2Q * a ** 2Q)

/// 2α² sinh(2ν log(1/α) + m).
let private offSupport =
    a ** 2Q * (exp (m - 2Q * nu * ln a) - exp (2Q * nu * ln a - m))

type private Vertex =
    {
        /// The coordinate with the largest |ν| below 1.
        Largest: int
        Sign: float
        Nu: float
        Amplitude: float
        Bend: float
        Power: float
        /// All terms of this order and the next ones: exponents of α and coefficients.
        Terms: (float * float) list
    }

let private solve (data: Dataset) =
    match BasisPursuit.Solve(data.ExactInputs(), data.ExactTargets(), MarginNorm.L1) with
    | :? BasisPursuitResult.Solved as solved when
        solved.IsUnique = Nullable true
        && solved.Face.Length = data.SampleCount
        && solved.Face.Length < data.Dimension
        ->
        Some solved
    | _ -> None

let private vertex (data: Dataset) (solved: BasisPursuitResult.Solved) : Vertex =
    let inputs = data.Inputs()
    let columns = Matrix<float>.Build.DenseOfArray inputs

    let onSupport =
        Matrix<float>.Build.DenseOfColumns [ for j in solved.Face -> columns.Column j ]

    let weights =
        Vector<float>.Build.Dense [| for j in solved.Face -> solved.WeightsDouble[j] |]

    let signs = weights.Map(fun w -> float (Math.Sign w))

    let nus = dualImage data solved

    let size j = max nus[j] -nus[j]

    let mu =
        onSupport.Transpose().Solve(weights.MapIndexed(fun k w -> signs[k] * Math.Log(Math.Abs w)))

    let off =
        [ for j in 0 .. data.Dimension - 1 do
              if not (Array.contains j solved.Face) then
                  j ]

    let largest = off |> List.maxBy size
    let sign j = float nus[j].Sign
    let tilt j = sign j * (columns.Column j * mu)

    // What weight k off the support takes from it, and what that does to log|w_S|, hence to μ, hence to weight `largest`.
    let response k =
        let taken = onSupport.Solve(columns.Column k) * (sign k * Math.Exp(tilt k))

        let shift =
            onSupport.Transpose().Solve(taken.PointwiseDivide(weights.PointwiseAbs()))

        -sign largest * (columns.Column largest * shift)

    let terms =
        (Rational(4I, 1I) * size largest, -Math.Exp(-2.0 * tilt largest))
        :: [ for k in off -> Rational(2I, 1I) * (Rational.One - size k), response k ]

    let power, bend = leadingTerm terms

    { Largest = largest
      Sign = sign largest
      Nu = (size largest).ToDouble()
      Amplitude = Math.Exp(tilt largest)
      Bend = bend
      Power = power
      Terms = [ for power, coefficient in terms -> power.ToDouble(), coefficient ] }

/// Readings at α = 10⁻¹ and 10^{-5/2}.
let private case (data: Dataset) =
    Case.create
        data.Name
        data
        (from 0.0 data)
        smallestScales
        []
        [ for k in [ 1.0; 2.5 ] -> k * Math.Log 10.0 ]

/// The l1 minimiser is (0, 0, 16, 16), with dual (1, 1): ν = (3/4, 1/4, 1, 1), x₁·μ = log 8.
let private threeByTwo =
    Dataset.ForRegression(
        "two rows, one near the face",
        array2D [ [ 0.5; -0.25; 1.0; 0.0 ]; [ 0.25; 0.5; 0.0; 1.0 ] ],
        [| 16.0; 16.0 |]
    )

/// The l1 minimiser is (0, 1/16, -1), with dual (1, -1): ν = (1/4, 1, -1), x₁·μ = -log 4, and the other branch of sinh leads
/// what is left out.
let private farFromFace =
    Dataset.ForRegression(
        "two rows, far from the face",
        array2D [ [ 0.5; 1.0; 0.0 ]; [ 0.25; 0.0; 1.0 ] ],
        [| 0.0625; -1.0 |]
    )

let theorem: Theorem =
    { Id = "small-initialisation"
      Title = "off the ℓ₁ support |wⱼ| = α^{2(1-|νⱼ|)} exp(sgn(νⱼ) xⱼ·μ) (1 + ...) as α → 0"
      Source = Papers.kernelAndRich "the rich limit; the law off the support is derived here"
      Hypotheses =
        [ { Says = "the ℓ₁ minimiser is unique, with as many non-zero weights as rows"
            Holds = fun case -> Option.isSome (solve case.Data) }
          { Says =
              "the law has set in at the readings: its next term is below half of the first, and the others below half of it"
            Holds =
              fun case ->
                  match solve case.Data with
                  | Some solved ->
                      let vertex = vertex case.Data solved
                      let at logTime power = Math.Exp(-power * logTime)

                      vertex.Nu > 0.0
                      && Math.Abs vertex.Bend * at (List.max case.LogTimes) vertex.Power < 0.5
                      && case.LogTimes
                         |> List.forall (fun logTime ->
                             let next = vertex.Bend * at logTime vertex.Power

                             let all =
                                 vertex.Terms
                                 |> List.sumBy (fun (power, coefficient) -> coefficient * at logTime power)

                             Math.Abs(all - next) < 0.5 * Math.Abs next)
                  | None -> false } ]
      Prediction =
        { Prediction.asymptotic
              "the largest |wⱼ(∞)| off the ℓ₁ support, t = 1/α"
              (amplitude * alpha ** (2Q * (1Q - nu))) with
            Remainder = amplitude * alpha ** (2Q * (1Q - nu)) * bend * alpha ** power }
      Constants =
        fun case ->
            match solve case.Data with
            | Some solved ->
                let vertex = vertex case.Data solved

                [ nu, vertex.Nu
                  amplitude, vertex.Amplitude
                  bend, vertex.Bend
                  power, vertex.Power
                  euclidean,
                  (match closestTo zero case with
                   | Some least -> vertex.Sign * least[vertex.Largest]
                   | None -> nan) ]
            | None -> invalidOp $"{case.Instance} has no unique l1 vertex."
      Derivation =
        [ Expansion(
              "on the support asinh(w/2α²) = log w + log(1/α²) + α⁴/w² + O(α⁸): Xᵀλ there is log(1/α²) sgn(w) + sgn(w) log|w|, so λ = log(1/α²) λ̂ + μ",
              a,
              0Q,
              ln (scaled + sqrt (1Q + scaled ** 2Q)),
              ln w - 2Q * ln a + a ** 4Q / w ** 2Q,
              a ** 8Q
          )
          Assuming(
              "nu in (0,1), m real",
              Identity(
                  "off it 2α² sinh(2ν log(1/α) + m) = α^{2(1-ν)} eᵐ - α^{2(1+ν)} e^{-m}",
                  offSupport,
                  a ** (2Q * (1Q - nu)) * exp m - a ** (2Q * (1Q + nu)) * exp -m
              )
          )
          Assuming(
              "nu in (0,1), m real",
              Limit("a power of α, not of log(1/α)", a, 0Q, ln offSupport / ln a, 2Q * (1Q - nu))
          ) ]
      Measure =
        fun case ->
            match solve case.Data with
            | Some solved ->
                let vertex, predictor = vertex case.Data solved, predictor case
                Measure.at (fun snapshot -> vertex.Sign * (predictor snapshot)[vertex.Largest])
            | None -> fun _ -> nan
      Rivals =
        [ Rival.create "logarithmic" "1/log(1/α), as for the value of the penalty" (1Q / logT)
          Rival.create "exponent 1 - |ν|" "α for α²" (amplitude * alpha ** (1Q - nu))
          Rival.create "factor two" "2α² for α²" (amplitude * (2Q * alpha ** 2Q) ** (1Q - nu))
          Rival.create "wrong norm" "the ℓ₂ interpolant" euclidean
          Rival.create "no amplitude" "α^{2(1-|ν|)} alone" (alpha ** (2Q * (1Q - nu)))
          Rival.create "exactly sparse" "zero at a finite α" 0Q ]
      Controls =
        [ { Breaks = "the law is that of the data's own ℓ₁ vertex"
            Case = case threeByTwo
            PredictedAs = case (Dataset.ForRegression("other targets", threeByTwo.Inputs(), [| 1.0; 1.5 |]))
            Instead = "another μ" } ]
      Cases = [ case twoRows; case threeByTwo; case farFromFace ]
      OnData = fun data -> [ case data ] }
