/// What the rows of a sample span, and what is orthogonal to them, which no gradient can move.
[<AutoOpen>]
module ImplicitBias.Theory.LinearRegression.RowSpace

open System.Runtime.CompilerServices
open MathNet.Numerics.LinearAlgebra
open ImplicitBias.Theory
open ImplicitBias.Numerics

/// The singular value decomposition of the inputs: singular values of the row space, descending, and V, d×r. The rank r is MathNet's:
/// singular values below max(n, d) units in the last place of the largest are rounding of the decomposition.
type private Spectrum = { Values: float array; Rows: Matrix<float> }

// Pure functions of immutable data, kept as long as the data are.
let private spectra = ConditionalWeakTable<Dataset, Spectrum>()

let private spectrum (data: Dataset) =
    spectra.GetValue(
        data,
        fun data ->
            let svd = Matrix<float>.Build.DenseOfArray(data.Inputs()).Svd()
            let rank = svd.Rank

            { Values = Array.init rank (fun k -> svd.S[k])
              Rows = svd.VT.SubMatrix(0, rank, 0, data.Dimension).Transpose() }
    )

/// The non-zero singular values of the inputs, descending.
let singularValues (data: Dataset) : float array = (spectrum data).Values

/// The right singular vectors that go with them, each of length d.
let rightVectors (data: Dataset) : float array list =
    [ for column in (spectrum data).Rows.EnumerateColumns() -> column.ToArray() ]

/// The smallest non-zero s², to rounding relative to itself where the singular value decomposition is right only relative to
/// the largest: the Rayleigh quotient of its vector, taken exactly, is off by the square of the vector's error.
let smallestSquare (data: Dataset) : float =
    let inputs = data.ExactInputs()
    let x = Matrix<float>.Build.DenseOfArray(data.Inputs())

    let vector =
        (x * Vector<float>.Build.Dense(List.last (rightVectors data))).ToArray()

    let left = vector |> Array.map Exact.Rational.FromBinary
    let zero = Exact.Rational.Zero

    let squares values =
        values |> Seq.fold (fun (sum: Exact.Rational) value -> sum + value * value) zero

    let image =
        [ for j in 0 .. data.Dimension - 1 ->
              Seq.fold
                  (fun (sum: Exact.Rational) i -> sum + left[i] * inputs[i, j])
                  zero
                  [ 0 .. left.Length - 1 ] ]

    (squares image / squares left).ToDouble()

/// P₀x: the part of x, length d, orthogonal to the rows of the data.
let across (data: Dataset) (x: float seq) : float array =
    let rows = (spectrum data).Rows
    let x = Vector<float>.Build.DenseOfEnumerable x
    // Twice: the second pass takes out what rounding left of the first.
    let remove (x: Vector<float>) =
        x - rows * rows.TransposeThisAndMultiply x

    (remove (remove x)).ToArray()

/// The unit vector along P₀x. Projected again once it has length 1, it is orthogonal to the rows to rounding however small the
/// part of x was.
let directionAcross (data: Dataset) (x: float seq) : float array =
    across data x |> Measure.unit |> across data |> Measure.unit

/// The part of x orthogonal to the rows and to (1, ..., 1): on the simplex a dual means nothing along it.
let internal acrossWithSum (data: Dataset) : float seq -> float array =
    let rows, targets = data.Inputs(), data.Targets()
    let n = data.SampleCount

    let extended =
        Dataset.ForRegression(
            data.Name,
            Array2D.init (n + 1) data.Dimension (fun i j -> if i < n then rows[i, j] else 1.0),
            Array.append targets [| 1.0 |]
        )

    across extended
