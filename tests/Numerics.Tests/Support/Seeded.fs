/// Random tests that are the same on every run: every property names its seed.
module ImplicitBias.Tests.Seeded

open System
open Expecto

/// An FsCheck property with a fixed seed.
let property (seed: uint64) (name: string) (property: 'property) : Test =
    // FsCheck's generator wants the second half of a seed to be odd.
    testPropertyWithConfig
        { FsCheckConfig.defaultConfig with replay = Some(seed, 2UL * seed + 1UL, None) }
        name
        property

/// A generator for loops over random points.
let random (seed: int) = Random seed

/// Uniform in [lower, upper).
let uniform (random: Random) (lower: float) (upper: float) =
    lower + (upper - lower) * random.NextDouble()

/// Any finite double, every exponent as likely as any other, subnormals included.
let anyFinite (random: Random) : float =
    let rec draw () =
        let value =
            BitConverter.Int64BitsToDouble(random.NextInt64(Int64.MinValue, Int64.MaxValue))

        if Double.IsFinite value then value else draw ()

    draw ()
