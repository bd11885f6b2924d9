namespace ImplicitBias.Numerics.Integrators;

/// <summary>
/// The Jacobian of an autonomous flow by one-sided differences, right to half the digits: extrapolation keeps its order with any
/// matrix, and long steps need no more.
/// </summary>
internal static class DifferenceJacobian
{
    /// <summary>
    /// jacobian ← (f(x + h eₖ) - f(x))/h column by column, h = 2⁻²⁶ sizeₖ; a component at rest at zero, of size 0, has a column of
    /// zeros.
    /// </summary>
    internal static void Fill(
        IFlow flow,
        ReadOnlySpan<double> state,
        ReadOnlySpan<double> sizes,
        Span<double> jacobian
    )
    {
        var p = state.Length;
        var (moved, here, there) = (state.ToArray(), new double[p], new double[p]);
        flow.Rate(0, state, here);
        jacobian.Clear();
        for (var k = 0; k < p; k++)
        {
            moved[k] = state[k] + Math.ScaleB(sizes[k], -26);
            if (moved[k] == state[k])
                continue;
            flow.Rate(0, moved, there);
            for (var j = 0; j < p; j++)
                jacobian[j * p + k] = (there[j] - here[j]) / (moved[k] - state[k]);
            moved[k] = state[k];
        }
    }
}
