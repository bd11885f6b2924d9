/// The unitary discrete Fourier transform, (Fw)_k = D^{-1/2} Σⱼ wⱼ e^{-2πijk/D}, that convolutional networks are diagonal in.
module ImplicitBias.Theory.Spectrum

open System.Numerics
open MathNet.Numerics.IntegralTransforms

/// Fw of a real signal, all D frequencies.
let ofSignal (signal: float array) : Complex array =
    let spectrum = signal |> Array.map (fun value -> Complex(value, 0.0))
    Fourier.Forward spectrum
    spectrum

/// The real part of F⁻¹ of a spectrum.
let toSignal (spectrum: Complex array) : float array =
    let signal = Array.copy spectrum
    Fourier.Inverse signal
    signal |> Array.map _.Real
