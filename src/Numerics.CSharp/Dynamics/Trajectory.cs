using System.Collections.Immutable;

namespace ImplicitBias.Numerics;

/// <summary>The state of a run at one reading.</summary>
/// <param name="LogTime">log t, natural; t is flow time, or the number of iterations of a discrete method.</param>
/// <param name="LogLoss">log L, L the summed loss.</param>
/// <param name="Parameters">θ, length p.</param>
/// <param name="Outputs">f(θ; xᵢ), length n; margins where labels are folded in.</param>
/// <param name="ErrorEstimate">
/// Estimated global error of θ at this log t, in the maximum norm: the distance to a second, coarser run of the
/// same dynamics plus the rounding of θ itself. An estimate, not a bound.
/// </param>
public sealed record Snapshot(
    double LogTime,
    double LogLoss,
    ImmutableArray<double> Parameters,
    ImmutableArray<double> Outputs,
    double ErrorEstimate
);

/// <summary>What a run recorded, and how it ended.</summary>
/// <param name="Snapshots">One per reading reached, in order of log t.</param>
/// <param name="Steps">Accepted steps of the integrator plus iterations of a discrete method.</param>
/// <param name="Outcome">Why the run ended. Readings after a failure are missing, never invented.</param>
public sealed record Trajectory(ImmutableArray<Snapshot> Snapshots, long Steps, Outcome Outcome)
{
    /// <summary>The largest error estimate of any snapshot; 0 when there is none.</summary>
    public double ErrorEstimate =>
        Snapshots.Select(snapshot => snapshot.ErrorEstimate).DefaultIfEmpty(0).Max();
}

/// <summary>
/// Local error per step, in the units the flow's <see cref="IFlow.Scale"/> gives it. No defaults: the caller
/// decides.
/// </summary>
/// <param name="Relative">Allowed error per unit of size.</param>
/// <param name="Absolute">Allowed error where the size is zero.</param>
public sealed record Accuracy(double Relative, double Absolute)
{
    /// <summary>The same request, with both errors multiplied by a factor.</summary>
    public Accuracy Times(double factor) => new(Relative * factor, Absolute * factor);
}

/// <summary>Why a run ended. A value, never an exception.</summary>
public enum Outcome
{
    /// <summary>Every reading was taken. The only success.</summary>
    ReachedHorizon,

    /// <summary>
    /// The step fell below the resolution of the clock. Common causes: an accuracy below rounding, a kink in the
    /// model. Try a looser accuracy.
    /// </summary>
    StepUnderflow,

    /// <summary>
    /// A state or a rate became infinite or NaN. Common causes: a step size of gradient descent above the
    /// stability limit, a start where the loss overflows.
    /// </summary>
    NonFinite,

    /// <summary>The step budget was spent. Common cause: an accuracy that the method cannot afford.</summary>
    StepLimit,

    /// <summary>The caller asked to stop.</summary>
    Cancelled,

    /// <summary>
    /// The gradient cancelled down to rounding before the reading. Common cause: data that cannot be separated, on
    /// which the loss has a minimum at finite θ.
    /// </summary>
    Stationary,
}

/// <summary>Anything that can be run: gradient flow, gradient descent. The only interface a theorem sees.</summary>
public interface IDynamics
{
    /// <summary>Runs from a start and reads the state at prescribed log t.</summary>
    /// <param name="start">θ at t = 0, length p.</param>
    /// <param name="logTimes">Readings log t, natural, strictly increasing.</param>
    /// <param name="accuracy">Local error per step; the estimate of the global error comes with each snapshot.</param>
    /// <param name="cancellation">Ends the run with <see cref="Outcome.Cancelled"/>.</param>
    /// <exception cref="ArgumentException">Lengths do not match, or logTimes is empty or not increasing.</exception>
    Trajectory Run(
        ReadOnlySpan<double> start,
        ReadOnlySpan<double> logTimes,
        Accuracy accuracy,
        CancellationToken cancellation = default
    );
}
