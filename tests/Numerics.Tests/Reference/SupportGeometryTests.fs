module ImplicitBias.Tests.Reference.SupportGeometryTests

open System
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference
open ImplicitBias.Tests.MarginInstances
open ImplicitBias.Tests.Seeded
open ImplicitBias.Tests.Within

let private geometry (rows: Rational[,]) =
    SupportGeometry.Of(rows, solved (MaxMargin.Solve rows))

let private dotDoubles (a: float[]) (b: float[]) =
    Array.fold2 (fun sum x y -> sum + x * y) 0.0 a b

/// To the rounding of a dozen operations.
let private close predicted measured message =
    within (ulps 12.0 predicted) predicted measured message

/// What defines the constants, whatever the data: each residual relative to its own size.
let private obeysDefinitions (rows: Rational[,]) (geometry: SupportGeometry) =
    let weights = geometry.Solution.WeightsDouble
    let row n = (toDoubles rows)[n, *]
    // A term for every support vector and dimension, on both sides.
    let count = float (2 * (geometry.Support.Length + weights.Length))

    for n in geometry.Support do
        let margin = dotDoubles (row n) geometry.Residual

        let size = dotDoubles (Array.map abs (row n)) (Array.map abs geometry.Residual)

        within (roundings count size) (-log geometry.Dual[n]) margin "zₙ·w̃ = -log αₙ on the support"

    within
        (roundings count (dotDoubles (Array.map abs weights) (Array.map abs geometry.Residual)))
        geometry.ResidualAlongWeights
        (dotDoubles weights geometry.Residual)
        "⟨ŵ, w̃⟩ in closed form"

    let projected = geometry.ProjectOnSupport geometry.Residual

    for k in 0 .. weights.Length - 1 do
        within
            (roundings count (Array.sumBy abs geometry.Residual))
            geometry.Residual[k]
            projected[k]
            "w̃ lies in span(S)"

    Expect.equal geometry.Spectrum.Length geometry.SupportRank "one eigenvalue per dimension of span(S)"
    let nearOne = geometry.Spectrum |> Array.minBy (fun value -> abs (value - 1.0))
    within (roundings count geometry.LargestEigenvalue) 1.0 nearOne "Hŵ = ŵ"
    Expect.isGreaterThan geometry.SmallestEigenvalue 0.0 "positive on span(S)"

    Expect.isLessThanOrEqual
        geometry.SmallestEigenvalue
        (1.0 + count * 0.5 * ulp 1.0 * geometry.LargestEigenvalue)
        "λ ≤ 1"

    Expect.isGreaterThanOrEqual geometry.MarginGapConstant 0.0 "Ent ≥ Ent_∞"

[<Tests>]
let constants =
    testList
        "support geometry"
        [ testCase "the plane instance, against its closed forms"
          <| fun () ->
              let g = geometry twoSupportVectors
              close (30.0 / 121.0) g.SmallestEigenvalue "λ"
              close 1.0 g.LargestEigenvalue "the other eigenvalue"
              close 1.059225562898803 g.Residual[0] "w̃"
              close 0.384865540022269 g.Residual[1] "w̃"
              close 0.5950995901571658 g.ResidualAlongWeights "⟨ŵ, w̃⟩"
              close 1.0187462190450232 g.AngleConstant "angle constant"
              close 0.4238240457059883 (g.Solution.Margin * g.MarginGapConstant) "margin gap"
              close ((12.0 * 12.0 + 40.0 * 40.0) / (121.0 * 121.0)) g.SumOfSquaredDuals "Σα²"
              Expect.equal (g.SupportRank, g.DataRank) (2, 2) "ranks"
              Expect.isTrue g.IsGeneric "no zero dual"
              obeysDefinitions twoSupportVectors g
          testCase "iris and penguins obey the definitions"
          <| fun () ->
              let iris = BuiltInData.Iris("setosa", "versicolor")

              let penguins =
                  BuiltInData.Penguins("Adelie", "Gentoo").Select [| "bill_length_mm"; "bill_depth_mm" |]

              for data in [ iris; iris.Augmented(); penguins; penguins.Augmented() ] do
                  let rows = data.ExactSignedInputs()
                  obeysDefinitions rows (geometry rows)

              let g = geometry (iris.ExactSignedInputs())
              Expect.equal (g.SupportRank, g.DataRank) (3, 4) "iris: three support vectors in four dimensions"
          testCase "the step size shifts the residual along ŵ and nothing else"
          <| fun () ->
              let g = geometry twoSupportVectors
              let shifted = g.ResidualFor 0.25

              for k in 0..1 do
                  within
                      (ulps 2.0 g.Residual[k])
                      (g.Residual[k] + log 0.25 * g.Solution.WeightsDouble[k])
                      shifted[k]
                      "w̃ + ŵ log η"
          testCase "a single support vector has no angle and no margin gap"
          <| fun () ->
              let g = geometry (decimals [ [ 1.0; 2.0 ]; [ 3.0; 6.5 ] ])
              within exactly 0.0 g.AngleConstant "angle constant"
              within exactly 0.0 g.MarginGapConstant "entropy difference"
              within exactly 0.0 g.Entropy "entropy"
              close 1.0 g.SmallestEigenvalue "H has the eigenvalue 1 alone"
          testCase "equal duals give an exactly vanishing margin gap"
          <| fun () ->
              let g = geometry (decimals [ [ 3.0; -1.0 ]; [ -1.0; 3.0 ]; [ 4.0; 3.0 ] ])
              within exactly 0.0 g.AngleConstant "angle constant"
              within exactly 0.0 g.MarginGapConstant "entropy difference"
              close (log 2.0) g.Entropy "log 2"
          testCase "a zero dual is not generic"
          <| fun () -> Expect.isFalse (geometry zeroDual).IsGeneric "zero dual"
          testCase "projections split a vector into support, data and the part that never moves"
          <| fun () ->
              // Support spans the first axis, the data the first two, of three.
              let rows = decimals [ [ 1.0; 0.0; 0.0 ]; [ 3.0; 1.0; 0.0 ]; [ 3.0; -1.0; 0.0 ] ]
              let g = geometry rows
              Expect.equal (g.SupportRank, g.DataRank) (1, 2) "ranks"

              let near expected (actual: float[]) =
                  Array.iter2 (fun e a -> within (ulps 1.0 e) e a "component") expected actual

              near [| 5.0; 0.0; 0.0 |] (g.ProjectOnSupport [| 5.0; 7.0; 11.0 |])
              near [| 5.0; 7.0; 0.0 |] (g.ProjectOnData [| 5.0; 7.0; 11.0 |])
          testCase "a free bias is refused, and so are other data"
          <| fun () ->
              let inputs = decimals [ [ 1.0 ]; [ 2.0 ] ]
              let solution = solved (MaxMargin.SolveFreeBias(inputs, [| -1; 1 |]))

              Expect.throwsT<ArgumentException>
                  (fun () -> SupportGeometry.Of(inputs, solution) |> ignore)
                  "free bias"

              Expect.throwsT<ArgumentException>
                  (fun () ->
                      SupportGeometry.Of(zeroDual, solved (MaxMargin.Solve twoSupportVectors))
                      |> ignore)
                  "other data"
          property 21UL "the definitions hold on random data"
          <| fun (seed: int) ->
              let random = Random seed
              let rows = randomSeparable random (random.Next(1, 15)) (random.Next(1, 5))

              match MaxMargin.Solve rows with
              | :? MaxMarginResult.Solved as solution ->
                  let g = SupportGeometry.Of(rows, solution)
                  obeysDefinitions rows g
              | _ -> () ]

[<Tests>]
let entropy =
    testList
        "maximum-entropy dual"
        [ testCase "four dependent support vectors"
          <| fun () ->
              let solution = solved (MaxMargin.Solve dependentSupport)
              let result = MaximumEntropyDual.Find(toDoubles dependentSupport, solution)
              within (roundings 4.0 1.0) 0.0 result.ConstraintError "Σ aₙzₙ = ŵ"
              // On the face a = (u, u, v, 2v) with 2u + 3v = 1; stationarity u² ... gives a one-dimensional equation.
              let stationary u =
                  let v = (1.0 - 2.0 * u) / 3.0
                  2.0 * log u - 2.0 / 3.0 * (log v + 2.0 * log (2.0 * v))

              let rec bisect low high =
                  let middle = (low + high) / 2.0

                  if middle <= low || high <= middle then middle
                  elif stationary middle < 0.0 then bisect middle high
                  else bisect low middle

              let u = bisect 0.01 0.49
              let v = (1.0 - 2.0 * u) / 3.0

              for n, predicted in List.indexed [ u; u; v; 2.0 * v ] do
                  within (ulps 8.0 predicted) predicted result.Dual[n] "dual"

              within (part "nine digits of the run" 5e-9) 0.257077232 result.Dual[0] "as the flow finds it"
              within exactly 0.0 result.Dual[4] "the inactive point has none"
              obeysDefinitions dependentSupport (geometry dependentSupport)
          testCase "twins share their weight equally"
          <| fun () ->
              let rows = decimals [ [ 2.0; 0.5 ]; [ 2.0; 0.5 ]; [ 2.0; 0.5 ]; [ 0.5; 1.5 ] ]
              let solution = solved (MaxMargin.Solve rows)
              let dual = MaximumEntropyDual.Find(toDoubles rows, solution).Dual

              for n in 0..2 do
                  within (ulps 16.0 (4.0 / 121.0)) (4.0 / 121.0) dual[n] "a third of 12/121"
          testCase "a unique dual is returned as it is"
          <| fun () ->
              let solution = solved (MaxMargin.Solve twoSupportVectors)
              let result = MaximumEntropyDual.Find(toDoubles twoSupportVectors, solution)
              Expect.equal result.Iterations 0 "nothing to minimise"
              Expect.equal result.Dual solution.DualDouble "dual" ]
