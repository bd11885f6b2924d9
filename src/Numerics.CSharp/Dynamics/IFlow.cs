namespace ImplicitBias.Numerics;

/// <summary>An ordinary differential equation in whatever clock it was built for.</summary>
public interface IFlow
{
    /// <summary>Length of the state.</summary>
    int Dimension { get; }

    /// <summary>rate ← d state / d clock.</summary>
    void Rate(double clock, ReadOnlySpan<double> state, Span<double> rate);

    /// <summary>
    /// The quantity by which readings are prescribed, increasing along the flow: the clock itself unless the flow
    /// says otherwise.
    /// </summary>
    double Reading(double clock, ReadOnlySpan<double> state) => clock;

    /// <summary>d Reading / d clock.</summary>
    double ReadingRate(double clock, ReadOnlySpan<double> state) => 1;

    /// <summary>Whether what is left of the motion at this state is rounding; by default never.</summary>
    bool Stationary(ReadOnlySpan<double> state) => false;

    /// <summary>scale ← the local error each component is allowed; by default absolute + relative · |state|.</summary>
    void Scale(ReadOnlySpan<double> state, Accuracy accuracy, Span<double> scale)
    {
        for (var i = 0; i < state.Length; i++)
            scale[i] = accuracy.Absolute + accuracy.Relative * Math.Abs(state[i]);
    }
}

/// <summary>A flow that knows its derivative, so that a step need not be limited by stability.</summary>
public interface IStiffFlow : IFlow
{
    /// <summary>Whether the rate depends on the state alone, not on the clock.</summary>
    bool Autonomous => true;

    /// <summary>jacobian ← d rate / d state, row-major, Dimension × Dimension. The flow must be autonomous.</summary>
    void Jacobian(ReadOnlySpan<double> state, Span<double> jacobian);
}
