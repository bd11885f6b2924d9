/// The discrete Fourier transform (Fw)ₖ = D^{-1/2} Σⱼ wⱼ e^{-2πijk/D}, from the library.
module ImplicitBias.Tests.UnitaryTransform

open System.Numerics
open MathNet.Numerics.IntegralTransforms

/// The unitary transform by the library's FFT, whose default scaling is the symmetric one.
let transform (signal: float[]) =
    let spectrum = signal |> Array.map (fun value -> Complex(value, 0.0))
    Fourier.Forward spectrum
    spectrum

/// Σ|wⱼ|/√D, which no modulus of the unitary transform exceeds.
let bound (signal: float[]) =
    Array.sumBy abs signal / sqrt (float signal.Length)

/// Operations in a coordinate of a direct transform and in one of the library's, with a few in each sine.
let transformOperations (dimension: int) = float (2 * dimension + 8)
