module ImplicitBias.Tests.Data.BuiltInDataTests

open Expecto
open ImplicitBias.Numerics

let private count label (data: Dataset) =
    data.Labels() |> Array.filter ((=) label) |> Array.length

let private row i (data: Dataset) =
    let cells = data.Inputs()
    cells[i, *]

[<Tests>]
let tests =
    testList
        "built-in data"
        [ testCase "iris: 50 of each species, four measurements, as in Fisher's table"
          <| fun () ->
              let data = BuiltInData.Iris("setosa", "versicolor")

              Expect.sequenceEqual
                  data.Features
                  [ "sepal_length_cm"; "sepal_width_cm"; "petal_length_cm"; "petal_width_cm" ]
                  "features"

              Expect.equal (count 1 data, count -1 data) (50, 50) "flowers"
              Expect.equal (row 0 data) [| 5.1; 3.5; 1.4; 0.2 |] "the first setosa"
              Expect.equal (row 50 data) [| 7.0; 3.2; 4.7; 1.4 |] "the first versicolor"
              // Rows 35 and 38 are where the widespread file differs from Fisher's.
              Expect.equal (row 34 data) [| 4.9; 3.1; 1.5; 0.2 |] "row 35"
              Expect.equal (row 37 data) [| 4.9; 3.6; 1.4; 0.1 |] "row 38"
              Expect.isTrue data.IsDecimal "tenths of a centimetre are exact"
              Expect.equal data.Name "iris setosa/versicolor" "name"
          testCase "exchanging the classes exchanges the labels"
          <| fun () ->
              let there = BuiltInData.Iris("setosa", "virginica")
              let back = BuiltInData.Iris("virginica", "setosa")
              Expect.equal (back.Inputs()) (there.Inputs()) "inputs"
              Expect.equal (back.Labels()) (Array.map (~-) (there.Labels())) "labels"
          testCase "penguins: the two birds without measurements are left out"
          <| fun () ->
              let data = BuiltInData.Penguins("Adelie", "Gentoo")

              Expect.sequenceEqual
                  data.Features
                  [ "bill_length_mm"; "bill_depth_mm"; "flipper_length_mm"; "body_mass_g" ]
                  "features"

              Expect.equal (count 1 data, count -1 data) (151, 123) "of 152 and 124"
              Expect.equal (row 0 data) [| 39.1; 18.7; 181.0; 3750.0 |] "the first bird"
          testCase "a species that does not occur is refused"
          <| fun () ->
              Expect.throwsT<DataException>
                  (fun () -> BuiltInData.Iris("Setosa", "versicolor") |> ignore)
                  "iris"

              Expect.throwsT<DataException>
                  (fun () -> BuiltInData.Penguins("Adelie", "King") |> ignore)
                  "penguins" ]
