module StandIns.Tests.Expecto.TreeTests

open Expecto

let private case name = testCase name ignore

let private names test =
    [ for flat in Test.toTestCodeList test -> flat.name ]

let private states test =
    [ for flat in Test.toTestCodeList test -> flat.state ]

[<Tests>]
let tree =
    testList
        "test tree"
        [ test "names are paths from the root" {
              let tree = testList "a" [ case "b"; testLabel "c" (testList "d" [ case "e" ]) ]
              Expect.equal (names tree) [ [ "a"; "b" ]; [ "a"; "c"; "d"; "e" ] ] "paths"
          } ]
