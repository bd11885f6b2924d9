/// The filter language of the adapter.
module StandIns.Tests.Beyond.FilterExpressionTests

open Expecto
open YoloDev.Expecto.TestSdk

let private names =
    [ "rates.norm.flow"; "rates.norm.descent"; "rates.loss"; "odd (name) & more" ]

let private selected text =
    match FilterExpression.parse text with
    | Ok selects -> List.filter selects names
    | Error error -> failtestf "%s: %s" text error

[<Tests>]
let expressions =
    testList
        "adapter: filter expressions"
        [ testTheory
              "select"
              [ "FullyQualifiedName~norm", [ 0; 1 ]
                "norm", [ 0; 1 ]
                "NORM", [ 0; 1 ]
                "FullyQualifiedName=rates.loss", [ 2 ]
                "Name!=rates.loss", [ 0; 1; 3 ]
                "DisplayName!~rates", [ 3 ]
                "flow|loss", [ 0; 2 ]
                "rates & descent", [ 1 ]
                "flow|rates&descent", [ 0; 1 ]
                "(flow|rates)&descent", [ 1 ]
                "odd \\(name\\) \\& more", [ 3 ]
                "nothing", [] ]
              (fun (text, indices) -> Expect.equal (selected text) [ for i in indices -> names[i] ] text)

          testTheory
              "are refused"
              [ ""; "("; "(a"; "a)"; "a|"; "&a"; "Category=slow"; "Name="; "a=b=c" ]
              (fun text -> Expect.isError (FilterExpression.parse text) text) ]
