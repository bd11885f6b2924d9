namespace Expecto

open LanguagePrimitives

/// <summary>How close is close: |a - b| &lt;= absolute + relative * max(|a|, |b|).</summary>
type Accuracy<'absolute, 'relative> = { absolute: 'absolute; relative: 'relative }

/// <summary>The four accuracies with a name, and the test they serve.</summary>
[<RequireQualifiedAccess>]
module Accuracy =
    let private make<[<Measure>] 'u> absolute relative : Accuracy<float<'u>, float> =
        { absolute = FloatWithMeasure absolute; relative = relative }

    /// <summary>Absolute 1e-6, relative 1e-3.</summary>
    let low<[<Measure>] 'u> : Accuracy<float<'u>, float> = make 1e-6 1e-3

    /// <summary>Absolute 1e-8, relative 1e-5.</summary>
    let medium<[<Measure>] 'u> : Accuracy<float<'u>, float> = make 1e-8 1e-5

    /// <summary>Absolute 1e-10, relative 1e-7.</summary>
    let high<[<Measure>] 'u> : Accuracy<float<'u>, float> = make 1e-10 1e-7

    /// <summary>Absolute 1e-12, relative 1e-9.</summary>
    let veryHigh<[<Measure>] 'u> : Accuracy<float<'u>, float> = make 1e-12 1e-9

    /// <summary>|a - b|.</summary>
    let areCloseLhs (a: float<'u>) (b: float<'u>) : float<'u> = abs (a - b)

    /// <summary>absolute + relative * max(|a|, |b|); NaN if either is.</summary>
    let areCloseRhs (accuracy: Accuracy<float<'u>, float>) (a: float<'u>) (b: float<'u>) : float<'u> =
        accuracy.absolute + accuracy.relative * max (abs a) (abs b)

    /// <summary>Whether two numbers are close. NaN and the infinities are close to nothing.</summary>
    let areClose accuracy (a: float<'u>) (b: float<'u>) =
        let allowed = areCloseRhs accuracy a b
        areCloseLhs a b <= allowed && System.Double.IsFinite(float allowed)
