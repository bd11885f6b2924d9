/// The data and starts that the theorems of regression are tried on.
[<AutoOpen>]
module ImplicitBias.Theory.LinearRegression.Samples

open ImplicitBias.Numerics

/// One row (3, 4) with target 5: w∞ = (0.6, 0.8) from zero, s = 5.
let oneRow = Dataset.ForRegression("one row", array2D [ [ 3.0; 4.0 ] ], [| 5.0 |])

/// Two rows in five dimensions. The l1 minimiser is (0, 1/2, 1/2, 0, 0) with dual (1/3, 1/3).
let twoRows =
    Dataset.ForRegression(
        "two rows",
        array2D [ [ 1.0; 2.0; 0.0; -1.0; 1.0 ]; [ 0.0; 1.0; 3.0; 2.0; -2.0 ] ],
        [| 1.0; 2.0 |]
    )

/// A metric for two rows that is not diagonal.
let weighted =
    Mahalanobis(Array2D.init 5 5 (fun i j -> if i = j then float (i + 1) + 0.25 else 0.25))

/// A third row that contradicts the sum of the two.
let contradictory =
    let inputs, targets = twoRows.Inputs(), twoRows.Targets()

    Dataset.ForRegression(
        "two rows and a contradiction",
        Array2D.init 3 twoRows.Dimension (fun i j ->
            if i < 2 then inputs[i, j] else inputs[0, j] + inputs[1, j]),
        Array.append targets [| Array.sum targets + 1.0 |]
    )

/// A start for two rows, of either sign.
let signedStart = [ 0.5; -0.25; 1.0; 0.1; 0.75 ]

/// A positive start for two rows.
let positiveStart = [ 0.2; 0.1; 0.5; 0.3; 0.4 ]

/// Two rows that differ by a quarter in one feature: the slowest rate is 1/519 of the fastest.
let nearlyParallel =
    Dataset.ForRegression(
        "nearly parallel rows",
        array2D [ [ 1.0; 2.0; 0.5; 1.0 ]; [ 1.0; 2.0; 0.5; 1.25 ] ],
        [| 1.0; 1.125 |]
    )

/// One flower of each species of iris: petal width from the other three measurements in cm and a constant.
let threeIrises =
    let setosa = BuiltInData.Iris("setosa", "versicolor")
    let virginica = BuiltInData.Iris("virginica", "versicolor")

    let first (data: Dataset) label =
        let row = data.Labels() |> Array.findIndex ((=) label)
        (data.Inputs())[row, *]

    let flowers = [ first setosa 1; first setosa -1; first virginica 1 ]

    Dataset.ForRegression(
        "three irises",
        [| "sepal_length_cm"; "sepal_width_cm"; "petal_length_cm"; "constant" |],
        array2D [ for flower in flowers -> [ flower[0]; flower[1]; flower[2]; 1.0 ] ],
        [| for flower in flowers -> flower[3] |]
    )

/// Petal length from the other three measurements in cm, one setosa and one virginica; a positive interpolant exists.
let twoIrises =
    let setosa = BuiltInData.Iris("setosa", "virginica")

    let flower label =
        (setosa.Inputs())[setosa.Labels() |> Array.findIndex ((=) label), *]

    let flowers = [ flower 1; flower -1 ]

    Dataset.ForRegression(
        "two irises",
        [| "sepal_length_cm"; "sepal_width_cm"; "petal_width_cm" |],
        array2D [ for flower in flowers -> [ flower[0]; flower[1]; flower[3] ] ],
        [| for flower in flowers -> flower[2] |]
    )

/// One row on the simplex: the mean of 1, 2, 0, -1, 1 is to be 0.7.
let oneMean =
    Dataset.ForRegression("one mean", array2D [ [ 1.0; 2.0; 0.0; -1.0; 1.0 ] ], [| 0.7 |])

/// A start on a user's data that forgets nothing: 1, 1/2, 1/3, ... in every other coordinate negative.
let generic (dimension: int) : float list =
    [ for j in 1..dimension -> (if j % 2 = 0 then -1.0 else 1.0) / float j ]

/// The same, positive.
let genericPositive (dimension: int) : float list =
    [ for j in 1..dimension -> 1.0 / float j ]
