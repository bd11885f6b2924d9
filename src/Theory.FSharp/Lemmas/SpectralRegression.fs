/// Regression with a symmetric positive definite matrix as the unknown: measurements tr(AᵢW) = bᵢ, the entries of W row by row.
module ImplicitBias.Theory.SpectralRegression

open System
open MathNet.Numerics.LinearAlgebra
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Theory.LinearRegression

/// Measurements by symmetric matrices.
let measurements (name: string) (matrices: float list list list) (targets: float list) : Dataset =
    Dataset.ForRegression(
        name,
        array2D [ for matrix in matrices -> List.concat matrix ],
        List.toArray targets
    )

/// m, of the m×m unknown.
let size (data: Dataset) : int =
    int (Math.Round(Math.Sqrt(float data.Dimension)))

/// Entries row by row as a matrix.
let matrix (entries: float seq) : Matrix<float> =
    let entries = Seq.toArray entries
    let m = int (Math.Round(Math.Sqrt(float entries.Length)))
    Matrix<float>.Build.DenseOfRowMajor(m, m, entries)

/// A matrix row by row.
let entries (matrix: Matrix<float>) : float array = matrix.ToRowMajorArray()

/// Eigenvalues, and the eigenvectors as columns, of a symmetric matrix.
let spectrum (matrix: Matrix<float>) : float array * Matrix<float> =
    let eigen = matrix.Evd Symmetricity.Symmetric
    eigen.EigenValues |> Seq.map _.Real |> Array.ofSeq, eigen.EigenVectors

/// Q diag(values) Qᵀ row by row, Q with orthonormal columns.
let ofSpectrum (values: float array) (vectors: Matrix<float>) : float array =
    entries (vectors * Matrix<float>.Build.DenseOfDiagonalArray values * vectors.Transpose())

/// The m×m identity row by row.
let identity (m: int) : float array =
    entries (Matrix<float>.Build.DenseIdentity m)

let private times (a: Rational[,]) (b: Rational[,]) =
    let m = Array2D.length1 a

    Array2D.init m m (fun i j -> Seq.fold (fun sum k -> sum + a[i, k] * b[k, j]) Rational.Zero [ 0 .. m - 1 ])

/// UUᵀ of a factor as it is in binary, without rounding.
let square (factor: float seq) : Rational[,] =
    let factor = (matrix factor).ToArray() |> Array2D.map Rational.FromBinary
    times factor (Array2D.init (Array2D.length2 factor) (Array2D.length1 factor) (fun i j -> factor[j, i]))

/// The measurements, exactly.
let matrices (data: Dataset) : Rational[,] list =
    let inputs, m = data.ExactInputs(), size data
    [ for i in 0 .. data.SampleCount - 1 -> Array2D.init m m (fun j k -> inputs[i, m * j + k]) ]

/// Whether every row is a symmetric matrix of two rows or more.
let areSymmetric (data: Dataset) : bool =
    let m, inputs = size data, data.Inputs()

    m > 1
    && m * m = data.Dimension
    && Seq.forall (fun i -> (matrix inputs[i, *]).IsSymmetric()) [ 0 .. data.SampleCount - 1 ]

/// Lehmer's matrix, min(i, j)/max(i, j): positive definite, with eigenvectors of no measurement.
let lehmer (m: int) : float list =
    [ for i in 1..m do
          for j in 1..m -> float (min i j) / float (max i j) ]

/// Whether AB = BA for any two matrices. Decided exactly.
let commute (matrices: Rational[,] list) : bool =
    List.allPairs matrices matrices
    |> List.forall (fun (a, b) -> times a b = times b a)

/// Three by three, two measurements that do not commute with each other or with the start.
let general =
    measurements
        "two measurements that do not commute"
        [ [ [ 1.0; 0.5; 0.0 ]; [ 0.5; 0.0; 1.0 ]; [ 0.0; 1.0; -1.0 ] ]
          [ [ 0.0; 1.0; 1.0 ]; [ 1.0; 2.0; 0.0 ]; [ 1.0; 0.0; 0.5 ] ] ]
        [ 1.0; 1.5 ]

/// A positive definite start that commutes with neither.
let generalStart = [ 0.5; 0.1; 0.0; 0.1; 0.4; 0.05; 0.0; 0.05; 0.3 ]

/// A covariance matrix is to have variances 3/2 and 1/2 where it had 1 and 1, with correlation 1/2.
let twoVariances =
    measurements
        "two variances"
        [ [ [ 1.0; 0.0 ]; [ 0.0; 0.0 ] ]; [ [ 0.0; 0.0 ]; [ 0.0; 1.0 ] ] ]
        [ 1.5; 0.5 ]

/// The covariance matrix before.
let correlated = [ 1.0; 0.5; 0.5; 1.0 ]
