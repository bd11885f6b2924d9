namespace ImplicitBias.Theory.Symbolic

open System.Numerics
open MathNet.Numerics

/// Hashes that are the same in every process, as those of .NET are not: the order of terms rests on them.
module internal StableHash =

    /// A hash with one more value in it.
    let mix (h: uint64) (value: uint64) : uint64 =
        let z = (h ^^^ value) * 0x9E3779B97F4A7C15UL + 0xD1B54A32D192ED03UL
        let z = (z ^^^ (z >>> 30)) * 0xBF58476D1CE4E5B9UL
        let z = (z ^^^ (z >>> 27)) * 0x94D049BB133111EBUL
        z ^^^ (z >>> 31)

    let private ofInteger (n: BigInteger) =
        let modulus = (BigInteger.One <<< 61) - BigInteger.One
        mix (uint64 (BigInteger.Abs n % modulus)) (uint64 (n.Sign + 1))

    /// The hash of a text.
    let ofText (text: string) =
        text |> Seq.fold (fun h c -> mix h (uint64 c)) 17UL

    /// The hash of a rational.
    let ofNumber (q: BigRational) =
        mix (ofInteger q.Numerator) (ofInteger q.Denominator)
