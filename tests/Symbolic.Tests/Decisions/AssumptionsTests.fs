module ImplicitBias.Tests.AssumptionsTests

open Expecto
open ImplicitBias.Theory.Symbolic
open ImplicitBias.Tests.Reading

let private extent text symbol =
    let extent = Assumptions.extent symbol (assume text)

    let show (bound: Bound option) =
        match bound with
        | None -> "none"
        | Some bound -> (if bound.Included then "=" else "") + string bound.At

    show extent.From, show extent.To

[<Tests>]
let tests =
    testList
        "assumptions"
        [ testCase "every form is read, and described so that it reads back the same"
          <| fun () ->
              let text =
                  "a>0, b<0, c>=0, d<=0, k<>0, n integer, t large, x in [0,1], y>3/2, z real"

              Expect.equal (AssumptionText.print (assume text)) text "description"

              let other = "0 < a, b negative, c ≥ 0, x in (0, 1], y in [2, oo), 1.5 < z"
              let described = AssumptionText.print (assume other)
              Expect.equal described "a>0, b<0, c>=0, x>0, x<=1, y>=2, z>3/2" "description"
              Expect.equal (AssumptionText.print (assume described)) described "read back"

          testCase "facts about one symbol narrow its extent"
          <| fun () ->
              Expect.equal (extent "x>0, x>=2, x in [1,5]" "x") ("=2", "=5") "largest lower end"
              Expect.equal (extent "x>0, x>=0" "x") ("0", "none") "the strict end is narrower"
              Expect.equal (extent "n integer, n>0, n<7/2" "n") ("=1", "=3") "integers"
              Expect.equal (extent "a>0" "b") ("none", "none") "nothing is known of others"

          testCase "what cannot be read, or leaves nothing, is an error that names the part"
          <| fun () ->
              for text, part in
                  [ "a>0, b ~ 2", "b ~ 2"
                    "x in [2,1]", "empty"
                    "a>0, a<0", "no a"
                    "n integer, n>0, n<1", "no n"
                    "a > b", "'b' is not a number"
                    "x <> 1", "zero"
                    ">0", ">0" ] do
                  match AssumptionText.parse text with
                  | Ok _ -> failtestf "'%s' was read" text
                  | Error message -> Expect.stringContains message part text ]
