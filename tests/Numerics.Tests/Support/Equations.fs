/// Ordinary differential equations with closed-form solutions.
module ImplicitBias.Tests.Equations

open System
open ImplicitBias.Numerics

/// y' = y (1 - y), the mode of a two-layer linear network: y = 1/(1 + (1/y₀ - 1) e^{-s}).
let logistic =
    { new IStiffFlow with
        member _.Dimension = 1

        member _.Rate(_: float, state: ReadOnlySpan<float>, rate: Span<float>) =
            rate[0] <- state[0] * (1.0 - state[0])

        member _.Jacobian(state: ReadOnlySpan<float>, jacobian: Span<float>) =
            jacobian[0] <- 1.0 - 2.0 * state[0] }

/// The solution of the logistic equation from y₀.
let logisticAt (start: float) (s: float) =
    1.0 / (1.0 + (1.0 / start - 1.0) * exp -s)

/// x' = y, y' = -x from (0, 1): (sin s, cos s).
let oscillator =
    { new IStiffFlow with
        member _.Dimension = 2

        member _.Rate(_: float, state: ReadOnlySpan<float>, rate: Span<float>) =
            rate[0] <- state[1]
            rate[1] <- -state[0]

        member _.Jacobian(_: ReadOnlySpan<float>, jacobian: Span<float>) =
            jacobian[0] <- 0.0
            jacobian[1] <- 1.0
            jacobian[2] <- -1.0
            jacobian[3] <- 0.0 }

/// Linear regression along its two singular directions, w' = -λ(w - w*), with λ = 1 and 10⁶: a stiff equation.
let regression =
    let rates, solution = [| 1.0; 1e6 |], [| 2.0; -3.0 |]

    { new IStiffFlow with
        member _.Dimension = 2

        member _.Rate(_: float, state: ReadOnlySpan<float>, rate: Span<float>) =
            for k in 0..1 do
                rate[k] <- -rates[k] * (state[k] - solution[k])

        member _.Jacobian(_: ReadOnlySpan<float>, jacobian: Span<float>) =
            jacobian.Clear()
            jacobian[0] <- -rates[0]
            jacobian[3] <- -rates[1] }

/// The solution of the regression from 0.
let regressionAt (s: float) =
    [| 2.0 * (1.0 - exp -s); -3.0 * (1.0 - exp (-1e6 * s)) |]

/// The product model f = xy of a single example, x' = -(xy - 1) y, y' = -(xy - 1) x: x² - y² is conserved.
let product =
    { new IStiffFlow with
        member _.Dimension = 2

        member _.Rate(_: float, state: ReadOnlySpan<float>, rate: Span<float>) =
            let residual = state[0] * state[1] - 1.0
            rate[0] <- -residual * state[1]
            rate[1] <- -residual * state[0]

        member _.Jacobian(state: ReadOnlySpan<float>, jacobian: Span<float>) =
            let x, y = state[0], state[1]
            jacobian[0] <- -y * y
            jacobian[1] <- 1.0 - 2.0 * x * y
            jacobian[2] <- 1.0 - 2.0 * x * y
            jacobian[3] <- -x * x }
