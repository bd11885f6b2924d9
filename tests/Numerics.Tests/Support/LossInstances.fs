/// The losses of this library with their exact derivatives: a new loss is tested by adding it here.
module ImplicitBias.Tests.LossInstances

open System
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact

module Reference = ImplicitBias.Tests.HighPrecision

/// ℓ and its first three derivatives at a margin, exactly.
type Exact = { Value: Rational; First: Rational; Second: Rational; Third: Rational }

type Instance =
    {
        Name: string
        Loss: ILoss
        /// For |m| ≤ 700.
        Exact: Rational -> Exact
        /// log ℓ(1e300) and log ℓ(-1e300).
        Extremes: float * float
        /// Is ℓ itself free of logarithms of its own size? Those turn a rounding into |log ℓ| roundings.
        ThroughLogarithms: bool
    }

let private one = Rational.One
let private integer (n: int) = Rational.op_Implicit (int64 n)

let private exponential m =
    let e = Reference.exp -m

    { Value = e; First = -e; Second = e; Third = -e }

/// ℓ' = -E/(1 + E), ℓ'' = E/(1 + E)², ℓ''' = -E(1 - E)/(1 + E)³ with E = e⁻ᵐ.
let private logistic m =
    let e = Reference.exp -m
    let s = one + e

    { Value = Reference.log s
      First = -e / s
      Second = e / (s * s)
      Third = -e * (one - e) / (s * s * s) }

let private power (x: Rational) n = List.replicate n x |> List.fold (*) one

/// (1 + m)⁻ᵏ, and for m < 0 its Taylor polynomial of degree 3 at 0.
let private polynomialTail k (m: Rational) =
    let k1, k2, k3 = integer k, integer (k * (k + 1)), integer (k * (k + 1) * (k + 2))

    if m.Sign >= 0 then
        let tail n = one / power (one + m) (k + n)

        { Value = tail 0; First = -k1 * tail 1; Second = k2 * tail 2; Third = -k3 * tail 3 }
    else
        let two, six = integer 2, integer 6

        { Value = one - k1 * m + k2 * m * m / two - k3 * m * m * m / six
          First = -k1 + k2 * m - k3 * m * m / two
          Second = k2 - k3 * m
          Third = -k3 }

let private polynomialInstance degree =
    let k = float degree

    { Name = $"polynomial tail of degree {degree}"
      Loss = PolynomialTailLoss k
      Exact = polynomialTail degree
      Extremes = -k * log 1e300, 3.0 * log 1e300 + log (k * (k + 1.0) * (k + 2.0) / 6.0)
      ThroughLogarithms = true }

let instances =
    [ { Name = "exponential"
        Loss = ExponentialLoss()
        Exact = exponential
        Extremes = -1e300, 1e300
        ThroughLogarithms = false }
      { Name = "logistic"
        Loss = LogisticLoss()
        Exact = logistic
        Extremes = -1e300, log 1e300
        ThroughLogarithms = false }
      polynomialInstance 1
      polynomialInstance 3 ]

/// log Σ ℓ(mᵢ).
let logValue (loss: ILoss) (margins: float[]) = loss.LogValue(ReadOnlySpan margins)

let private filled (margins: float[]) fill =
    let weights: float[] = Array.zeroCreate margins.Length
    fill weights
    weights

/// e^{-logScale} ℓ'(mᵢ).
let gradient (loss: ILoss) logScale (margins: float[]) =
    filled margins (fun w -> loss.Gradient(ReadOnlySpan margins, logScale, Span w))

/// e^{-logScale} ℓ''(mᵢ).
let curvature (loss: ILoss) logScale (margins: float[]) =
    filled margins (fun w -> loss.Curvature(ReadOnlySpan margins, logScale, Span w))

/// e^{-logScale} ℓ'''(mᵢ).
let thirdDerivative (loss: ILoss) logScale (margins: float[]) =
    filled margins (fun w -> loss.ThirdDerivative(ReadOnlySpan margins, logScale, Span w))
