/// # From small starts a deep diagonal network goes to a weighted ℓ₁ norm, and what it does not use fades like α^L
///
/// With c = αη in every layer but the last, the mirror map S(b) = c^{2-L}s(b/c), s(u) = ∫₀ᵘ (1 + x²)^{-(L-1)/2} dx, saturates for L ≥ 3, at
/// c^{2-L}σ, σ = √π Γ((L-2)/2)/(2Γ((L-1)/2)). So the limit has least Σ|wⱼ|ηⱼ^{2-L}; with its dual λ̂ on n columns and κⱼ = ηⱼ^{L-2} xⱼ·λ̂, a weight
/// off the support is α^L ηⱼ^L u(1 + u²)^{(L-1)/2}, s(u) = σκⱼ: not α^{2(1-|κ|)}, as at depth two. The next term, of relative size α^{L-2}, is
/// what the support lacks of saturation, W^{-(L-2)/L}/(L - 2) + O(W^{-(L+2)/L}), W = |w|/c^L; a term in W⁻¹ cancels, so its square α^{2L-4} and
/// α^{L+2} come after it. Here t = 1/α: every reading is the end of a flow of its own.
module ImplicitBias.Theory.Theorems.SeparateLayersSmallStart

open System
open MathNet.Numerics.LinearAlgebra
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.RegressionNetworks
open ImplicitBias.Theory.NetworkRegression

/// L, |κ|, η^L u(1 + u²)^{(L-1)/2} and the next term of the largest weight off the support; the same amplitude without
/// η, and with s(u) = κ; the same weight of the interpolant of least ‖w‖₂.
let private depth, kappa, amplitude, bend, shapeless, unscaled, euclidean =
    symbol "L",
    symbol "kappa",
    symbol "amplitude",
    symbol "bend",
    symbol "shapeless",
    symbol "unscaled",
    symbol "euclidean"

/// The power of α after the next term: 3L - 4, of the square of its factor, or 2L + 2, of what is left of saturation after
/// its first term.
let private third = symbol "third"

let private alpha = exp (-logT)
let private u = symbol "u"

let private depthOf (case: Case) = case.Start.Length / case.Data.Dimension

let private shapeOf (case: Case) =
    case.Start |> List.truncate case.Data.Dimension |> List.toArray

/// σ: the saturation of s.
let private saturation (depth: int) =
    Math.Sqrt Math.PI
    * MathNet.Numerics.SpecialFunctions.Gamma(float (depth - 2) / 2.0)
    / (2.0 * MathNet.Numerics.SpecialFunctions.Gamma(float (depth - 1) / 2.0))

/// u(1 + u²)^{(L-1)/2} where s(u) = z, and its derivative in z.
let private weight (depth: int) (z: float) =
    let potential = UntiedNetworkPenalty(depth, [| 1.0 |])
    let point, root = Array.zeroCreate 1, Array.zeroCreate 1
    potential.InverseMap(ReadOnlySpan [| z |], Span point)
    potential.DualHessianRoot(ReadOnlySpan [| z |], Span root)
    point[0], root[0] * root[0]

/// The minimiser of Σ|w|η^{2-L}: ℓ₁ in the weights wη^{2-L}, whose columns are xη^{L-2}. None unless it is the only one, on as
/// many columns as rows.
let private solve (case: Case) =
    let factors =
        shapeOf case
        |> Array.map (fun eta ->
            Seq.replicate (depthOf case - 2) (Rational.FromDecimal eta)
            |> Seq.fold (*) Rational.One)

    let inputs = case.Data.ExactInputs()

    let columns =
        Array2D.init case.Data.SampleCount case.Data.Dimension (fun i j -> inputs[i, j] * factors[j])

    match BasisPursuit.Solve(columns, case.Data.ExactTargets(), MarginNorm.L1) with
    | :? BasisPursuitResult.Solved as solved when
        solved.IsUnique = Nullable true
        && solved.Face.Length = case.Data.SampleCount
        && solved.Face.Length < case.Data.Dimension
        ->
        Some(solved, factors |> Array.map _.ToDouble())
    | _ -> None

type private Vertex = { Largest: int; Sign: float; Kappa: float; Amplitude: float; Bend: float }

let private vertex (case: Case) =
    match solve case with
    | None -> invalidOp $"{case.Instance} has no unique vertex."
    | Some(solved, factors) ->
        let depth, shape = depthOf case, shapeOf case
        let columns = Matrix<float>.Build.DenseOfArray(case.Data.Inputs())
        let sigma = saturation depth

        // What the support lacks of saturation: Xᵀμ there is sgn(w)|w|^{-(L-2)/L}.
        let mu =
            Matrix<float>
                .Build.DenseOfColumns([ for j in solved.Face -> columns.Column j ])
                .Transpose()
                .Solve(
                    Vector<float>.Build.Dense
                        [| for j in solved.Face ->
                               let w = solved.WeightsDouble[j] * factors[j]
                               float (Math.Sign w) * Math.Abs w ** -(float (depth - 2) / float depth) |]
                )

        let multipliers = Vector<float>.Build.Dense solved.DualDouble

        [ for struct (j, column) in columns.EnumerateColumnsIndexed() do
              if not (Array.contains j solved.Face) then
                  let kappa = factors[j] * (column * multipliers)
                  let sign = float (Math.Sign kappa)
                  let size, slope = weight depth (sigma * Math.Abs kappa)
                  let unit = shape[j] ** float depth

                  { Largest = j
                    Sign = sign
                    Kappa = Math.Abs kappa
                    Amplitude = unit * size
                    Bend = -unit * slope * factors[j] * sign * (column * mu) / float (depth - 2) } ]
        |> List.maxBy _.Amplitude

let private from (depth: int) (first: float) (decades: float list) (shape: float list) (data: Dataset) =
    Case.create
        data.Name
        data
        (zeroLast depth shape)
        (smallShapes depth)
        [ first * Math.Log 10.0 ]
        [ for k in decades -> k * Math.Log 10.0 ]

/// The same with targets below zero, and so the weights.
let private negated =
    Dataset.ForRegression(
        "two equations, negated",
        twoEquations.Inputs(),
        twoEquations.Targets() |> Array.map (~-)
    )

/// The only weight off the support has a negative dual.
let private negativeDual = sample "one equation" [ [ 2.0; -1.0 ] ] [| 1.0 |]

let private cases =
    [ from 3 1.75 [ 2.25; 2.75 ] shape twoEquations
      from 3 1.75 [ 2.25; 2.75 ] [ 1.0; 0.8 ] negativeDual
      from 4 0.4 [ 0.6; 1.5 ] shape negated
      from 4 0.6 [ 1.0; 1.5 ] (List.rev shape) twoEquations
      from 8 0.2 [ 0.4; 0.7 ] [ 1.0; 0.8 ] negativeDual ]

let theorem: Theorem =
    { Id = "separate-layers-small-start"
      Title =
        "off the support of least Σ|w|η^{2-L} a weight is α^L η^L u(1 + u²)^{(L-1)/2}, s(u) = σκ, as α → 0, L ≥ 3"
      Source =
        Papers.unifyingView
            "diagonal networks towards a weighted ℓ₁ norm; the law off the support is derived here"
      Hypotheses =
        [ { Says = "the weighted ℓ₁ minimiser is unique, with as many non-zero weights as rows"
            Holds = fun case -> Option.isSome (solve case) }
          layersAlike
          lastAtZero
          { Says = "there are three layers or more"; Holds = fun case -> depthOf case > 2 } ]
      Prediction =
        { Prediction.asymptotic "the largest |wⱼ(∞)| off the support, t = 1/α" (amplitude * alpha ** depth) with
            Next = bend * alpha ** (2Q * depth - 2Q)
            Transient = alpha ** third }
      Constants =
        fun case ->
            let vertex, layers = vertex case, depthOf case

            [ depth, float layers
              kappa, vertex.Kappa
              amplitude, vertex.Amplitude
              bend, vertex.Bend
              third, float (min (3 * layers - 4) (2 * layers + 2))
              shapeless, vertex.Amplitude / (shapeOf case)[vertex.Largest] ** float layers
              unscaled,
              (shapeOf case)[vertex.Largest] ** float layers
              * fst (weight layers vertex.Kappa)
              euclidean,
              vertex.Sign
              * (closest case.Data (Array.zeroCreate case.Data.Dimension))[vertex.Largest] ]
      Derivation =
        [ Derivative("L = 3: s is arctan, saturating at π/2", u, arctan u, (1Q + u ** 2Q) ** -1Q)
          Derivative(
              "L = 4: s = u/√(1 + u²), saturating at 1",
              u,
              u / (1Q + u ** 2Q) ** (1Q / 2Q),
              (1Q + u ** 2Q) ** (-3Q / 2Q)
          )
          Expansion(
              "L = 3: what is left of saturation, in the weight W = u(1 + u²): W^{-1/3} + O(u⁻⁵)",
              u,
              infinity,
              Operators.Pi / 2Q - arctan u,
              (u * (1Q + u ** 2Q)) ** (-1Q / 3Q),
              u ** -5Q
          )
          Expansion(
              "L = 4: what is left, W = u(1 + u²)^{3/2}: W^{-1/2}/2 + O(u⁻⁶)",
              u,
              infinity,
              1Q - u / (1Q + u ** 2Q) ** (1Q / 2Q),
              (u * (1Q + u ** 2Q) ** (3Q / 2Q)) ** (-1Q / 2Q) / 2Q,
              u ** -6Q
          )
          Cited "off the support S is below saturation, so the weight is of the order c^L" ]
      Measure =
        fun case ->
            let vertex, predictor = vertex case, RegressionNetworks.predictor case
            Measure.at (fun snapshot -> vertex.Sign * (predictor snapshot)[vertex.Largest])
      Rivals =
        [ Rival.create "depth 2" "the power 2(1 - |κ|) of u₊² - u₋²" (alpha ** (2Q * (1Q - kappa)))
          Rival.create "leading term" "as if the support were saturated" (amplitude * alpha ** depth)
          Rival.create
              "one layer less"
              "α^{L-1}, the scale of the other layers' product"
              (amplitude * alpha ** (depth - 1Q))
          Rival.create "shape forgotten" "η = 1 in the amplitude" (shapeless * alpha ** depth)
          |> Rival.where (fun case -> (shapeOf case)[(vertex case).Largest] <> 1.0)
          Rival.create "saturation at one" "s(u) = κ in place of σκ" (unscaled * alpha ** depth)
          |> Rival.where (fun case -> depthOf case <> 4)
          Rival.create "factor two" "2c² for c²" (amplitude * 2Q ** (depth / 2Q) * alpha ** depth)
          Rival.create "wrong norm" "the ℓ₂ interpolant" euclidean
          Rival.create "exactly sparse" "zero at a finite α" 0Q ]
      Controls =
        [ { Breaks = layersAlike.Says
            Case =
              { cases[2] with
                  Start = List.concat [ shape; List.rev shape; shape; List.replicate 5 0.0 ] }
              |> Case.readAt cases[2].Auxiliary cases[2].LogTimes
            PredictedAs = cases[2]
            Instead = "the weights of the norm are others, and so is the vertex" } ]
      Cases = cases
      OnData = fun _ -> [] }
