using System.Numerics;
using ImplicitBias.Numerics.Exact;

namespace ImplicitBias.Numerics.Reference;

/// <summary>
/// Simplex method for bounded variables in exact arithmetic, for integer data. The tableau of <see cref="FloatingSimplex"/>
/// holds integers over one common denominator, the last pivot (Edmonds' integer pivoting), so entries are minors
/// of the data and never need reducing. Bland's rule: it always ends.
/// </summary>
internal sealed class ExactSimplex
{
    private readonly LinearProgram<BigInteger> program;
    private readonly int rowCount;
    private readonly int columnCount;
    private readonly BigInteger[,] tableau; // (m+1) × N
    private readonly BigInteger[] level; // values of the basic variables, times the denominator
    private BigInteger denominator; // positive
    private readonly int[] basic;
    private readonly int[] nonbasic;
    private readonly int[] values; // of the variables that are not basic

    public ExactSimplex(LinearProgram<BigInteger> program)
    {
        this.program = program;
        (rowCount, columnCount) = (program.RowCount, program.ColumnCount);
        tableau = new BigInteger[rowCount + 1, columnCount];
        level = new BigInteger[rowCount];
        basic = new int[rowCount];
        nonbasic = new int[columnCount];
        values = new int[rowCount + columnCount];
    }

    /// <summary>x.</summary>
    public Rational[] Primal { get; private set; } = [];

    /// <summary>u: what the objective gains per unit of a row that is not basic; length m. Empty if unbounded.</summary>
    public Rational[] Dual { get; private set; } = [];

    /// <summary>A direction that keeps all bounds and raises the objective; empty unless unbounded.</summary>
    public Rational[] Ray { get; private set; } = [];

    /// <summary>Runs to an optimum or a ray, from a proposed basis if there is one and it is feasible.</summary>
    /// <returns>True if there is an optimum.</returns>
    public bool Run(SimplexBasis? proposed = null)
    {
        if (proposed is null || !TryEnter(proposed))
            Start();
        while (true)
        {
            var entering = Entering();
            if (entering < 0)
                break;
            var direction = tableau[rowCount, entering].Sign;
            var leaving = Leaving(entering, direction, out var flips);
            if (leaving < 0 && !flips)
            {
                Ray = RayAlong(entering, direction);
                return false;
            }
            if (flips)
                values[nonbasic[entering]] = (int)Bound(nonbasic[entering], direction);
            else
            {
                values[basic[leaving]] = (int)Bound(
                    basic[leaving],
                    direction * tableau[leaving, entering].Sign
                );
                Pivot(leaving, entering);
            }
            ComputeLevels();
        }
        Primal = new Rational[columnCount];
        Dual = new Rational[rowCount];
        for (var i = 0; i < rowCount; i++)
            if (basic[i] < columnCount)
                Primal[basic[i]] = new Rational(level[i], denominator);
        for (var j = 0; j < columnCount; j++)
            if (nonbasic[j] < columnCount)
                Primal[nonbasic[j]] = values[nonbasic[j]];
            else
                Dual[nonbasic[j] - columnCount] = new Rational(tableau[rowCount, j], denominator);
        return true;
    }

    /// <summary>Whether every reduced cost forbids leaving the vertex, so that x is the only optimum.</summary>
    public bool PrimalIsProvedUnique()
    {
        for (var j = 0; j < columnCount; j++)
            if (tableau[rowCount, j].IsZero && program.Lower[nonbasic[j]] < program.Upper[nonbasic[j]])
                return false;
        return true;
    }

    /// <summary>Whether every basic variable is strictly within its bounds, so that u is the only optimal dual.</summary>
    public bool DualIsProvedUnique()
    {
        for (var i = 0; i < rowCount; i++)
            if (Room(i, 1) is { IsZero: true } || Room(i, -1) is { IsZero: true })
                return false;
        return true;
    }

    private void Clear()
    {
        denominator = BigInteger.One;
        for (var j = 0; j < columnCount; j++)
        {
            (nonbasic[j], tableau[rowCount, j]) = (j, program.Objective[j]);
            for (var i = 0; i < rowCount; i++)
                tableau[i, j] = program.Matrix[i * columnCount + j];
        }
        for (var i = 0; i < rowCount; i++)
            basic[i] = columnCount + i;
    }

    private void Start()
    {
        Clear();
        Array.Clear(values);
        program.Start?.CopyTo(values, 0);
        ComputeLevels();
        if (program.FreeColumn < 0)
            return;
        Pivot(Array.IndexOf(level, level.Min()), program.FreeColumn);
        ComputeLevels();
    }

    // False if the proposal is singular or not feasible.
    private bool TryEnter(SimplexBasis proposed)
    {
        Clear();
        var wanted = proposed.Basic.ToHashSet();
        foreach (var variable in proposed.Basic)
        {
            var column = Array.IndexOf(nonbasic, variable);
            if (column < 0)
                continue;
            var row = Array.FindIndex(
                Enumerable.Range(0, rowCount).ToArray(),
                i => !tableau[i, column].IsZero && !wanted.Contains(basic[i])
            );
            if (row < 0)
                return false;
            Pivot(row, column);
        }
        proposed.Values.CopyTo(values, 0);
        ComputeLevels();
        for (var i = 0; i < rowCount; i++)
            if (Room(i, 1)?.Sign < 0 || Room(i, -1)?.Sign < 0)
                return false;
        return true;
    }

    private void ComputeLevels()
    {
        for (var i = 0; i < rowCount; i++)
        {
            var sum = BigInteger.Zero;
            for (var j = 0; j < columnCount; j++)
                if (values[nonbasic[j]] != 0)
                    sum += values[nonbasic[j]] * tableau[i, j];
            level[i] = sum;
        }
    }

    private double Bound(int variable, int direction) =>
        direction > 0 ? program.Upper[variable] : program.Lower[variable];

    // How far a basic variable can move in a direction, times the denominator; null if for ever.
    private BigInteger? Room(int i, int direction)
    {
        var bound = Bound(basic[i], direction);
        return double.IsInfinity(bound) ? null : direction * ((int)bound * denominator - level[i]);
    }

    private int Entering()
    {
        var entering = -1;
        for (var j = 0; j < columnCount; j++)
        {
            var sign = tableau[rowCount, j].Sign;
            if (
                sign != 0
                && Bound(nonbasic[j], sign) != values[nonbasic[j]]
                && (entering < 0 || nonbasic[j] < nonbasic[entering])
            )
                entering = j;
        }
        return entering;
    }

    // The row that blocks first, or the entering variable's own other bound; the smaller variable if both do.
    private int Leaving(int entering, int direction, out bool flips)
    {
        var variable = nonbasic[entering];
        var range = program.Upper[variable] - program.Lower[variable];
        flips = !double.IsInfinity(range);
        var leaving = -1;
        var first = variable; // the variable that blocks
        var (room, rate) = flips ? ((BigInteger)range, BigInteger.One) : (BigInteger.Zero, BigInteger.Zero);
        for (var i = 0; i < rowCount; i++)
        {
            var sign = direction * tableau[i, entering].Sign;
            if (sign == 0 || Room(i, sign) is not { } own)
                continue;
            var ownRate = BigInteger.Abs(tableau[i, entering]);
            var order = rate.IsZero ? -1 : (own * rate).CompareTo(room * ownRate);
            if (order > 0 || (order == 0 && first < basic[i]))
                continue;
            (leaving, first, room, rate, flips) = (i, basic[i], own, ownRate, false);
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
            for (var j = 0; j < columnCount; j++)
                if (j != entering)
                    tableau[i, j] = (tableau[i, j] * pivot - factor * tableau[leaving, j]) / denominator; // exact
        }
        for (var j = 0; j < columnCount; j++)
            tableau[leaving, j] = j == entering ? denominator : -tableau[leaving, j];
        denominator = pivot;
        if (pivot.Sign < 0)
        {
            denominator = -denominator;
            for (var i = 0; i <= rowCount; i++)
            for (var j = 0; j < columnCount; j++)
                tableau[i, j] = -tableau[i, j];
        }
        (basic[leaving], nonbasic[entering]) = (nonbasic[entering], basic[leaving]);
    }

    private Rational[] RayAlong(int column, int direction)
    {
        var ray = new Rational[columnCount];
        if (nonbasic[column] < columnCount)
            ray[nonbasic[column]] = direction;
        for (var i = 0; i < rowCount; i++)
            if (basic[i] < columnCount)
                ray[basic[i]] = new Rational(direction * tableau[i, column], denominator);
        return ray;
    }
}
