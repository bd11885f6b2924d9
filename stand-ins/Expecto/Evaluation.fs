/// <summary>Runs tests: each in its turn as its sequencing demands, none twice.</summary>
[<System.Diagnostics.StackTraceHidden>]
module internal Expecto.Evaluation

open System
open System.Collections.Concurrent
open System.Diagnostics
open System.Reflection
open System.Threading
open System.Threading.Tasks
open Expecto.Impl

let private propertyConfig config (own: FsCheckConfig option) =
    own
    |> Option.defaultValue
        { FsCheckConfig.defaultConfig with
            maxTest = config.fsCheckMaxTests
            startSize = config.fsCheckStartSize
            endSize = defaultArg config.fsCheckEndSize FsCheckConfig.defaultConfig.endSize }

/// Synchronous code is called directly: its stack traces are then as short as they can be.
let private execute config (cancel: CancellationToken) (flat: FlatTest) =
    nameCurrentTest (config.joinWith.format flat.name)

    match flat.test with
    | Sync run -> run ()
    | SyncWithCancel run -> run cancel
    | Async run -> Async.RunSynchronously(run, cancellationToken = cancel)
    | AsyncFsCheck(own, _, run) ->
        Async.RunSynchronously(run (propertyConfig config own), cancellationToken = cancel)

/// Tasks and reflection wrap what was raised; the wrapper is nobody's message.
let rec private unwrapped (e: exn) =
    match e, e.InnerException with
    | (:? AggregateException | :? TargetInvocationException), NonNull inner -> unwrapped inner
    | _ -> e

let private resultOf (e: exn) =
    match unwrapped e with
    | :? IgnoreException as e -> Ignored e.Message
    | :? AssertException as e -> Failed("\n" + e.Message + "\n" + string e.StackTrace)
    | :? FailedException as e -> Failed("\n" + e.Message)
    | e -> Error e

/// None: the run was cancelled before the test ended.
let private outcomeOf config (cancel: CancellationToken) (flat: FlatTest) =
    let clock = Stopwatch.StartNew()

    let result =
        match flat.shouldSkipEvaluation with
        | Some reason -> Some(Ignored reason)
        | None ->
            try
                execute config cancel flat
                Some Passed
            with
            | :? OperationCanceledException when cancel.IsCancellationRequested -> None
            | e -> Some(resultOf e)

    result
    |> Option.map (fun result -> { result = result; duration = clock.Elapsed })

let private report config (flat: FlatTest) (summary: TestSummary) =
    let name = config.joinWith.format flat.name

    match summary.result with
    | Passed -> config.printer.passed name summary.duration
    | Ignored reason -> config.printer.ignored name reason
    | Failed message -> config.printer.failed name message summary.duration
    | Error e -> config.printer.exn name e summary.duration

/// Tests that must not overlap form one chain; chains run side by side.
let private chains config (tests: (int * FlatTest) list) =
    let alone, beside =
        tests
        |> List.partition (fun (_, flat) -> not config.runInParallel || flat.sequenced.IsSynchronous)

    let chainOf (index, flat) =
        match flat.sequenced with
        | SynchronousGroup group -> Choice1Of2 group
        | _ -> Choice2Of2 index

    beside |> List.groupBy chainOf |> List.map snd, alone

/// Each worker is a thread of its own: tests may block, and the thread pool would then starve.
let private runChains workers runOne (chains: 'a list list) =
    let queue = ConcurrentQueue chains

    let work () =
        let mutable chain = []

        while queue.TryDequeue &chain do
            List.iter runOne chain

    let worker _ =
        Task.Factory.StartNew(
            work,
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        )

    Task.WaitAll(Array.init (min workers chains.Length) worker)

/// Results in the order of the tests, and the tests that have none because the run was cancelled.
let private evaluate (cancel: CancellationToken) config (tests: FlatTest list) =
    let results = Array.create tests.Length None
    let printing = obj ()

    let print report =
        lock printing (fun () -> Async.RunSynchronously report)

    let runOne (index, flat: FlatTest) =
        if not cancel.IsCancellationRequested then
            print (
                config.printer.beforeEach (config.joinWith.format flat.name) flat.shouldSkipEvaluation.IsSome
            )

            match outcomeOf config cancel flat with
            | Some summary ->
                results[index] <- Some summary
                print (report config flat summary)
            | None -> ()

    let beside, alone = chains config (List.indexed tests)
    runChains (max 1 config.parallelWorkers) runOne beside
    runChains 1 runOne [ alone ]

    let finished, unfinished =
        List.zip tests (List.ofArray results) |> List.partition (snd >> Option.isSome)

    [ for flat, summary in finished -> flat, summary.Value ], List.map fst unfinished

/// <summary>Runs all leaves of a tree and reports each to the printer as it begins and ends. Printers are called
/// by one thread at a time; their <c>beforeRun</c> and <c>summary</c> are left to the caller.</summary>
/// <param name="cancel">When cancelled, no further test begins and asynchronous ones stop.</param>
/// <param name="config">Parallelism, property sizes, printer. The filter has already been applied.</param>
/// <param name="tests">What to run.</param>
let run (cancel: CancellationToken) config (tests: FlatTest list) =
    let clock = Stopwatch.StartNew()
    let results, unfinished = evaluate cancel config tests
    { results = results; duration = clock.Elapsed; timedOut = unfinished }
