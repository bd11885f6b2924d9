/// Which expectations hold.
module StandIns.Tests.Expecto.ExpectTests

open System
open Expecto

let private holds name (expectation: string -> unit) =
    testCase (name + " holds") (fun () -> expectation "message")

/// The expectation fails with an AssertException that opens with the caller's message.
let private fails name (expectation: string -> unit) =
    testCase (name + " fails") (fun () ->
        let failure =
            try
                expectation "the message"
                None
            with :? AssertException as e ->
                Some e.Message

        match failure with
        | Some message -> Expect.stringStarts message "the message" "message"
        | None -> failtest "the expectation held")

[<Tests>]
let values =
    testList
        "expect: values"
        [ holds "equal" (Expect.equal [ 1; 2 ] [ 1; 2 ])
          holds "equal arrays" (Expect.equal [| 1; 2 |] [| 1; 2 |])
          fails "equal" (Expect.equal [ 1; 2 ] [ 1; 3 ])
          fails "equal strings" (Expect.equal "abc" "ab")
          fails "equal null" (Expect.equal (null: string | null) "ab")
          fails "equal NaN" (Expect.equal nan nan)
          holds "notEqual" (Expect.notEqual 1 2)
          fails "notEqual" (Expect.notEqual 1 1)
          holds "isTrue" (Expect.isTrue true)
          fails "isTrue" (Expect.isTrue false)
          holds "isFalse" (Expect.isFalse false)
          fails "isFalse" (Expect.isFalse true)
          holds "isNull" (Expect.isNull (null: string | null))
          fails "isNull" (Expect.isNull ("": string | null))
          holds "isNotNull" (Expect.isNotNull ("": string | null))
          fails "isNotNull" (Expect.isNotNull (null: string | null))
          holds "isSome" (Expect.isSome (Some 1))
          fails "isSome" (Expect.isSome (None: int option))
          holds "isNone" (Expect.isNone (None: int option))
          fails "isNone" (Expect.isNone (Some 1))
          holds "isOk" (Expect.isOk (Ok 1: Result<int, string>))
          fails "isOk" (Expect.isOk (Error "e": Result<int, string>))
          holds "isError" (Expect.isError (Error "e": Result<int, string>))
          fails "isError" (Expect.isError (Ok 1: Result<int, string>))
          fails "wantSome" (fun m -> Expect.wantSome (None: int option) m |> ignore)
          fails "wantOk" (fun m -> Expect.wantOk (Error "e": Result<int, string>) m |> ignore)
          fails "wantError" (fun m -> Expect.wantError (Ok 1: Result<int, string>) m |> ignore)
          test "want gives what is inside" {
              Expect.equal (Expect.wantSome (Some 3) "some") 3 "wantSome"
              Expect.equal (Expect.wantOk (Ok 3: Result<int, string>) "ok") 3 "wantOk"
              Expect.equal (Expect.wantError (Error "e": Result<int, string>) "error") "e" "wantError"
          } ]

[<Tests>]
let numbers =
    testList
        "expect: numbers"
        [ holds "isLessThan" (Expect.isLessThan 1 2)
          fails "isLessThan" (Expect.isLessThan 2 2)
          holds "isLessThanOrEqual" (Expect.isLessThanOrEqual 2 2)
          fails "isLessThanOrEqual" (Expect.isLessThanOrEqual 3 2)
          holds "isGreaterThan" (Expect.isGreaterThan 2 1)
          fails "isGreaterThan" (Expect.isGreaterThan 2 2)
          fails "isGreaterThan NaN" (Expect.isGreaterThan nan 0.0)
          holds "isGreaterThanOrEqual" (Expect.isGreaterThanOrEqual 2 2)
          fails "isGreaterThanOrEqual" (Expect.isGreaterThanOrEqual 1 2)
          holds "floatClose" (Expect.floatClose Accuracy.medium 1.0 1.00001)
          fails "floatClose" (Expect.floatClose Accuracy.medium 1.0 1.0001)
          holds "floatClose near zero is absolute" (Expect.floatClose Accuracy.low 0.0 9e-7)
          fails "floatClose NaN" (Expect.floatClose Accuracy.low nan nan)
          fails "floatClose infinities" (Expect.floatClose Accuracy.low infinity infinity)
          fails "floatClose to infinity" (Expect.floatClose Accuracy.low 1.0 infinity)
          holds "floatLessThanOrClose less" (Expect.floatLessThanOrClose Accuracy.high 1.0 2.0)
          holds "floatLessThanOrClose close" (Expect.floatLessThanOrClose Accuracy.low 1.0001 1.0)
          fails "floatLessThanOrClose" (Expect.floatLessThanOrClose Accuracy.low 2.0 1.0)
          holds "floatGreaterThanOrClose greater" (Expect.floatGreaterThanOrClose Accuracy.high 2.0 1.0)
          holds "floatGreaterThanOrClose close" (Expect.floatGreaterThanOrClose Accuracy.low 1.0 1.0001)
          fails "floatGreaterThanOrClose" (Expect.floatGreaterThanOrClose Accuracy.low 1.0 2.0)
          holds "isNotNaN" (Expect.isNotNaN 1.0)
          fails "isNotNaN" (Expect.isNotNaN nan)
          holds "isNaN" (Expect.isNaN nan)
          fails "isNaN" (Expect.isNaN 1.0)
          holds "isInfinity" (Expect.isInfinity -infinity)
          fails "isInfinity" (Expect.isInfinity 1.0)
          holds "isNotInfinity" (Expect.isNotInfinity 1.0)
          fails "isNotInfinity" (Expect.isNotInfinity infinity)
          test "accuracies are what they are called" {
              let pairs (a: Accuracy<float, float>) = a.absolute, a.relative
              Expect.equal (pairs Accuracy.low) (1e-6, 1e-3) "low"
              Expect.equal (pairs Accuracy.medium) (1e-8, 1e-5) "medium"
              Expect.equal (pairs Accuracy.high) (1e-10, 1e-7) "high"
              Expect.equal (pairs Accuracy.veryHigh) (1e-12, 1e-9) "veryHigh"
          }
          test "an accuracy of one's own" {
              let accuracy = { absolute = 0.0; relative = 0.1 }
              Expect.floatClose accuracy 1e-30 1.05e-30 "relative"
              Expect.floatClose { accuracy with relative = 0.5 } 1.0 2.0 "relative to the larger"
              Expect.throws (fun () -> Expect.floatClose accuracy 0.0 1e-30 "x") "no floor"
          } ]

[<Tests>]
let sequences =
    testList
        "expect: sequences"
        [ holds "isEmpty" (Expect.isEmpty [])
          fails "isEmpty" (Expect.isEmpty [ 1 ])
          holds "isNonEmpty" (Expect.isNonEmpty [ 1 ])
          fails "isNonEmpty" (Expect.isNonEmpty [])
          holds "hasLength" (Expect.hasLength [ 1; 2 ] 2)
          fails "hasLength" (Expect.hasLength [ 1; 2 ] 1)
          holds "hasCountOf" (Expect.hasCountOf [ 1; 2; 3 ] 2u (fun n -> n > 1))
          fails "hasCountOf" (Expect.hasCountOf [ 1; 2; 3 ] 1u (fun n -> n > 1))
          holds "contains" (Expect.contains [ 1; 2 ] 2)
          fails "contains" (Expect.contains [ 1; 2 ] 3)
          holds "containsAll" (Expect.containsAll [ 1; 2; 3 ] [ 3; 1 ])
          fails "containsAll" (Expect.containsAll [ 1; 2; 3 ] [ 3; 4 ])
          holds "all" (Expect.all [ 1; 2 ] (fun n -> n > 0))
          fails "all" (Expect.all [ 1; 2 ] (fun n -> n > 1))
          holds "allEqual" (Expect.allEqual [ 1; 1 ] 1)
          fails "allEqual" (Expect.allEqual [ 1; 2 ] 1)
          holds "exists" (Expect.exists [ 1; 2 ] (fun n -> n > 1))
          fails "exists" (Expect.exists [ 1; 2 ] (fun n -> n > 2))
          holds "sequenceEqual" (Expect.sequenceEqual (seq { 1..3 }) [ 1; 2; 3 ])
          fails "sequenceEqual" (Expect.sequenceEqual [ 1; 2 ] [ 2; 1 ])
          fails "sequenceEqual longer" (Expect.sequenceEqual [ 1; 2 ] [ 1 ])
          fails "sequenceEqual shorter" (Expect.sequenceEqual [ 1 ] [ 1; 2 ])
          holds "sequenceStarts" (Expect.sequenceStarts [ 1; 2 ] [ 1 ])
          fails "sequenceStarts" (Expect.sequenceStarts [ 1; 2 ] [ 2 ])
          holds "isAscending" (Expect.isAscending [ 1; 1; 2 ])
          fails "isAscending" (Expect.isAscending [ 2; 1 ])
          holds "isDescending" (Expect.isDescending [ 2; 1; 1 ])
          fails "isDescending" (Expect.isDescending [ 1; 2 ]) ]

[<Tests>]
let texts =
    testList
        "expect: text"
        [ holds "stringContains" (Expect.stringContains "abc" "b")
          fails "stringContains" (Expect.stringContains "abc" "d")
          holds "stringStarts" (Expect.stringStarts "abc" "ab")
          fails "stringStarts" (Expect.stringStarts "abc" "b")
          holds "stringEnds" (Expect.stringEnds "abc" "bc")
          fails "stringEnds" (Expect.stringEnds "abc" "b")
          holds "stringHasLength" (Expect.stringHasLength "abc" 3)
          fails "stringHasLength" (Expect.stringHasLength "abc" 2)
          holds "isNotEmpty" (Expect.isNotEmpty " ")
          fails "isNotEmpty" (Expect.isNotEmpty "")
          fails "isNotWhitespace" (Expect.isNotWhitespace " ")
          holds "isMatch" (Expect.isMatch "abc" "b+")
          fails "isMatch" (Expect.isMatch "abc" "d+")
          fails "isNotMatch" (Expect.isNotMatch "abc" "b+") ]

[<Tests>]
let exceptions =
    testList
        "expect: exceptions"
        [ holds "throws" (Expect.throws (fun () -> invalidOp "x"))
          fails "throws" (Expect.throws ignore)
          holds "throwsT" (Expect.throwsT<InvalidOperationException>(fun () -> invalidOp "x"))
          fails "throwsT of another type" (Expect.throwsT<ArgumentException>(fun () -> invalidOp "x"))
          fails "throwsT of nothing" (Expect.throwsT<ArgumentException> ignore)
          test "throwsC passes the exception on" {
              Expect.throwsC (fun () -> invalidOp "x") (fun e -> Expect.equal e.Message "x" "message")
          }
          test "the failing and skipping functions raise their exceptions" {
              Expect.throwsT<AssertException> (fun () -> failtest "x") "failtest"
              Expect.throwsT<AssertException> (fun () -> failtestf "%d" 1) "failtestf"
              Expect.throwsT<FailedException> (fun () -> failtestNoStack "x") "failtestNoStack"
              Expect.throwsT<FailedException> (fun () -> failtestNoStackf "%d" 1) "failtestNoStackf"
              Expect.throwsT<IgnoreException> (fun () -> skiptest "x") "skiptest"
              Expect.throwsT<IgnoreException> (fun () -> skiptestf "%d" 1) "skiptestf"
          } ]
