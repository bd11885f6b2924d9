/// Data for the reference solvers' tests, as exact signed inputs.
module ImplicitBias.Tests.MarginInstances

open System
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference

/// p/q.
let ratio (p: int) (q: int) = Rational(bigint p, bigint q)

/// An integer.
let whole (n: int) = ratio n 1

/// A matrix from decimals as written.
let decimals (rows: float list list) =
    array2D rows |> Array2D.map Rational.FromDecimal

/// Tenths as units, in which the published exact answers are written.
let inTenths (matrix: Rational[,]) =
    matrix |> Array2D.map (fun entry -> whole 10 * entry)

/// Two support vectors spanning the plane; every constant of the approach is known in closed form.
let twoSupportVectors =
    decimals [ [ 2.0; 0.5 ]; [ 0.5; 1.5 ]; [ 3.0; 1.0 ]; [ 1.0; 3.0 ]; [ 2.5; 2.0 ] ]

/// Margins 1 at both points, but the second carries no weight in the only dual.
let zeroDual = decimals [ [ 1.0; 0.0 ]; [ 1.0; 1.0 ] ]

/// Four active points in three dimensions: the optimal duals form a segment.
let dependentSupport =
    decimals
        [ [ 1.0; 1.0; 0.0 ]
          [ 1.0; -1.0; 0.0 ]
          [ 1.0; 0.0; 2.0 ]
          [ 1.0; 0.0; -1.0 ]
          [ 3.0; 1.0; 1.0 ] ]

/// Small integers, n×d, separable or not as it comes.
let randomRows (random: Random) n d =
    Array2D.init n d (fun _ _ -> whole (random.Next(-6, 7)))

/// Small integers moved to the positive side of a random direction; separable unless a row became orthogonal to it.
let randomSeparable (random: Random) n d =
    let normal = Array.init d (fun _ -> random.Next(-3, 4))
    normal[0] <- 1 + abs normal[0]

    let row (_: int) =
        let entries = Array.init d (fun _ -> random.Next(-6, 7))
        let side = Array.fold2 (fun sum a b -> sum + a * b) 0 normal entries

        if side > 0 then entries
        elif side < 0 then Array.map (~-) entries
        else normal

    let rows = Array.init n row
    Array2D.init n d (fun i k -> whole (rows[i][k]))

/// Rows multiplied by a square matrix from the right.
let times (right: Rational[,]) (rows: Rational[,]) =
    Array2D.init (Array2D.length1 rows) (Array2D.length2 right) (fun n k ->
        Seq.init (Array2D.length2 rows) (fun j -> rows[n, j] * right[j, k])
        |> Seq.fold (+) Rational.Zero)

let dot (a: Rational seq) (b: Rational seq) =
    Seq.map2 (*) a b |> Seq.fold (+) Rational.Zero

/// The rounded matrix.
let toDoubles (matrix: Rational[,]) =
    matrix |> Array2D.map (fun entry -> entry.ToDouble())

/// The solution, or a failure that says what came instead.
let solved (result: MaxMarginResult) =
    match result with
    | :? MaxMarginResult.Solved as solution -> solution
    | :? MaxMarginResult.Undecided as undecided -> failtestf "undecided: %s" undecided.Reason
    | _ -> failtest "claimed not to be separable"

/// The certificate of non-separability, or a failure.
let notSeparable (result: MaxMarginResult) =
    match result with
    | :? MaxMarginResult.NotSeparable as refusal -> refusal.Certificate
    | _ -> failtest "claimed to be separable or undecided"

/// Every KKT condition of the hard-margin problem, recomputed from the data alone; empty if all hold.
let kktViolations (signedInputs: Rational[,]) (labels: int[]) (solution: MaxMarginResult.Solved) =
    let n, d = Array2D.length1 signedInputs, Array2D.length2 signedInputs

    let label i =
        if labels.Length = 0 then Rational.Zero else whole labels[i]

    let one = whole 1

    let margins =
        [| for i in 0 .. n - 1 do
               let row = signedInputs[i, *]
               dot row solution.Weights + label i * solution.Bias |]

    [ for i in 0 .. n - 1 do
          if (margins[i] - one).Sign < 0 then
              $"point {i} has margin {margins[i]}"

          if solution.Dual[i].Sign < 0 then
              $"point {i} has dual {solution.Dual[i]}"

          if solution.Dual[i].Sign > 0 && margins[i] <> one then
              $"point {i} is inactive with a positive dual"
      for k in 0 .. d - 1 do
          let column = signedInputs[*, k]

          if dot solution.Dual column <> solution.Weights[k] then
              $"weight {k} is not stationary"
      if dot solution.Dual [ for i in 0 .. n - 1 -> label i ] <> Rational.Zero then
          "the bias is not stationary"
      if Seq.fold (+) Rational.Zero solution.Dual <> solution.SquaredNorm then
          "the sum of the duals is not the squared norm"
      if dot solution.Weights solution.Weights <> solution.SquaredNorm then
          "the squared norm is not that of the weights"
      if
          solution.Active
          <> [| for i in 0 .. n - 1 do
                    if margins[i] = one then
                        i |]
      then
          "the active points are not those of margin 1"
      if
          solution.Support
          <> [| for i in 0 .. n - 1 do
                    if solution.Dual[i].Sign > 0 then
                        i |]
      then
          "the support is not where the dual is positive" ]
