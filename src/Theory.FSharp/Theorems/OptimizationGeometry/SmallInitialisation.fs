/// # As the initialisation shrinks, u₊² - u₋² goes to the sparsest interpolant by a power law
///
/// With a unique ℓ₁ minimiser on n columns S, its dual λ̂ and ν = Xᵀλ̂, the weights off S vanish like
/// sgn(νⱼ) α^{2(1-|νⱼ|)} exp(sgn(νⱼ) xⱼ·μ), X_Sᵀμ = s log|w_S|: a power of α, not 1/log(1/α), and as slow as max|ν| is near 1. The next
/// term comes from what these weights take from S, and from the other branch of sinh, with a power and a coefficient known; of what is
/// left then the power is known, be it that of another weight or the square of the next term. Here t = 1/α: every reading is the
/// end of a flow of its own.
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

/// |νⱼ| of the largest weight off the support, exp(sgn(νⱼ) xⱼ·μ), the next term relative to the first, bend · α^power, and the power of
/// the one after that; the same weight of the interpolant of least ‖w‖₂.
let private nu, amplitude, bend, power, rest, euclidean =
    symbol "nu", symbol "amplitude", symbol "bend", symbol "power", symbol "rest", symbol "euclidean"

let private alpha = exp (-logT)

/// The least double of full precision.
let private doubles = 2.2250738585072014e-308

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
        /// The least power after that.
        Rest: float
        /// What the first two terms leave at log(1/α), to second order in the weights off the support, relative to the first.
        Left: float -> float
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
    let sign = float nus[largest].Sign
    let along (move: Vector<float>) = sign * (columns.Column largest * move)
    let tilt = along mu

    // Both branches of 2α² sinh(2νₖ log(1/α) + mₖ) = ±α^{2(1∓νₖ)} e^{±mₖ}: k, the sign, the power, e^{±mₖ}.
    let branches =
        [ for k in off do
              for branch in [ Rational.One; -Rational.One ] do
                  let b = branch.ToDouble()

                  k,
                  b,
                  Rational(2I, 1I) * (Rational.One - branch * nus[k]),
                  Math.Exp(b * (columns.Column k * mu)) ]

    // What weights off the support take from it, relative to |w_S|.
    let taken (weightsOff: (int * float) list) =
        onSupport
            .Solve(
                weightsOff
                |> List.map (fun (k, weight) -> weight * columns.Column k)
                |> List.reduce (+)
            )
            .PointwiseDivide(weights.PointwiseAbs())

    // How μ moves when sgn(w_S) log|w_S| does.
    let moved (logs: Vector<float>) = onSupport.Transpose().Solve logs

    let own = Rational(4I, 1I) * size largest, -Math.Exp(-2.0 * tilt)

    let terms =
        own
        :: [ for k, b, power, size in branches -> power, -along(moved (taken [ k, b * size ])) ]

    let power, bend = leadingTerm terms

    let others =
        [ for other, coefficient in terms do
              if other.ToDouble() > power then
                  other.ToDouble(), coefficient ]

    let left (logTime: float) =
        let at (power: float) = Math.Exp(-power * logTime)

        let first =
            taken [ for k, b, power, size in branches -> k, b * size * at (power.ToDouble()) ]

        let move = -(moved first)

        // log|w_S| to second order, and the weights off the support at the μ moved so far.
        let second =
            taken
                [ for k, _, power, size in branches ->
                      k, size * at (power.ToDouble()) * (columns.Column k * move) ]
            + signs.PointwiseMultiply(first.PointwiseMultiply first) / 2.0

        let change, branch = along move, snd own * at ((fst own).ToDouble())

        (others |> List.sumBy (fun (power, coefficient) -> coefficient * at power))
        - along (moved second)
        + change * change / 2.0
        - branch * change

    { Largest = largest
      Sign = sign
      Nu = (size largest).ToDouble()
      Amplitude = Math.Exp tilt
      Bend = bend
      Power = power
      Rest = others |> List.map fst |> List.fold min (2.0 * power)
      Left = left }

/// Read where the next term is 3 and 1 thousandths of the first; from a tenth to a hundredth it is left to the auxiliary readings.
let private case (data: Dataset) =
    let logTime =
        match solve data with
        | Some solved ->
            let vertex = vertex data solved
            fun size -> Math.Log(max 1.0 (Math.Abs vertex.Bend) / size) / vertex.Power
        | None -> fun _ -> 0.0

    Case.create
        data.Name
        data
        (from 0.0 data)
        smallestScales
        (List.map logTime [ 0.1; 0.03; 0.01 ])
        (List.map logTime [ 0.003; 0.001 ])

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
      Title = "off the ℓ₁ support |wⱼ| = α^{2(1-|νⱼ|)} exp(sgn(νⱼ) xⱼ·μ) (1 + b αᵖ + …) as α → 0"
      Source = Papers.kernelAndRich "the rich limit; the law off the support is derived here"
      Hypotheses =
        [ { Says = "the ℓ₁ minimiser is unique, with as many non-zero weights as rows"
            Holds = fun case -> Option.isSome (solve case.Data) }
          { Says = "the law sets in before α = 10⁻⁷⁶, while α⁴ of the metric (w² + 4α⁴)^{1/2} is a double"
            Holds = fun case -> Math.Exp(-4.0 * List.max case.LogTimes) >= doubles }
          { Says = "the auxiliary readings see what the first two terms leave fade like α^rest"
            Holds =
              fun case ->
                  match solve case.Data with
                  | Some solved ->
                      let vertex = vertex case.Data solved

                      let largest =
                          List.map (fun logTime ->
                              Math.Abs(vertex.Left logTime) * Math.Exp(vertex.Rest * logTime))
                          >> List.fold max 0.0

                      largest case.LogTimes <= Budget.safety * largest case.Auxiliary
                  | None -> false } ]
      Prediction =
        { Prediction.asymptotic
              "the largest |wⱼ(∞)| off the ℓ₁ support, t = 1/α"
              (amplitude * alpha ** (2Q * (1Q - nu))) with
            Next = amplitude * alpha ** (2Q * (1Q - nu)) * bend * alpha ** power
            Transient = alpha ** (2Q * (1Q - nu) + rest) }
      Constants =
        fun case ->
            match solve case.Data with
            | Some solved ->
                let vertex = vertex case.Data solved

                [ nu, vertex.Nu
                  amplitude, vertex.Amplitude
                  bend, vertex.Bend
                  power, vertex.Power
                  rest, vertex.Rest
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
          Rival.create
              "first term alone"
              "what is off the support takes nothing from it"
              (amplitude * alpha ** (2Q * (1Q - nu)))
          Rival.create "exactly sparse" "zero at a finite α" 0Q ]
      Controls =
        [ { Breaks = "the law is that of the data's own ℓ₁ vertex"
            Case = case threeByTwo
            PredictedAs = case (Dataset.ForRegression("other targets", threeByTwo.Inputs(), [| 1.0; 1.5 |]))
            Instead = "another μ" } ]
      Cases = [ case twoRows; case threeByTwo; case farFromFace ]
      OnData = fun data -> [ case data ] }
