/// What every potential must do, applied to each of a list of instances: a new potential is tested by adding it there.
module ImplicitBias.Tests.Geometries.PotentialTests

open System
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Tests
open ImplicitBias.Tests.Within

type private Instance =
    {
        Potential: IPotential
        Dimension: int
        /// A random point of the domain, far enough inside for differences.
        Draw: Random -> float[]
    }

let private anywhere dimension potential =
    { Potential = potential
      Dimension = dimension
      Draw =
        fun random ->
            // No coordinate near zero, where p-norms degenerate.
            Array.init dimension (fun j -> (if j % 2 = 0 then 1.0 else -1.0) * Seeded.uniform random 0.2 2.0) }

let private positive dimension potential =
    { Potential = potential
      Dimension = dimension
      Draw = fun random -> Array.init dimension (fun _ -> Seeded.uniform random 0.1 2.0) }

let private onSimplex dimension =
    { Potential = SimplexEntropy()
      Dimension = dimension
      Draw =
        fun random ->
            let raw = Array.init dimension (fun _ -> Seeded.uniform random 0.1 2.0)
            let total = Array.sum raw
            raw |> Array.map (fun value -> value / total) }

/// BBᵀ + I for a random B, row by row.
let private spectral size =
    { Potential = SpectralEntropy()
      Dimension = size * size
      Draw =
        fun random ->
            let root = Array2D.init size size (fun _ _ -> Seeded.uniform random -1.0 1.0)

            [| for i in 0 .. size - 1 do
                   for j in 0 .. size - 1 do
                       (if i = j then 1.0 else 0.0)
                       + Seq.sum (seq { for k in 0 .. size - 1 -> root[i, k] * root[j, k] }) |] }

let private mahalanobis =
    Mahalanobis(array2D [ [ 2.0; 0.5; 0.25 ]; [ 0.5; 1.0; -0.125 ]; [ 0.25; -0.125; 3.0 ] ])

let private instances =
    [ anywhere 4 (Euclidean())
      anywhere 3 mahalanobis
      anywhere 4 (PNorm 1.25)
      anywhere 4 (PNorm 1.5)
      anywhere 4 (PNorm 3.0)
      anywhere 4 (Hypentropy 0.02)
      anywhere 3 (Hypentropy [| 0.1; 1.0; 10.0 |])
      anywhere 4 (DiagonalNetworkPenalty(3, 0.5))
      anywhere 4 (DiagonalNetworkPenalty(6, 0.9))
      anywhere 3 (UntiedNetworkPenalty(2, [| 0.1; 1.0; 2.0 |]))
      anywhere 3 (UntiedNetworkPenalty(3, [| 0.5; 1.0; 2.0 |]))
      anywhere 3 (UntiedNetworkPenalty(4, [| 0.5; 1.0; 2.0 |]))
      anywhere 3 (UntiedNetworkPenalty(5, [| 0.8; 1.0; 1.5 |]))
      anywhere 4 (SingleNeuron 0.81)
      anywhere 4 (SingleNeuron 0.0)
      anywhere 4 (LogarithmicParameters())
      positive 4 (NegativeEntropy())
      positive 4 (Burg())
      onSimplex 4
      spectral 3 ]

let private map (potential: IPotential) (point: float[]) =
    let dual: float[] = Array.zeroCreate point.Length
    potential.MirrorMap(ReadOnlySpan point, Span dual)
    dual

let private inverse (potential: IPotential) (dual: float[]) =
    let point: float[] = Array.zeroCreate dual.Length
    potential.InverseMap(ReadOnlySpan dual, Span point)
    point

let private value (potential: IPotential) (point: float[]) = potential.Value(ReadOnlySpan point)

let private divergence (potential: IPotential) (a: float[]) (b: float[]) =
    potential.Divergence(ReadOnlySpan a, ReadOnlySpan b)

let private dot (a: float[]) (b: float[]) = Array.map2 (*) a b |> Array.sum

/// Σ|aⱼbⱼ|.
let private size (a: float[]) (b: float[]) =
    Array.map2 (fun x y -> abs (x * y)) a b |> Array.sum

let private largest (a: float[]) = a |> Array.map abs |> Array.max

/// RRᵀ = ∇²ψ*.
let private dualHessian (potential: IPotential) (dual: float[]) =
    let d = dual.Length
    let root: float[] = Array.zeroCreate (d * d)
    potential.DualHessianRoot(ReadOnlySpan dual, Span root)
    Array2D.init d d (fun j k -> dot root[j * d .. j * d + d - 1] root[k * d .. k * d + d - 1])

/// ∇²ψ.
let private hessian (potential: IPotential) (point: float[]) =
    let d = point.Length
    let hessian: float[] = Array.zeroCreate (d * d)
    potential.Hessian(ReadOnlySpan point, Span hessian)
    Array2D.init d d (fun j k -> hessian[j * d + k])

let private times (matrix: float[,]) (v: float[]) =
    Array.init v.Length (fun j -> dot matrix[j, *] v)

/// ‖A‖_∞, the largest sum of a row.
let private norm (matrix: float[,]) =
    Seq.max (seq { for j in 0 .. Array2D.length1 matrix - 1 -> Array.sumBy abs matrix[j, *] })

/// A direction along which a point stays in the domain: symmetric for matrices, of sum zero on the simplex.
let private direction instance (random: Random) =
    let other, point = instance.Draw random, instance.Draw random
    Array.map2 (-) other point

/// Operations in a value, or in one coordinate of a map, of dimension d: sums and products over the coordinates, and a few
/// functions. A matrix of dimension d = m² is decomposed, by rotations of m entries each.
let private operations (d: int) = float (4 * d + 8)

/// The derivative at 0 of a function of dimension d whose terms are of a given size, the rounding of its argument included,
/// from steps of a hundredth, which stay inside every domain here, to one 32nd of it.
let private slopeAt0 d terms (f: float -> float) =
    let slope, budget = Richardson.derivative 0.0 f 0.0 0.01
    slope, budget + roundings (operations d * 2.0 * 3200.0) terms

let private battery instance =
    let potential = instance.Potential

    let trials work () =
        let random = Seeded.random 5

        for _ in 1..10 do
            work random

    testList
        potential.Name
        [ testCase "the inverse undoes the mirror map"
          <| trials (fun random ->
              let point = instance.Draw random
              Expect.isTrue (potential.Contains(ReadOnlySpan point)) "the point is inside"
              let dual = map potential point
              Expect.isTrue (potential.ContainsDual(ReadOnlySpan dual)) "its dual is one"
              let back = inverse potential dual

              let d = point.Length
              // The dual's own rounding arrives through ∇²ψ*.
              let size = largest point + norm (dualHessian potential dual) * largest dual

              for j in 0 .. d - 1 do
                  within (roundings (operations d) size) point[j] back[j] "∇ψ*(∇ψ(w))")
          testCase "Fenchel's inequality, with equality at the dual of the point"
          <| trials (fun random ->
              let point, other = instance.Draw random, instance.Draw random
              let dual = map potential point
              let conjugate = potential.Conjugate(ReadOnlySpan dual)
              let terms = abs (value potential point) + abs conjugate + size point dual

              within
                  (roundings (operations point.Length) terms)
                  (dot point dual)
                  (value potential point + conjugate)
                  "ψ(w) + ψ*(z)"

              Expect.isGreaterThan
                  (value potential other + conjugate)
                  (dot other dual)
                  "strictly above elsewhere")
          testCase "the divergence is that of the definition, and positive"
          <| trials (fun random ->
              let a, b = instance.Draw random, instance.Draw random
              let dual = map potential b

              let difference = Array.map2 (-) a b
              let expected = value potential a - value potential b - dot dual difference

              let terms = abs (value potential a) + abs (value potential b) + size dual difference

              within (roundings (operations a.Length) terms) expected (divergence potential a b) "D"
              Expect.isGreaterThan (divergence potential a b) 0.0 "positive"
              Expect.equal (divergence potential a a) 0.0 "of a point to itself")
          testCase "the mirror map is the gradient, and the Hessian its derivative"
          <| trials (fun random ->
              let point, v = instance.Draw random, direction instance random

              let at h =
                  Array.map2 (fun w x -> w + h * x) point v

              let dual = map potential point

              let d = point.Length
              let terms = abs (value potential point) + size dual point
              let slope, budget = slopeAt0 d terms (at >> value potential)
              within budget slope (dot dual v) "∇ψ·v"
              let hessian = hessian potential point
              let expected = times hessian v
              let terms = largest dual + norm hessian * largest point

              for j in 0 .. d - 1 do
                  let bend, budget = slopeAt0 d terms (fun h -> (map potential (at h))[j])
                  within budget bend expected[j] "∇²ψ v")
          testCase "the root of the dual Hessian inverts the Hessian"
          <| trials (fun random ->
              let point, v = instance.Draw random, direction instance random
              let hessian = hessian potential point
              let inverse = dualHessian potential (map potential point)
              let back = times inverse (times hessian v)
              let d = v.Length

              for j in 0 .. d - 1 do
                  within
                      (roundings (operations d) (norm inverse * norm hessian * largest v))
                      v[j]
                      back[j]
                      "∇²ψ* ∇²ψ v")
          testCase "the inverse map is the gradient of the conjugate"
          <| trials (fun random ->
              let dual = map potential (instance.Draw random)
              let v = Array.map2 (-) (map potential (instance.Draw random)) dual
              let v = v |> Array.map (fun x -> 0.1 * x)

              let at h =
                  potential.Conjugate(ReadOnlySpan(Array.map2 (fun z x -> z + h * x) dual v))

              let point = inverse potential dual
              let terms = abs (at 0.0) + size dual point
              let slope, budget = slopeAt0 v.Length terms at
              within budget slope (dot point v) "∇ψ*·v") ]

[<Tests>]
let batteries = testList "potentials" (instances |> List.map battery)

/// Woodworth et al. 2020: α² q(w/α²), q(s) = 2 - √(4 + s²) + s asinh(s/2), and the budget of this sum of three terms.
let private network (alpha: float) (w: float) =
    let s = w / (alpha * alpha)
    let terms = [ 2.0; -sqrt(4.0 + s * s); s * Math.Asinh(s / 2.0) ]
    alpha * alpha * List.sum terms, roundings 4.0 (alpha * alpha * List.sumBy abs terms)

[<Tests>]
let values =
    testList
        "values of potentials"
        [ testCase "the hypentropy of a network is the penalty of Woodworth et al."
          <| fun () ->
              for alpha in [ 0.1; 1.0 ] do
                  for w in [ -2.0; -0.3; 0.7 ] do
                      let penalty, budget = network alpha w
                      within budget penalty (value (Hypentropy.OfNetwork alpha) [| w |]) "Q"
          testCase "small weights under a large scale keep their digits"
          <| fun () ->
              // Q = w²/(2β) (1 - (w/β)²/12 + ...), the second term 10⁻¹⁸ of the first: the sum of the closed form cancels to nothing.
              let expected = 1e-12 / 400.0
              within (ulps 4.0 expected) expected (value (Hypentropy 200.0) [| 1e-6 |]) "w²/2β"
          testCase "divergences of neighbours keep their digits"
          <| fun () ->
              let a, b = [| 1.0 + 1e-9 |], [| 1.0 |]
              let delta = a[0] - 1.0
              // (1 + δ) log(1 + δ) - δ and δ - log(1 + δ), to O(δ⁴).
              for potential, expected in
                  [ NegativeEntropy() :> IPotential, delta ** 2.0 / 2.0 - delta ** 3.0 / 6.0
                    Burg(), delta ** 2.0 / 2.0 - delta ** 3.0 / 3.0 ] do
                  within
                      (part "δ⁴/4" (delta ** 4.0 / 4.0) + ulps 4.0 expected)
                      expected
                      (divergence potential a b)
                      potential.Name
          testCase "the depth of a diagonal network tends to depth two"
          <| fun () ->
              // a → ∞: α^D h(z/a) → 2α^D sinh z.
              let deep = DiagonalNetworkPenalty(3, 1.0)
              let dual = map deep [| 7.0 / 8.0 * 8.0 / 27.0 |]
              // h(z) = (1-z)⁻³ - (1+z)⁻³ at z = 1/2 is 8 - 8/27.
              within (ulps 4.0 0.5) 0.5 (map deep [| 8.0 - 8.0 / 27.0 |]).[0] "h⁻¹(8 - 8/27)"
              Expect.isLessThan dual[0] 0.5 "smaller before"
          testCase "the mirror map of a diagonal network with separate layers, by hand"
          <| fun () ->
              // b = c = 1: w = 2^{(L-1)/2}, S = arcsinh 1, π/4, 1/√2, (π/4 + 1/2)/2.
              for depth, dual in
                  [ 2, Math.Asinh 1.0
                    3, Math.PI / 4.0
                    4, 1.0 / sqrt 2.0
                    5, (Math.PI / 4.0 + 0.5) / 2.0 ] do
                  let penalty = UntiedNetworkPenalty(depth, [| 1.0 |])
                  let point = 2.0 ** (float (depth - 1) / 2.0)
                  within (ulps 8.0 dual) dual (map penalty [| point |]).[0] $"depth {depth}"
                  within (ulps 8.0 dual) -dual (map penalty [| -point |]).[0] $"depth {depth}, odd"

              // The hypentropy of scale c²/2, halved.
              let half = map (Hypentropy 0.02) [| 0.3 |]

              within
                  (ulps 8.0 half[0])
                  (half[0] / 2.0)
                  (map (UntiedNetworkPenalty(2, [| 0.2 |])) [| 0.3 |]).[0]
                  "depth 2"
              // Saturation: π/2 at depth three, 1 at depth four, for c = 1.
              for depth, limit in [ 3, Math.PI / 2.0; 4, 1.0 ] do
                  let penalty = UntiedNetworkPenalty(depth, [| 1.0 |])
                  Expect.isTrue (penalty.ContainsDual(ReadOnlySpan [| limit * 0.999 |])) "inside"
                  Expect.isFalse (penalty.ContainsDual(ReadOnlySpan [| limit * 1.001 |])) "outside"
          testCase "what is outside a domain"
          <| fun () ->
              let outside (potential: IPotential) (point: float[]) =
                  Expect.isFalse (potential.Contains(ReadOnlySpan point)) potential.Name

              outside (NegativeEntropy()) [| 1.0; 0.0 |]
              outside (Burg()) [| 1.0; -1.0 |]
              outside (SimplexEntropy()) [| 0.5; 0.4 |]
              outside (SimplexEntropy()) [| 1.5; -0.5 |]
              outside (SpectralEntropy()) [| 1.0; 2.0; 2.0; 1.0 |]
              outside (SpectralEntropy()) [| 1.0; 0.5; 0.2; 1.0 |]
              outside (Euclidean()) [| 1.0; nan |]
              outside (PNorm 1.5) [| infinity |]
          testCase "what no potential has as a parameter"
          <| fun () ->
              let outOfRange build =
                  Expect.throwsT<ArgumentOutOfRangeException> (fun () -> build () |> ignore) "refused"

              let notAMetric matrix =
                  Expect.throwsT<ArgumentException>
                      (fun () -> Mahalanobis(array2D matrix) |> ignore)
                      "refused"

              outOfRange (fun () -> box (PNorm 1.0))
              outOfRange (fun () -> box (PNorm nan))
              outOfRange (fun () -> box (Hypentropy 0.0))
              outOfRange (fun () -> box (Hypentropy [||]))
              outOfRange (fun () -> box (SingleNeuron -1.0))
              outOfRange (fun () -> box (DiagonalNetworkPenalty(2, 1.0)))
              outOfRange (fun () -> box (UntiedNetworkPenalty(1, [| 1.0 |])))
              outOfRange (fun () -> box (UntiedNetworkPenalty(2, [| 1.0; 0.0 |])))
              outOfRange (fun () -> box (DiagonalNetworkPenalty(3, 0.0)))
              notAMetric [ [ 1.0; 2.0 ] ]
              notAMetric [ [ 1.0; 2.0 ]; [ 3.0; 1.0 ] ]
              notAMetric [ [ 1.0; 2.0 ]; [ 2.0; 1.0 ] ]
              notAMetric [ [ 1.0; nan ]; [ nan; 1.0 ] ] ]
