module ImplicitBias.Tests.Reference.NormMarginTests

open System
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference
open ImplicitBias.Tests.MarginInstances
open ImplicitBias.Tests.Seeded
open ImplicitBias.Tests.Within

let private solved (result: NormMarginResult) =
    match result with
    | :? NormMarginResult.Solved as solution -> solution
    | :? NormMarginResult.Undecided as undecided -> failtestf "undecided: %s" undecided.Reason
    | _ -> failtest "claimed not to be separable"

let private absolute (value: Rational) =
    if value.Sign < 0 then -value else value

let private larger (a: Rational) (b: Rational) = if (a - b).Sign > 0 then a else b

let private size norm (vector: Rational seq) =
    let sizes = Seq.map absolute vector

    match norm with
    | MarginNorm.L1 -> Seq.fold (+) Rational.Zero sizes
    | _ -> Seq.fold larger Rational.Zero sizes

let private dual norm =
    if norm = MarginNorm.L1 then
        MarginNorm.LInfinity
    else
        MarginNorm.L1

/// Weak duality with equality, recomputed from the data alone; empty if all holds.
let private violations (signed: Rational[,]) (labels: int[]) (solution: NormMarginResult.Solved) =
    let n, d = Array2D.length1 signed, Array2D.length2 signed

    let label i =
        if labels.Length = 0 then Rational.Zero else whole labels[i]

    let combined =
        [ for k in 0 .. d - 1 do
              let column = signed[*, k]
              dot solution.Dual column ]

    [ for i in 0 .. n - 1 do
          let row = signed[i, *]

          if (dot row solution.Weights + label i * solution.Bias - solution.Margin).Sign < 0 then
              $"point {i} is nearer than the margin"

          if solution.Dual[i].Sign < 0 then
              $"p[{i}] is negative"
      if Seq.fold (+) Rational.Zero solution.Dual <> whole 1 then
          "p does not add up to 1"
      if dot solution.Dual [ for i in 0 .. n - 1 -> label i ] <> Rational.Zero then
          "p is not balanced between the classes"
      if size solution.Norm solution.Weights <> whole 1 then
          "the weights are not of norm 1"
      if size (dual solution.Norm) combined <> solution.Margin then
          "the upper bound is not the margin" ]

let private norms = [ MarginNorm.L1; MarginNorm.LInfinity ]

/// Five points in three dimensions with an l1 margin of 26/31.
let private spatial =
    decimals
        [ [ 2.0; 0.5; -0.3 ]
          [ 0.5; 1.5; 0.2 ]
          [ 3.0; 1.0; -1.0 ]
          [ 1.0; 3.0; 0.6 ]
          [ -0.4; 1.2; 1.5 ] ]

[<Tests>]
let tests =
    testList
        "l1 and linf margins"
        [ testCase "five points in space, l1"
          <| fun () ->
              let solution = solved (NormMargin.Solve(spatial, MarginNorm.L1))
              Expect.equal solution.Margin (ratio 26 31) "margin"
              Expect.equal solution.Weights [| ratio 7 31; ratio 24 31; whole 0 |] "weights"
              Expect.isTrue solution.WeightsAreProvedUnique "unique"
              Expect.isTrue solution.DualIsProvedUnique "unique dual"
              Expect.isTrue solution.Certified "certified"
              Expect.isEmpty (violations spatial [||] solution) "duality"
          testCase "five points in space, linf"
          <| fun () ->
              let solution = solved (NormMargin.Solve(spatial, MarginNorm.LInfinity))
              Expect.equal solution.Margin (ratio 11 5) "margin"
              Expect.equal solution.Weights [| whole 1; whole 1; whole 1 |] "weights"
              Expect.isEmpty (violations spatial [||] solution) "duality"
          testCase "the two norms are not each other's dual by mistake"
          <| fun () ->
              // One point z: the l1 margin is max|zₖ|, the linf margin Σ|zₖ|.
              let point = decimals [ [ 3.0; -4.0; 1.0 ] ]
              Expect.equal (solved (NormMargin.Solve(point, MarginNorm.L1))).Margin (whole 4) "l1"
              Expect.equal (solved (NormMargin.Solve(point, MarginNorm.LInfinity))).Margin (whole 8) "linf"
          testCase "iris and penguins, with and without bias"
          <| fun () ->
              let iris = BuiltInData.Iris("setosa", "versicolor")

              let penguins =
                  BuiltInData.Penguins("Adelie", "Gentoo").Select [| "bill_length_mm"; "bill_depth_mm" |]

              for data in [ iris; penguins ] do
                  for norm in norms do
                      let signed = data.ExactSignedInputs()
                      let plain = solved (NormMargin.Solve(signed, norm))
                      Expect.isEmpty (violations signed [||] plain) "no bias"
                      let extended = data.Augmented().ExactSignedInputs()

                      Expect.isEmpty
                          (violations extended [||] (solved (NormMargin.Solve(extended, norm))))
                          "augmented"

                      let free =
                          solved (NormMargin.SolveFreeBias(data.ExactInputs(), data.Labels(), norm))

                      Expect.isEmpty (violations signed (data.Labels()) free) "free bias"
                      Expect.isTrue ((free.Margin - plain.Margin).Sign >= 0) "a free bias only helps"
          testCase "iris versicolor/virginica: no margin in any norm"
          <| fun () ->
              let data = BuiltInData.Iris("versicolor", "virginica")
              let signed = data.ExactSignedInputs()

              for norm in norms do
                  match NormMargin.Solve(signed, norm) with
                  | :? NormMarginResult.NotSeparable as refusal ->
                      Expect.isTrue (refusal.Certificate.Proves signed) "certificate"
                  | _ -> failtest "separable?"

                  match NormMargin.SolveFreeBias(data.ExactInputs(), data.Labels(), norm) with
                  | :? NormMarginResult.NotSeparable as refusal ->
                      Expect.isTrue (refusal.Certificate.Proves(signed, data.Labels())) "certificate"
                  | _ -> failtest "separable?"
          testCase "a large instance is answered in floating point, with its gap proven"
          <| fun () ->
              let random = random 11

              let rows =
                  Array2D.init 200 80 (fun _ k ->
                      Rational.FromBinary(uniform random (if k = 0 then 0.5 else -2.0) 2.0))

              let labels = Array.init 200 (fun n -> if n % 2 = 0 then 1 else -1)
              let inputs = rows |> Array2D.mapi (fun n _ entry -> whole labels[n] * entry)

              for norm in norms do
                  let plain = solved (NormMargin.Solve(rows, norm))
                  let free = solved (NormMargin.SolveFreeBias(inputs, labels, norm))

                  for solution in [ plain; free ] do
                      Expect.isFalse solution.Certified "not certified"
                      // A unit of a pair of doubles, 2⁻¹⁰⁴, for every entry of the rows, in both ends and what they are relative to.
                      within
                          (part "double-double" (4.0 * 200.0 * 80.0 * 2.0 ** -104.0))
                          0.0
                          solution.DualityGap
                          "duality gap"

                  Expect.isGreaterThan free.MarginDouble plain.MarginDouble "a free bias only helps"
          testCase "floating point agrees with the exact margin, and the gap bounds the difference"
          <| fun () ->
              for seed in 1..20 do
                  let random = random seed

                  let rows =
                      Array2D.init 40 6 (fun _ k -> uniform random (if k = 0 then 0.2 else -1.0) 1.0)

                  for norm in norms do
                      let exact = solved (NormMargin.Solve(rows |> Array2D.map Rational.FromBinary, norm))
                      let floating = solved (NormMargin.Approximate(rows, norm))
                      Expect.isTrue exact.Certified "certified"
                      Expect.isLessThan floating.DualityGap 1e-26 "gap"
                      within (ulps 1.0 exact.MarginDouble) exact.MarginDouble floating.MarginDouble "margin"

                      if exact.WeightsAreProvedUnique && exact.DualIsProvedUnique then
                          for k in 0..5 do
                              within
                                  (ulps 1.0 exact.WeightsDouble[k])
                                  exact.WeightsDouble[k]
                                  floating.WeightsDouble[k]
                                  "weight"

                          Expect.equal floating.Support exact.Support "support"
          testCase "in floating point: not separable, and the ends of the range of double"
          <| fun () ->
              let mirrored = array2D [ [ 1.0; 2.0 ]; [ -1.0; -2.0 ]; [ 5.0; 0.0 ] ]

              for norm in norms do
                  match NormMargin.Approximate(mirrored, norm) with
                  | :? NormMarginResult.Undecided -> ()
                  | _ -> failtest "claimed to know"

                  for scale in [ 1e-300; 1e300 ] do
                      let rows = toDoubles spatial |> Array2D.map (fun x -> x * scale)
                      let solution = solved (NormMargin.Approximate(rows, norm))
                      let expected = scale * (if norm = MarginNorm.L1 then 26.0 / 31.0 else 2.2)
                      within (ulps 4.0 expected) expected solution.MarginDouble "margin"
          testCase "empty data and one class are refused"
          <| fun () ->
              Expect.throwsT<ArgumentException>
                  (fun () -> NormMargin.Solve(Array2D.zeroCreate 0 2, MarginNorm.L1) |> ignore)
                  "empty"

              Expect.throwsT<ArgumentException>
                  (fun () -> NormMargin.SolveFreeBias(spatial, Array.create 5 1, MarginNorm.L1) |> ignore)
                  "one class"
          property 31UL "every answer proves itself, and agrees with l2 on separability"
          <| fun (seed: int) ->
              let random = Random seed
              let n, d = random.Next(1, 12), random.Next(1, 5)

              let rows =
                  if random.Next 2 = 0 then
                      randomRows random n d
                  else
                      randomSeparable random n d

              let separable = MaxMargin.Solve rows :? MaxMarginResult.Solved

              for norm in norms do
                  match NormMargin.Solve(rows, norm) with
                  | :? NormMarginResult.Solved as solution ->
                      Expect.isTrue separable "l2 agrees"
                      Expect.isTrue solution.Certified "certified"
                      Expect.isEmpty (violations rows [||] solution) "duality"
                  | :? NormMarginResult.NotSeparable as refusal ->
                      Expect.isFalse separable "l2 agrees"
                      Expect.isTrue (refusal.Certificate.Proves rows) "certificate"
                  | _ -> failtest "undecided"
          property 32UL "‖w‖₂ ≤ ‖w‖₁ ≤ √d‖w‖₂ orders the margins: γ₁ ≤ γ₂ ≤ γ_∞ ≤ √d γ₂ ≤ d γ₁"
          <| fun (seed: int) ->
              let random = Random seed
              let d = random.Next(1, 5)
              let rows = randomSeparable random (random.Next(1, 12)) d

              match MaxMargin.Solve rows with
              | :? MaxMarginResult.Solved as euclidean ->
                  let squared norm =
                      let margin = (solved (NormMargin.Solve(rows, norm))).Margin
                      margin * margin

                  let ordered (a: Rational) (b: Rational) = (b - a).Sign >= 0
                  let one, infinite = squared MarginNorm.L1, squared MarginNorm.LInfinity
                  Expect.isTrue (ordered one euclidean.MarginSquared) "γ₁ ≤ γ₂"
                  Expect.isTrue (ordered euclidean.MarginSquared infinite) "γ₂ ≤ γ_∞"
                  Expect.isTrue (ordered infinite (whole d * euclidean.MarginSquared)) "γ_∞ ≤ √d γ₂"
                  Expect.isTrue (ordered euclidean.MarginSquared (whole d * one)) "γ₂ ≤ √d γ₁"
              | _ -> () ]
