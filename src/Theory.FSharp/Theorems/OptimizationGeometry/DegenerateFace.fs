/// # Where the sparsest interpolant is not unique, u₊² - u₋² breaks the tie by entropy
///
/// w = 2α²c²∘sinh(4Xᵀλ) from u± = αc, and λ = log(1/α²)/4 λ̂ + μ/4 + o(1) for the dual λ̂ of min ‖w‖₁. On the face F of all minimisers, where |xⱼ·λ̂| = 1,
/// sgn(wⱼ) log(|wⱼ|/cⱼ²) = xⱼ·μ: of the minimisers the limit is the one of least Σ |w| log(|w|/c²) - |w|, no vertex, and it depends on the
/// shape. Off the face |wⱼ| = α^{2(1-|ν|)} cⱼ² exp(sgn(ν) xⱼ·μ), which takes from the face what the rows say, -X_F δw_F = Σ xⱼwⱼ, spread by
/// δw = |w|∘Xᵀδμ. A factor in all of c² changes nothing, as Σ |w| is the same for all minimisers. Here t = 1/α, to α = 10⁻⁵⁰: every reading is the end of a flow of its own, in logarithms of u.
module ImplicitBias.Theory.Theorems.DegenerateFace

open System
open MathNet.Numerics.LinearAlgebra
open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.Interpolants
open ImplicitBias.Theory.RegressionNetworks

/// The first weight of the face: its size in the limit, and the coefficient of α^power in what is left of the way.
let private size, bend, power = symbol "size", symbol "bend", symbol "power"

let private w, x, mu, nu, c, alpha =
    symbol "w", symbol "x", symbol "mu", symbol "nu", symbol "c", symbol "alpha"

/// A certified minimiser that is not the only one.
let private solve (data: Dataset) =
    match BasisPursuit.Solve(data.ExactInputs(), data.ExactTargets(), MarginNorm.L1) with
    | :? BasisPursuitResult.Solved as solved when solved.IsUnique = Nullable false -> Some solved
    | _ -> None

/// Columns of the face, each with the sign that its weight has.
let private face (data: Dataset) (solved: BasisPursuitResult.Solved) =
    let nus = dualImage data solved
    [ for j in solved.Face -> j, nus[j].Sign ]

/// Sizes on the face of the minimiser nearest to a start in some geometry; None where it is none of the positive ones.
let private within (data: Dataset) solved (potential: IPotential) (start: float array) =
    let face = face data solved
    let inputs = data.ExactInputs()

    let signed =
        Array2D.init data.SampleCount face.Length (fun i k ->
            let j, sign = face[k]
            if sign < 0 then -inputs[i, j] else inputs[i, j])

    match BregmanProjection.Solve(signed, data.ExactTargets(), potential, start) with
    | :? BregmanProjectionResult.Solved as found -> Some found.Weights
    | _ -> None

/// c² on the face.
let private squares (case: Case) (solved: BasisPursuitResult.Solved) =
    [| for j in solved.Face -> Math.Exp(2.0 * case.Start[j]) |]

let private tryLimit (case: Case) =
    solve case.Data
    |> Option.bind (fun solved -> within case.Data solved (NegativeEntropy()) (squares case solved))

/// Sizes on the face in the limit.
let private limit (case: Case) =
    match tryLimit case with
    | Some sizes -> sizes
    | None -> invalidOp $"{case.Instance} has no face of positive sizes."

/// Where mistakes lead on the face, and its first weight there.
let private detours =
    let detour symbol name mistake (other: Case -> BasisPursuitResult.Solved -> float array option) =
        Detour.from limit (fun _ sizes -> sizes[0]) symbol name mistake (fun case ->
            solve case.Data |> Option.bind (other case))

    let entropic start case solved =
        within case.Data solved (NegativeEntropy()) (start case solved)

    [ detour "ofVertex" "a vertex" "the sparsest of the sparsest" (fun _ solved ->
          Some [| for j in solved.Face -> Math.Abs solved.WeightsDouble[j] |])
      detour
          "ofEven"
          "shape forgotten"
          "Σ |w| log |w| whatever the start"
          (entropic (fun _ solved -> Array.create solved.Face.Length 1.0))
      detour
          "ofShape"
          "shape, not its square"
          "c for c² in the entropy"
          (entropic (fun case solved -> squares case solved |> Array.map Math.Sqrt))
      detour "ofEuclid" "least norm of the face" "ties broken by ℓ₂" (fun case solved ->
          within case.Data solved (Euclidean()) (Array.zeroCreate solved.Face.Length)) ]

/// The first power of α in the first weight of the face, and its coefficient.
let private first (case: Case) (solved: BasisPursuitResult.Solved) =
    let columns = Matrix<float>.Build.DenseOfArray(case.Data.Inputs())
    let nus = dualImage case.Data solved
    let face, sizes = face case.Data solved, limit case

    let signed =
        Matrix<float>.Build.DenseOfColumns([ for j, sign in face -> float sign * columns.Column j ])

    let logs =
        Vector<float>
            .Build.Dense(Array.map2 (fun w square -> Math.Log(w / square)) sizes (squares case solved))

    let mu = signed.Transpose().QR().Solve logs

    let metric =
        signed * Matrix<float>.Build.DenseOfDiagonalArray sizes * signed.Transpose()

    let taken =
        [ for j in 0 .. case.Data.Dimension - 1 do
              if not (Array.contains j solved.Face) then
                  let sign = float nus[j].Sign

                  let amplitude = Math.Exp(2.0 * case.Start[j] + sign * (columns.Column j * mu))

                  let shift = metric.Solve(columns.Column j * (-sign * amplitude))
                  let size = if nus[j].Sign < 0 then -nus[j] else nus[j]
                  Rational(2I, 1I) * (Rational.One - size), sizes[0] * (signed.Column 0 * shift) ]

    leadingTerm taken

let private from (data: Dataset) (shape: float list) =
    let logs = shape |> List.map Math.Log
    Case.create data.Name data (logs @ logs) smallestScales [] [ for k in [ 3.0; 8.0 ] -> k * Math.Log 10.0 ]

/// The same far down: what is left of the way is below rounding.
let private far (data: Dataset) (shape: float list) =
    Case.readAt [] [ 50.0 * Math.Log 10.0 ] (from data shape)

/// Dual 1, ν = (1, 1, 1/2, 1/4).
let private oneTie =
    Dataset.ForRegression("two columns alike", array2D [ [ 1.0; 1.0; 0.5; 0.25 ] ], [| 1.0 |])

/// Dual 1, ν = (-1/2, -1, 1, 1/2): off the face two columns fade alike, the first and the last.
let private signedTie =
    Dataset.ForRegression("two columns of opposite signs", array2D [ [ -0.5; -1.0; 1.0; 0.5 ] ], [| 1.0 |])

/// Dual (1, 1), ν = (1, 1, 1, 3/4, -1/4): a face of three columns.
let private threeColumns =
    Dataset.ForRegression(
        "three columns on a line",
        array2D [ [ 1.0; 0.0; 0.25; 0.5; 0.25 ]; [ 0.0; 1.0; 0.75; 0.25; -0.5 ] ],
        [| 1.0; 2.0 |]
    )

let private even = [ 1.0; 1.0; 1.0; 1.0; 1.0 ]
let private shaped = [ 1.0; 3.0; 1.0; 2.0 ]

let theorem: Theorem =
    { Id = "degenerate-face"
      Title =
        "where min ‖w‖₁ is not unique, w(∞) → argmin Σ |w| log(|w|/c²) - |w| among the minimisers as α → 0"
      Source =
        Papers.kernelAndRich
            "the rich limit; the tie-break, its dependence on the shape and the next term are derived here"
      Hypotheses =
        [ { Says = "the ℓ₁ minimiser is not unique, and the rest of the columns is off the face"
            Holds =
              fun case ->
                  match solve case.Data with
                  | Some solved -> solved.Face.Length < case.Data.Dimension
                  | None -> false }
          { Says = "u₊ and u₋ start equal"
            Holds =
              fun case ->
                  let d = case.Data.Dimension
                  List.truncate d case.Start = List.skip d case.Start } ]
      Prediction =
        { Prediction.asymptotic "the first |wⱼ(∞)| of the face, t = 1/α" size with
            Remainder = bend * exp (-power * logT) }
      Constants =
        fun case ->
            match solve case.Data with
            | None -> invalidOp $"{case.Instance} has no face."
            | Some solved ->
                let exponent, coefficient = first case solved

                [ size, (limit case)[0]; power, exponent; bend, coefficient ]
                @ Detour.constants detours case
      Derivation =
        [ Derivative("d(w log(w/c²) - w) = log(w/c²)", w, w * ln (w / c ** 2Q) - w, ln w - 2Q * ln c)
          Expansion(
              "2α²c² sinh(log(1/α²) + xμ) = c²e^{xμ} + O(α⁴): a weight of the face has a limit",
              alpha,
              0Q,
              alpha ** 2Q
              * c ** 2Q
              * (exp (-2Q * ln alpha + x * mu) - exp (2Q * ln alpha - x * mu)),
              c ** 2Q * exp (x * mu),
              alpha ** 4Q
          )
          Assuming(
              "nu in (0,1), x real",
              Expansion(
                  "2α²c² sinh(ν log(1/α²) + xμ) = α^{2(1-ν)}c²e^{xμ} + O(α^{2(1+ν)}): a weight off the face fades",
                  alpha,
                  0Q,
                  alpha ** 2Q
                  * c ** 2Q
                  * (exp (-2Q * nu * ln alpha + x * mu) - exp (2Q * nu * ln alpha - x * mu)),
                  alpha ** (2Q - 2Q * nu) * c ** 2Q * exp (x * mu),
                  alpha ** (2Q + 2Q * nu)
              )
          )
          Derivative("d(c²e^{xμ})/dμ = wx", mu, c ** 2Q * exp (x * mu), x * (c ** 2Q * exp (x * mu))) ]
      Measure =
        fun case ->
            match solve case.Data with
            | None -> fun _ -> nan
            | Some solved ->
                let predictor = predictor case
                let j, sign = (face case.Data solved)[0]
                Measure.at (fun snapshot -> float sign * (predictor snapshot)[j])
      Rivals = Detour.rivals detours
      Controls =
        [ { Breaks = "u₊ and u₋ start equal"
            Case =
              { from threeColumns even with
                  Start = [ 0.5; 1.0; 1.0; 1.0; 1.0 ] @ even |> List.map Math.Log }
              |> Case.readAt [] (from threeColumns even).LogTimes
            PredictedAs = from threeColumns even
            Instead = "on the face only the one that grows counts: half of it is a quarter of c²" } ]
      Cases =
        [ from oneTie shaped
          from threeColumns even
          from signedTie [ 2.0; 1.0; 2.0; 1.5 ]
          far oneTie [ 2.0; 1.0; 1.0; 0.5 ] ]
      OnData = fun _ -> [] }
