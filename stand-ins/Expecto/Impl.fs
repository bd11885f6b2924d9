/// <summary>What a run is configured with and what it yields, and the discovery of tests.</summary>
module Expecto.Impl

open System
open System.Reflection

/// <summary>How one test ended.</summary>
[<ReferenceEquality>]
type TestResult =
    | Passed
    /// With the reason.
    | Ignored of string
    /// With the message of the failed expectation.
    | Failed of string
    /// With an exception that is no expectation's.
    | Error of exn

    member this.isPassed = this.IsPassed
    member this.isIgnored = this.IsIgnored
    member this.isFailed = this.IsFailed
    member this.isException = this.IsError

/// <summary>How one test ended and how long it took.</summary>
[<ReferenceEquality>]
type TestSummary = { result: TestResult; duration: TimeSpan }

/// <summary>The outcome of a run.</summary>
[<ReferenceEquality>]
type TestRunSummary =
    {
        /// In the order of the tree.
        results: (FlatTest * TestSummary) list
        duration: TimeSpan
        /// Tests that had begun, or were about to, when the run was cancelled.
        timedOut: FlatTest list
    }

    member private this.With filter =
        this.results |> List.filter (fun (_, summary) -> filter summary.result)

    member this.passed = this.With _.IsPassed
    member this.ignored = this.With _.IsIgnored
    member this.failed = this.With _.IsFailed
    member this.errored = this.With _.IsError

    /// <summary>Bit 1: a test failed; bit 2: one errored; bit 8: the run was cut short.</summary>
    member this.errorCode =
        (if this.failed.IsEmpty then 0 else 1)
        ||| (if this.errored.IsEmpty then 0 else 2)
        ||| (if this.timedOut.IsEmpty then 0 else 8)

    /// <summary>Nothing failed, errored or was cut short.</summary>
    member this.successful = this.errorCode = 0

/// <summary>What stands between the labels of a full name.</summary>
type JoinWith =
    | Dot
    | Slash

    member this.asString = if this.IsDot then "." else "/"
    member this.format(name: string list) = String.Join(this.asString, name)

/// <summary>Where a run reports to.</summary>
[<ReferenceEquality>]
type TestPrinters =
    {
        beforeRun: Test -> Async<unit>
        /// Full name, and whether the test will be skipped.
        beforeEach: string -> bool -> Async<unit>
        info: string -> Async<unit>
        passed: string -> TimeSpan -> Async<unit>
        /// Full name and reason.
        ignored: string -> string -> Async<unit>
        /// Full name and message.
        failed: string -> string -> TimeSpan -> Async<unit>
        exn: string -> exn -> TimeSpan -> Async<unit>
        summary: ExpectoConfig -> TestRunSummary -> Async<unit>
    }

    /// <summary>Says nothing.</summary>
    static member silent =
        { beforeRun = fun _ -> async.Return()
          beforeEach = fun _ _ -> async.Return()
          info = fun _ -> async.Return()
          passed = fun _ _ -> async.Return()
          ignored = fun _ _ -> async.Return()
          failed = fun _ _ _ -> async.Return()
          exn = fun _ _ _ -> async.Return()
          summary = fun _ _ -> async.Return() }

/// <summary>How to run tests.</summary>
and [<ReferenceEquality>] ExpectoConfig =
    {
        runInParallel: bool
        parallelWorkers: int
        failOnFocusedTests: bool
        printer: TestPrinters
        /// Cases of a property that has no configuration of its own.
        fsCheckMaxTests: int
        fsCheckStartSize: int
        fsCheckEndSize: int option
        allowDuplicateNames: bool
        joinWith: JoinWith
    }

    /// <summary>In parallel on all logical processors, 100 cases per property, silent.</summary>
    static member defaultConfig =
        { runInParallel = true
          parallelWorkers = Environment.ProcessorCount
          failOnFocusedTests = false
          printer = TestPrinters.silent
          fsCheckMaxTests = 100
          fsCheckStartSize = 1
          fsCheckEndSize = None
          allowDuplicateNames = false
          joinWith = Dot }

let private flags =
    BindingFlags.Public
    ||| BindingFlags.NonPublic
    ||| BindingFlags.Static
    ||| BindingFlags.DeclaredOnly

let private marked<'attribute when 'attribute :> Attribute> (m: MemberInfo) =
    m.IsDefined(typeof<'attribute>, false)

let private markedState (m: MemberInfo) =
    if marked<FTestsAttribute> m then Some Focused
    elif marked<PTestsAttribute> m then Some Pending
    elif marked<TestsAttribute> m then Some Normal
    else None

let private read (m: MemberInfo) : obj | null =
    match m with
    | :? PropertyInfo as property -> property.GetValue null
    | :? FieldInfo as field -> field.GetValue null
    | :? MethodInfo as method when method.GetParameters().Length = 0 && not method.IsGenericMethod ->
        method.Invoke(null, [||])
    | _ -> null

let private testFromMember (m: MemberInfo) =
    markedState m
    |> Option.map (fun state ->
        let place =
            match m.DeclaringType with
            | null -> m.Name
            | declaring -> string declaring.FullName + "." + m.Name

        let value =
            try
                read m
            with e ->
                let cause = e.GetBaseException()

                raise (
                    TestDiscoveryException(sprintf "%s, marked as tests, could not be read: %O" place cause)
                )

        match value with
        | :? Test as test when state = Normal -> test
        | :? Test as test -> TestList([ test ], state)
        | _ -> raise (TestDiscoveryException(sprintf "%s is marked as tests but is no Test value." place)))

let private typesOf (assembly: Assembly) =
    try
        assembly.GetTypes()
    with :? ReflectionTypeLoadException as e ->
        e.Types |> Array.choose Option.ofObj

/// <summary>All marked tests of an assembly, none if it marks none. Order: by type, then by declaration.</summary>
/// <exception cref="T:Expecto.TestDiscoveryException">A marked member is no test or cannot be read.</exception>
let testFromAssembly (assembly: Assembly) =
    typesOf assembly
    |> Seq.sortBy (fun declaring -> string declaring.FullName)
    |> Seq.collect (fun declaring -> declaring.GetMembers flags)
    // The compiler repeats the attribute of a value on the field behind it, whose name has an @.
    |> Seq.filter (fun m -> not (m.Name.Contains '@'))
    |> Seq.choose testFromMember
    |> List.ofSeq
    |> function
        | [] -> None
        | [ test ] -> Some test
        | tests -> Some(TestList(tests, Normal))
