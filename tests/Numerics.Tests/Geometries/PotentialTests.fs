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
let private largest (a: float[]) = a |> Array.map abs |> Array.max

/// R, and RRᵀ v.
let private dualHessianTimes (potential: IPotential) (dual: float[]) (v: float[]) =
    let d = dual.Length
    let root: float[] = Array.zeroCreate (d * d)
    potential.DualHessianRoot(ReadOnlySpan dual, Span root)

    let transposed =
        Array.init d (fun j -> Seq.sum (seq { for k in 0 .. d - 1 -> root[k * d + j] * v[k] }))

    Array.init d (fun j -> Seq.sum (seq { for k in 0 .. d - 1 -> root[j * d + k] * transposed[k] }))

let private hessianTimes (potential: IPotential) (point: float[]) (v: float[]) =
    let d = point.Length
    let hessian: float[] = Array.zeroCreate (d * d)
    potential.Hessian(ReadOnlySpan point, Span hessian)
    Array.init d (fun j -> Seq.sum (seq { for k in 0 .. d - 1 -> hessian[j * d + k] * v[k] }))

/// A direction along which a point stays in the domain: symmetric for matrices, of sum zero on the simplex.
let private direction instance (random: Random) =
    let other, point = instance.Draw random, instance.Draw random
    Array.map2 (-) other point

/// (f(x + hv) - f(x - hv))/2h, extrapolated: error O(h⁴) and rounding 2⁻⁵²/h.
let private derivative (f: float -> float[]) (size: float) =
    let h = 1e-3

    let central h =
        Array.map2 (fun a b -> (a - b) / (2.0 * h)) (f h) (f -h)

    let values =
        Array.map2 (fun fine coarse -> (4.0 * fine - coarse) / 3.0) (central h) (central (2.0 * h))

    values, part "h⁴ and rounding / h" (1e-7 * size)

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

              for j in 0 .. point.Length - 1 do
                  within (part "rounding" (1e-13 * largest point)) point[j] back[j] "∇ψ*(∇ψ(w))")
          testCase "Fenchel's inequality, with equality at the dual of the point"
          <| trials (fun random ->
              let point, other = instance.Draw random, instance.Draw random
              let dual = map potential point
              let conjugate = potential.Conjugate(ReadOnlySpan dual)
              let terms = abs (value potential point) + abs conjugate + abs (dot point dual)

              within
                  (part "rounding" (1e-13 * terms))
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

              let expected = value potential a - value potential b - dot dual (Array.map2 (-) a b)

              let terms =
                  abs (value potential a)
                  + abs (value potential b)
                  + largest dual * largest a * 4.0

              within (part "rounding" (1e-14 * terms)) expected (divergence potential a b) "D"
              Expect.isGreaterThan (divergence potential a b) 0.0 "positive"
              within (part "rounding" (1e-14 * terms)) 0.0 (divergence potential a a) "of a point to itself")
          testCase "the mirror map is the gradient, and the Hessian its derivative"
          <| trials (fun random ->
              let point, v = instance.Draw random, direction instance random

              let at h =
                  Array.map2 (fun w x -> w + h * x) point v

              let dual = map potential point

              let slopes, budget =
                  derivative (fun h -> [| value potential (at h) |]) (1.0 + largest dual)

              within budget slopes[0] (dot dual v) "∇ψ·v"
              let expected = hessianTimes potential point v

              let bends, budget =
                  derivative (fun h -> map potential (at h)) (1.0 + largest expected)

              for j in 0 .. v.Length - 1 do
                  within budget bends[j] expected[j] "∇²ψ v")
          testCase "the root of the dual Hessian inverts the Hessian"
          <| trials (fun random ->
              let point, v = instance.Draw random, direction instance random
              let image = hessianTimes potential point v
              let back = dualHessianTimes potential (map potential point) image

              for j in 0 .. v.Length - 1 do
                  within (part "rounding" (1e-12 * largest v)) v[j] back[j] "∇²ψ* ∇²ψ v")
          testCase "the inverse map is the gradient of the conjugate"
          <| trials (fun random ->
              let dual = map potential (instance.Draw random)
              let v = Array.map2 (-) (map potential (instance.Draw random)) dual
              let v = v |> Array.map (fun x -> 0.1 * x)

              let at h =
                  [| potential.Conjugate(ReadOnlySpan(Array.map2 (fun z x -> z + h * x) dual v)) |]

              let point = inverse potential dual
              let slopes, budget = derivative at (1.0 + largest point)
              within budget slopes[0] (dot point v) "∇ψ*·v") ]

[<Tests>]
let batteries = testList "potentials" (instances |> List.map battery)

let private network (alpha: float) (w: float) =
    // Woodworth et al. 2020: α² q(w/α²), q(s) = 2 - √(4 + s²) + s asinh(s/2).
    let s = w / (alpha * alpha)
    alpha * alpha * (2.0 - sqrt (4.0 + s * s) + s * Math.Asinh(s / 2.0))

[<Tests>]
let values =
    testList
        "values of potentials"
        [ testCase "the hypentropy of a network is the penalty of Woodworth et al."
          <| fun () ->
              for alpha in [ 0.1; 1.0 ] do
                  for w in [ -2.0; -0.3; 0.7 ] do
                      let penalty = network alpha w
                      within (relative 1e-13 penalty) penalty (value (Hypentropy.OfNetwork alpha) [| w |]) "Q"
          testCase "small weights under a large scale keep their digits"
          <| fun () ->
              // Q → w²/(2β): the sum of the closed form cancels to nothing here.
              let expected = 1e-12 / 400.0
              within (relative 1e-9 expected) expected (value (Hypentropy 200.0) [| 1e-6 |]) "w²/2β"
          testCase "divergences of neighbours keep their digits"
          <| fun () ->
              let a, b = [| 1.0 + 1e-9 |], [| 1.0 |]
              let expected = 0.5 * (a[0] - 1.0) ** 2.0
              within (relative 1e-8 expected) expected (divergence (NegativeEntropy()) a b) "entropy"
              within (relative 1e-8 expected) expected (divergence (Burg()) a b) "Burg"
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
