using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Proof that no w (and no b, if the bias is free) has all margins positive: weights λ ≥ 0 with Σ λₙ = 1 and
/// Σ λₙzₙ = 0 (and Σ λₙyₙ = 0). For then 0 = Σ λₙ(zₙ·w + yₙb), so some margin is ≤ 0 (Gordan 1873).
/// </summary>
/// <remarks>By Carathéodory at most d + 1 weights (d + 2 with a free bias) are positive in the certificates made here.</remarks>
public sealed record GordanCertificate
{
    internal GordanCertificate(Rational[] multipliers) => Multipliers = multipliers;

    /// <summary>λ, length n, exact.</summary>
    public Rational[] Multipliers { get; }

    /// <summary>The points with λₙ > 0, ascending: a subset that cannot be separated on its own.</summary>
    public int[] Support => [.. Enumerable.Range(0, Multipliers.Length).Where(n => Multipliers[n].Sign > 0)];

    /// <summary>Checks the certificate for a problem without bias, exactly and from nothing but its definition.</summary>
    /// <param name="signedInputs">Z, n×d.</param>
    public bool Proves(Rational[,] signedInputs) => Proves(signedInputs, []);

    /// <summary>Checks the certificate for a free bias, exactly and from nothing but its definition.</summary>
    /// <param name="signedInputs">Z, n×d.</param>
    /// <param name="labels">y, length n; empty means no bias.</param>
    public bool Proves(Rational[,] signedInputs, int[] labels)
    {
        if (Multipliers.Length != signedInputs.GetLength(0))
            return false;
        if (labels.Length != 0 && labels.Length != Multipliers.Length)
            return false;
        var labelSum = Rational.Zero;
        var total = Rational.Zero;
        for (var n = 0; n < Multipliers.Length; n++)
        {
            if (Multipliers[n].Sign < 0)
                return false;
            total += Multipliers[n];
            if (labels.Length != 0)
                labelSum += Multipliers[n] * labels[n];
        }
        if (total.Sign <= 0 || labelSum.Sign != 0)
            return false;
        for (var k = 0; k < signedInputs.GetLength(1); k++)
        {
            var sum = Rational.Zero;
            for (var n = 0; n < Multipliers.Length; n++)
                if (Multipliers[n].Sign > 0)
                    sum += Multipliers[n] * signedInputs[n, k];
            if (sum.Sign != 0)
                return false;
        }
        return true;
    }
}
