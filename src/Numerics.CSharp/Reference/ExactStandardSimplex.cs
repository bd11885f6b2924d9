using System.Numerics;
using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Simplex method in exact arithmetic for max c·x subject to Mx ≤ r, x ≥ 0 with r ≥ 0 and integer data. The tableau
/// holds integers over one common denominator, the last pivot (Edmonds' integer pivoting), so entries are minors
/// of the data and never need reducing. Bland's rule: it always ends.
/// </summary>
internal sealed class ExactStandardSimplex
{
    private readonly int rowCount;
    private readonly int columnCount;
    private readonly BigInteger[,] original;
    private BigInteger[,] tableau; // (m+1) × (N+1), as in FloatingStandardSimplex
    private BigInteger denominator = BigInteger.One; // positive
    private int[] basic;
    private int[] nonbasic;

    public ExactStandardSimplex(BigInteger[,] matrix, BigInteger[] bounds, BigInteger[] objective)
    {
        rowCount = matrix.GetLength(0);
        columnCount = matrix.GetLength(1);
        original = new BigInteger[rowCount + 1, columnCount + 1];
        for (var i = 0; i < rowCount; i++)
        {
            for (var j = 0; j < columnCount; j++)
                original[i, j] = matrix[i, j];
            original[i, columnCount] = bounds[i];
        }
        for (var j = 0; j < columnCount; j++)
            original[rowCount, j] = -objective[j];
        tableau = (BigInteger[,])original.Clone();
        basic = [.. Enumerable.Range(columnCount, rowCount)];
        nonbasic = [.. Enumerable.Range(0, columnCount)];
    }

    /// <summary>x.</summary>
    public Rational[] Primal { get; private set; } = [];

    /// <summary>u ≥ 0 with Mᵀu ≥ c and r·u = c·x; length m. Empty if unbounded.</summary>
    public Rational[] Dual { get; private set; } = [];

    /// <summary>A direction x ≥ 0 with Mx ≤ 0 and c·x > 0; empty unless unbounded.</summary>
    public Rational[] Ray { get; private set; } = [];

    /// <summary>Runs to an optimum or a ray, starting from a proposed basis if that is feasible.</summary>
    /// <returns>True if there is an optimum.</returns>
    public bool Run(ReadOnlySpan<int> proposedBasis)
    {
        EnterBasis(proposedBasis.ToArray());
        while (true)
        {
            var entering = -1;
            for (var j = 0; j < columnCount; j++)
            {
                if (tableau[rowCount, j].Sign >= 0)
                    continue;
                if (entering < 0 || nonbasic[j] < nonbasic[entering])
                    entering = j;
                if (Leaving(j) < 0)
                {
                    Ray = RayAlong(j);
                    return false;
                }
            }
            if (entering < 0)
                break;
            Pivot(Leaving(entering), entering);
        }
        Primal = new Rational[columnCount];
        Dual = new Rational[rowCount];
        for (var i = 0; i < rowCount; i++)
            if (basic[i] < columnCount)
                Primal[basic[i]] = new Rational(tableau[i, columnCount], denominator);
        for (var j = 0; j < columnCount; j++)
            if (nonbasic[j] >= columnCount)
                Dual[nonbasic[j] - columnCount] = new Rational(tableau[rowCount, j], denominator);
        return true;
    }

    /// <summary>Whether all reduced costs are positive, so that x is the only optimum.</summary>
    /// <param name="ignoredRows">Rows whose slack is zero in every feasible point.</param>
    public bool PrimalIsProvedUnique(ReadOnlySpan<int> ignoredRows)
    {
        for (var j = 0; j < columnCount; j++)
            if (tableau[rowCount, j].IsZero && !ignoredRows.Contains(nonbasic[j] - columnCount))
                return false;
        return true;
    }

    /// <summary>Whether all basic variables are positive, so that u is the only optimal dual.</summary>
    /// <param name="ignoredRows">Rows whose slack is zero in every feasible point.</param>
    public bool DualIsProvedUnique(ReadOnlySpan<int> ignoredRows)
    {
        for (var i = 0; i < rowCount; i++)
            if (tableau[i, columnCount].IsZero && !ignoredRows.Contains(basic[i] - columnCount))
                return false;
        return true;
    }

    private void EnterBasis(int[] proposedBasis)
    {
        foreach (var variable in proposedBasis)
        {
            var column = Array.IndexOf(nonbasic, variable);
            if (column < 0)
                continue;
            for (var i = 0; i < rowCount; i++)
                if (!tableau[i, column].IsZero && !proposedBasis.Contains(basic[i]))
                {
                    Pivot(i, column);
                    break;
                }
        }
        for (var i = 0; i < rowCount; i++)
            if (tableau[i, columnCount].Sign < 0)
            {
                tableau = (BigInteger[,])original.Clone();
                denominator = BigInteger.One;
                basic = [.. Enumerable.Range(columnCount, rowCount)];
                nonbasic = [.. Enumerable.Range(0, columnCount)];
                return;
            }
    }

    private int Leaving(int entering)
    {
        var leaving = -1;
        for (var i = 0; i < rowCount; i++)
        {
            if (tableau[i, entering].Sign <= 0)
                continue;
            var order =
                leaving < 0
                    ? -1
                    : (tableau[i, columnCount] * tableau[leaving, entering]).CompareTo(
                        tableau[leaving, columnCount] * tableau[i, entering]
                    );
            if (order < 0 || (order == 0 && basic[i] < basic[leaving]))
                leaving = i;
        }
        return leaving;
    }

    private void Pivot(int leaving, int entering)
    {
        var pivot = tableau[leaving, entering];
        for (var i = 0; i <= rowCount; i++)
        {
            if (i == leaving)
                continue;
            var factor = tableau[i, entering];
            for (var j = 0; j <= columnCount; j++)
                if (j != entering)
                    tableau[i, j] = (tableau[i, j] * pivot - factor * tableau[leaving, j]) / denominator; // exact
            tableau[i, entering] = -factor;
        }
        tableau[leaving, entering] = denominator;
        denominator = pivot;
        if (pivot.Sign < 0) // only on the way to a proposed basis
        {
            denominator = -denominator;
            for (var i = 0; i <= rowCount; i++)
            for (var j = 0; j <= columnCount; j++)
                tableau[i, j] = -tableau[i, j];
        }
        (basic[leaving], nonbasic[entering]) = (nonbasic[entering], basic[leaving]);
    }

    private Rational[] RayAlong(int column)
    {
        var ray = new Rational[columnCount];
        if (nonbasic[column] < columnCount)
            ray[nonbasic[column]] = Rational.One;
        for (var i = 0; i < rowCount; i++)
            if (basic[i] < columnCount)
                ray[basic[i]] = new Rational(-tableau[i, column], denominator);
        return ray;
    }
}
