namespace Expecto

open System.Threading
open System.Threading.Tasks

/// <summary>How tests are written down.</summary>
[<AutoOpen; System.Diagnostics.StackTraceHidden>]
module TestCases =
    let private current = AsyncLocal<string | null>()

    /// What <c>testName</c> answers from here on.
    let internal nameCurrentTest (name: string) = current.Value <- name

    /// <summary>The full name of the test that is running here, empty outside tests.</summary>
    let testName<'unused> : string =
        match current.Value with
        | null -> ""
        | name -> name

    /// <summary>Fails the test.</summary>
    let failtest message = raise (AssertException message)

    /// <summary>Fails the test, with a format.</summary>
    let failtestf format = Printf.ksprintf failtest format

    /// <summary>Fails the test; the report has no stack trace.</summary>
    let failtestNoStack message = raise (FailedException message)

    /// <summary>Fails the test, with a format; the report has no stack trace.</summary>
    let failtestNoStackf format = Printf.ksprintf failtestNoStack format

    /// <summary>Ends the test as ignored, for this reason.</summary>
    let skiptest reason = raise (IgnoreException reason)

    /// <summary>Ends the test as ignored, for this formatted reason.</summary>
    let skiptestf format = Printf.ksprintf skiptest format

    /// <summary>Gives a test a name, below which those of its leaves stand.</summary>
    let testLabel name test = TestLabel(name, test, Normal)

    let private labelled name state test = TestLabel(name, test, state)

    let private list name tests state =
        labelled name state (TestList(tests, Normal))

    /// <summary>Tests under a common name.</summary>
    let testList name tests = list name tests Normal

    /// <summary>Like <c>testList</c>, focused.</summary>
    let ftestList name tests = list name tests Focused

    /// <summary>Like <c>testList</c>, pending.</summary>
    let ptestList name tests = list name tests Pending

    let private case name code state =
        labelled name state (TestCase(code, Normal))

    let private tasked (body: unit -> Task<unit>) =
        Async(async { return! Async.AwaitTask(body ()) })

    /// <summary>A test that passes unless it raises.</summary>
    let testCase name body = case name (Sync body) Normal
    /// <summary>Like <c>testCase</c>, focused.</summary>
    let ftestCase name body = case name (Sync body) Focused
    /// <summary>Like <c>testCase</c>, pending.</summary>
    let ptestCase name body = case name (Sync body) Pending

    /// <summary>Like <c>testCase</c>; the token is cancelled when the run is.</summary>
    let testCaseWithCancel name body = case name (SyncWithCancel body) Normal
    /// <summary>Like <c>testCaseWithCancel</c>, focused.</summary>
    let ftestCaseWithCancel name body = case name (SyncWithCancel body) Focused
    /// <summary>Like <c>testCaseWithCancel</c>, pending.</summary>
    let ptestCaseWithCancel name body = case name (SyncWithCancel body) Pending

    /// <summary>An asynchronous test.</summary>
    let testCaseAsync name body = case name (Async body) Normal
    /// <summary>Like <c>testCaseAsync</c>, focused.</summary>
    let ftestCaseAsync name body = case name (Async body) Focused
    /// <summary>Like <c>testCaseAsync</c>, pending.</summary>
    let ptestCaseAsync name body = case name (Async body) Pending

    /// <summary>A test that makes and awaits a task.</summary>
    let testCaseTask name body = case name (tasked body) Normal
    /// <summary>Like <c>testCaseTask</c>, focused.</summary>
    let ftestCaseTask name body = case name (tasked body) Focused
    /// <summary>Like <c>testCaseTask</c>, pending.</summary>
    let ptestCaseTask name body = case name (tasked body) Pending

    let private caseName (value: objnull) =
        match value with
        | null -> "null"
        | :? string as text -> "\"" + text + "\""
        | value ->
            // A type without a ToString of its own would give every case the same name.
            let text = string value

            if text = string (value.GetType()) then
                sprintf "%A" value
            else
                text

    let private theory name (cases: 'a seq) (code: 'a -> TestCode) state =
        list
            name
            [ for value in cases -> testLabel (caseName (box value)) (TestCase(code value, Normal)) ]
            state

    let private judged (body: 'a -> 'b) value =
        Sync(fun () ->
            match box (body value) with
            | :? bool as holds when not holds -> failtestf "%A does not satisfy the theory." value
            | _ -> ())

    /// <summary>One test per value, named after it. It fails if the body raises or returns <c>false</c>.</summary>
    let testTheory name cases (body: 'a -> 'b) = theory name cases (judged body) Normal
    /// <summary>Like <c>testTheory</c>, focused.</summary>
    let ftestTheory name cases (body: 'a -> 'b) = theory name cases (judged body) Focused
    /// <summary>Like <c>testTheory</c>, pending.</summary>
    let ptestTheory name cases (body: 'a -> 'b) = theory name cases (judged body) Pending

    /// <summary>One asynchronous test per value.</summary>
    let testTheoryAsync name cases (body: 'a -> Async<unit>) =
        theory name cases (fun value -> Async(async.Delay(fun () -> body value))) Normal

    /// <summary>One test per value that makes and awaits a task.</summary>
    let testTheoryTask name cases (body: 'a -> Task<unit>) =
        theory name cases (fun value -> tasked (fun () -> body value)) Normal

    /// <summary>Named partial tests, each given what the set-up passes on.</summary>
    let testFixture (setup: 'a -> unit -> unit) (tests: (string * 'a) seq) =
        tests |> Seq.map (fun (name, partial) -> testCase name (setup partial))

    /// <summary>Named tests that take the same parameter.</summary>
    let testParam (parameter: 'a) (tests: (string * ('a -> unit -> unit)) seq) =
        tests |> Seq.map (fun (name, partial) -> testCase name (partial parameter))

    /// <summary>Runs these one after the other, with nothing beside them.</summary>
    let testSequenced test = Sequenced(Synchronous, test)

    /// <summary>Never runs two of the group at the same time; other tests may run beside them.</summary>
    let testSequencedGroup name test = Sequenced(SynchronousGroup name, test)
