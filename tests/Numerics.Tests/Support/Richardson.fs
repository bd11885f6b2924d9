/// Derivatives of smooth functions from values alone: central differences, extrapolated to step 0.
module ImplicitBias.Tests.Richardson

open ImplicitBias.Tests.Within

/// (f(x + h) - f(x - h)) / 2h: error f'''h²/6.
let central (f: float -> float) (x: float) (h: float) =
    let above, below = x + h, x - h
    (f above - f below) / (above - below)

/// f'(x) from steps h, h/2, ..., h/2^(levels - 1), and its budget: the last change of the extrapolation for what it
/// leaves out, and the rounding of f (relativeRounding·|f|) divided by the smallest step.
let derivative (relativeRounding: float) (f: float -> float) (x: float) (h: float) : float * Budget =
    let levels = 6
    let table = Array2D.zeroCreate levels levels

    for i in 0 .. levels - 1 do
        table[i, 0] <- central f x (h / 2.0 ** float i)

        for j in 1..i do
            table[i, j] <-
                table[i, j - 1]
                + (table[i, j - 1] - table[i - 1, j - 1]) / (4.0 ** float j - 1.0)

    let best = table[levels - 1, levels - 1]
    let smallest = h / 2.0 ** float (levels - 1)
    let size = abs (f (x - h)) |> max (abs (f (x + h))) |> max (abs (f x))

    best,
    part "extrapolation" (abs (best - table[levels - 2, levels - 2]))
    // The weights of the last column add up to less than 2 in magnitude.
    + part "rounding of f / step" (2.0 * relativeRounding * size / smallest)
