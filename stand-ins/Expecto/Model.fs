namespace Expecto

open System
open System.Threading

/// <summary>What every exception that an assertion or a skip raises derives from.</summary>
type ExpectoException(message: string) =
    inherit Exception(message)

/// <summary>A failed expectation; reported with the stack trace.</summary>
type AssertException(message: string) =
    inherit ExpectoException(message)

/// <summary>A failed expectation; reported without the stack trace.</summary>
type FailedException(message: string) =
    inherit ExpectoException(message)

/// <summary>The test asked to be ignored; the message is the reason.</summary>
type IgnoreException(message: string) =
    inherit ExpectoException(message)

/// <summary>A member marked as tests could not be read: it is no <c>Test</c>, or its initialiser failed.</summary>
type TestDiscoveryException(message: string) =
    inherit ExpectoException(message)

/// <summary>Marks a <c>Test</c> value that a run of its assembly includes.</summary>
[<AttributeUsage(AttributeTargets.Method ||| AttributeTargets.Property ||| AttributeTargets.Field)>]
type TestsAttribute() =
    inherit Attribute()

/// <summary>Like <c>Tests</c>, and focused.</summary>
[<AttributeUsage(AttributeTargets.Method ||| AttributeTargets.Property ||| AttributeTargets.Field)>]
type FTestsAttribute() =
    inherit Attribute()

/// <summary>Like <c>Tests</c>, and pending.</summary>
[<AttributeUsage(AttributeTargets.Method ||| AttributeTargets.Property ||| AttributeTargets.Field)>]
type PTestsAttribute() =
    inherit Attribute()

/// <summary>What is known of a property run when it ends.</summary>
type FsCheckTestData =
    { NumberOfTests: int
      NumberOfShrinks: int
      Stamps: (int * string list) seq
      Labels: Set<string> }

/// <summary>How to run a property: counts, sizes, seed, generators, and what to call on the way.</summary>
type FsCheckConfig =
    {
        /// Number of generated cases that must hold.
        maxTest: int
        /// Size given to the generators for the first case.
        startSize: int
        /// Size given to the generators for the last case.
        endSize: int
        /// Seed, gamma and optionally size to start from; <c>None</c> draws a new seed.
        replay: (uint64 * uint64 * int option) option
        /// Types whose static members are <c>Arbitrary</c> instances.
        arbitrary: Type list
        /// Called with the test's name, the number of the case and its arguments before each case.
        receivedArgs: FsCheckConfig -> string -> int -> obj list -> Async<unit>
        /// Called with the test's name and the smaller arguments at each successful shrink.
        successfulShrink: FsCheckConfig -> string -> obj list -> Async<unit>
        /// Called with the test's name when the property has ended, whether it held or not.
        finishedTest: FsCheckConfig -> string -> FsCheckTestData -> Async<unit>
    }

    /// <summary>200 cases of sizes 1 to 100, a new seed each time.</summary>
    static member defaultConfig =
        { maxTest = 200
          startSize = 1
          endSize = 100
          replay = None
          arbitrary = []
          receivedArgs = fun _ _ _ _ -> async.Return()
          successfulShrink = fun _ _ _ -> async.Return()
          finishedTest = fun _ _ _ -> async.Return() }

/// <summary>The body of a test.</summary>
[<ReferenceEquality>]
type TestCode =
    | Sync of stest: (unit -> unit)
    | SyncWithCancel of stest: (CancellationToken -> unit)
    | Async of atest: Async<unit>
    | AsyncFsCheck of
        testConfig: FsCheckConfig option *
        stressConfig: FsCheckConfig option *
        test: (FsCheckConfig -> Async<unit>)

/// <summary>Whether a test runs always, never, or to the exclusion of all that are not focused.</summary>
type FocusState =
    | Normal
    | Pending
    | Focused

/// <summary>What may run at the same time as a test.</summary>
type SequenceMethod =
    /// Nothing else.
    | Synchronous
    /// Anything but tests of the same group.
    | SynchronousGroup of string
    /// Anything but <c>Synchronous</c> tests.
    | InParallel

/// <summary>A tree of tests.</summary>
[<ReferenceEquality>]
type Test =
    | TestCase of code: TestCode * state: FocusState
    | TestList of tests: Test list * state: FocusState
    | TestLabel of label: string * test: Test * state: FocusState
    | Sequenced of SequenceMethod * Test

/// <summary>A leaf of the tree with everything it inherits.</summary>
[<ReferenceEquality>]
type FlatTest =
    {
        /// The labels from the root to the leaf.
        name: string list
        test: TestCode
        state: FocusState
        /// Whether anything in the whole tree is focused.
        focusOn: bool
        sequenced: SequenceMethod
    }

    /// <summary>Why the test will not run, if so.</summary>
    member this.shouldSkipEvaluation =
        match this.focusOn, this.state with
        | _, Pending -> Some "The test or one of its parents is marked as Pending"
        | true, Normal -> Some "The test is skipped because other tests are Focused"
        | _ -> None

    /// <summary>The labels joined by the given separator.</summary>
    member this.fullName(separator: string) = String.Join(separator, this.name)

/// <summary>Operations on the tree.</summary>
[<CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Test =
    /// <summary>The state of a child marked <paramref name="child" /> below a parent marked
    /// <paramref name="parent" />: pending wins over everything, then the parent's focus.</summary>
    let computeChildFocusState parent child =
        match parent, child with
        | Pending, _
        | _, Pending -> Pending
        | Focused, _
        | _, Focused -> Focused
        | Normal, Normal -> Normal

    let rec private leaves labels state sequenced test =
        [ match test with
          | TestCase(code, own) -> List.rev labels, code, computeChildFocusState state own, sequenced
          | TestList(tests, own) ->
              for test in tests do
                  yield! leaves labels (computeChildFocusState state own) sequenced test
          | TestLabel(label, test, own) ->
              yield! leaves (label :: labels) (computeChildFocusState state own) sequenced test
          | Sequenced(inner, test) -> yield! leaves labels state inner test ]

    /// <summary>The same leaves, with <c>focusOn</c> judged among them alone: what a filter has dropped hides
    /// nothing.</summary>
    let internal refocus (tests: FlatTest list) =
        let focusOn = tests |> List.exists (fun flat -> flat.state = Focused)
        [ for flat in tests -> { flat with focusOn = focusOn } ]

    /// <summary>The leaves from left to right. The innermost sequencing of a leaf holds.</summary>
    let toTestCodeList test : FlatTest list =
        refocus
            [ for name, code, state, sequenced in leaves [] Normal InParallel test ->
                  { name = name; test = code; state = state; focusOn = false; sequenced = sequenced } ]

    /// <summary>Whether any leaf is focused.</summary>
    let isFocused test =
        toTestCodeList test |> List.exists _.focusOn

    /// <summary>A tree with exactly these leaves.</summary>
    let fromFlatTests (tests: FlatTest list) =
        TestList(
            [ for flat in tests ->
                  let case = TestCase(flat.test, flat.state)

                  Sequenced(
                      flat.sequenced,
                      List.foldBack (fun label test -> TestLabel(label, test, Normal)) flat.name case
                  ) ],
            Normal
        )
