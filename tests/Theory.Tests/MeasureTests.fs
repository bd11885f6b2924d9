module ImplicitBias.Tests.MeasureTests

open System
open Expecto
open ImplicitBias.Theory

let private refuses name (measure: float list -> float list -> unit) =
    testCase $"{name} refuses vectors of different lengths" (fun () ->
        for a, b in [ [ 1.0; 2.0 ], [ 1.0 ]; [ 1.0 ], [ 1.0; 0.0 ]; [], [ 0.0 ]; [ 0.0 ], [] ] do
            Expect.throwsT<ArgumentException>
                (fun () -> measure a b)
                $"{a.Length} and {b.Length} coordinates")

[<Tests>]
let tests =
    testList
        "measure"
        [ refuses "⟨a, b⟩" (fun a b -> Measure.dot a b |> ignore)
          refuses "a - b" (fun a b -> Measure.minus a b |> ignore)
          refuses "the difference of two solutions" (fun a b -> Measure.differ a b |> ignore)
          testCase "⟨(1, 2), (3, -1)⟩ = 1 and (1, 2) - (3, -1) = (-2, 3)" (fun () ->
              Expect.equal (Measure.dot [ 1.0; 2.0 ] [ 3.0; -1.0 ]) 1.0 "dot"
              Expect.equal (Measure.minus [ 1.0; 2.0 ] [ 3.0; -1.0 ]) [| -2.0; 3.0 |] "minus") ]
