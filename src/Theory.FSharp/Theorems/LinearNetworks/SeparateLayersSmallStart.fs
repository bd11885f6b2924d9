/// # From small starts a deep diagonal network goes to a weighted ℓ₁ norm, and what it does not use fades like α^L
///
/// With c = αη in every layer but the last, the mirror map S(b) = c^{2-L}s(b/c), s(u) = ∫₀ᵘ (1 + x²)^{-(L-1)/2} dx, saturates for L ≥ 3, at
/// c^{2-L}σ, σ = √π Γ((L-2)/2)/(2Γ((L-1)/2)). So the limit has least Σ|wⱼ|ηⱼ^{2-L}; with its dual λ̂ on n columns and κⱼ = ηⱼ^{L-2} xⱼ·λ̂, a weight
/// off the support is α^L ηⱼ^L u(1 + u²)^{(L-1)/2}, s(u) = σκⱼ: not α^{2(1-|κ|)}, as at depth two. The next term, of relative size α^{L-2}, is
/// what the support lacks of saturation, |w|^{-(L-2)/L}/(L - 2). Here t = 1/α: every reading is the end of a flow of its own.
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
    let point, root = [| 0.0 |], [| 0.0 |]
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

        [ for j in 0 .. case.Data.Dimension - 1 do
              if not (Array.contains j solved.Face) then
                  let kappa = factors[j] * (columns.Column j * multipliers)
                  let sign = float (Math.Sign kappa)
                  let size, slope = weight depth (sigma * Math.Abs kappa)
                  let unit = shape[j] ** float depth

                  { Largest = j
                    Sign = sign
                    Kappa = Math.Abs kappa
                    Amplitude = unit * size
                    Bend = -unit * slope * factors[j] * sign * (columns.Column j * mu) / float (depth - 2) } ]
        |> List.maxBy _.Amplitude

let private from (depth: int) (decades: float list) (shape: float list) (data: Dataset) =
    Case.create
        data.Name
        data
        (zeroLast depth shape)
        (smallShapes depth)
        []
        [ for k in decades -> k * Math.Log 10.0 ]

/// The same with targets below zero, and so the weights.
let private negated =
    Dataset.ForRegression(
        "two equations, negated",
        twoEquations.Inputs(),
        twoEquations.Targets() |> Array.map (~-)
    )

let private cases =
    [ from 3 [ 2.25; 2.75 ] shape twoEquations
      from 4 [ 0.6; 1.5 ] shape negated
      from 4 [ 1.0; 1.5 ] (List.rev shape) twoEquations ]

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
          { Says = "there are three layers or more, which start alike and positive, but the last at zero"
            Holds =
              fun case ->
                  let layers = List.chunkBySize case.Data.Dimension case.Start

                  layers.Length > 2
                  && List.forall ((=) layers.Head) (List.truncate (layers.Length - 1) layers)
                  && List.forall (fun entry -> entry > 0.0) layers.Head
                  && List.forall ((=) 0.0) (List.last layers) } ]
      Prediction =
        { Prediction.asymptotic "the largest |wⱼ(∞)| off the support, t = 1/α" (amplitude * alpha ** depth) with
            Remainder = bend * alpha ** (2Q * depth - 2Q) }
      Constants =
        fun case ->
            let vertex, layers = vertex case, depthOf case

            [ depth, float layers
              kappa, vertex.Kappa
              amplitude, vertex.Amplitude
              bend, vertex.Bend
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
          Limit("L = 3: s → π/2", u, infinity, arctan u, Operators.Pi / 2Q)
          Expansion(
              "L = 4: s → 1, and what is left is 1/(2u²)",
              u,
              infinity,
              u / (1Q + u ** 2Q) ** (1Q / 2Q),
              1Q - 1Q / (2Q * u ** 2Q),
              u ** -4Q
          )
          Expansion(
              "L = 3: what is left of saturation is 1/u",
              u,
              infinity,
              Operators.Pi / 2Q - arctan u,
              1Q / u,
              u ** -3Q
          )
          Cited "off the support S is below saturation, so the weight is of the order c^L" ]
      Measure =
        fun case ->
            let vertex, predictor = vertex case, RegressionNetworks.predictor case
            Measure.at (fun snapshot -> vertex.Sign * (predictor snapshot)[vertex.Largest])
      Rivals =
        [ Rival.create "depth 2" "the power 2(1 - |κ|) of u₊² - u₋²" (alpha ** (2Q * (1Q - kappa)))
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
        [ { Breaks = "the layers but the last start alike"
            Case =
              { cases[1] with
                  Start = List.concat [ shape; List.rev shape; shape; List.replicate 5 0.0 ] }
              |> Case.readAt [] cases[1].LogTimes
            PredictedAs = cases[1]
            Instead = "the weights of the norm are others, and so is the vertex" } ]
      Cases = cases
      OnData = fun _ -> [] }
