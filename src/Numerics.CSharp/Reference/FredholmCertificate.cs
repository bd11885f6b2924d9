using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Proof that Xw = y has no solution: multipliers m with mᵀX = 0 and m·y = 1, so that a solution would give 0 = 1
/// (Fredholm's alternative).
/// </summary>
public sealed record FredholmCertificate
{
    internal FredholmCertificate(Rational[] multipliers) => Multipliers = multipliers;

    /// <summary>m, length n, exact.</summary>
    public Rational[] Multipliers { get; }

    /// <summary>The rows with mᵢ ≠ 0, ascending: they contradict each other on their own.</summary>
    public int[] Support => [.. Enumerable.Range(0, Multipliers.Length).Where(i => Multipliers[i].Sign != 0)];

    /// <summary>Checks the certificate exactly and from nothing but its definition.</summary>
    /// <param name="inputs">X, n×d.</param>
    /// <param name="targets">y, length n.</param>
    public bool Proves(Rational[,] inputs, Rational[] targets)
    {
        if (Multipliers.Length != inputs.GetLength(0) || Multipliers.Length != targets.Length)
            return false;
        var total = Rational.Zero;
        foreach (var i in Support)
            total += Multipliers[i] * targets[i];
        if (total != Rational.One)
            return false;
        for (var j = 0; j < inputs.GetLength(1); j++)
        {
            var sum = Rational.Zero;
            foreach (var i in Support)
                sum += Multipliers[i] * inputs[i, j];
            if (sum.Sign != 0)
                return false;
        }
        return true;
    }
}
