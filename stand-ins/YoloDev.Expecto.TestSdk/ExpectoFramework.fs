namespace YoloDev.Expecto.TestSdk

open System
open System.Collections.Generic
open System.Reflection
open System.Threading.Tasks
open Expecto
open Expecto.Impl
open Microsoft.Testing.Platform.Capabilities.TestFramework
open Microsoft.Testing.Platform.CommandLine
open Microsoft.Testing.Platform.Extensions
open Microsoft.Testing.Platform.Extensions.Messages
open Microsoft.Testing.Platform.Extensions.TestFramework
open Microsoft.Testing.Platform.Requests

/// <summary>Finds the marked tests of an assembly, runs them and tells the platform.</summary>
type internal ExpectoFramework(assembly: Assembly, options: ICommandLineOptions) as this =
    let guarded = Options.guarded options

    /// What a guarded run holds against the session as a whole.
    let mutable complaint: string | null = null

    let publish (context: ExecuteRequestContext) (request: TestExecutionRequest) node =
        context.MessageBus.PublishAsync(this, TestNodeUpdateMessage(request.Session.SessionUid, node))
        |> Async.AwaitTask

    let selectedByExpression () =
        match options.TryGetOptionArgumentList Options.Filter with
        | true, NonNull values ->
            match FilterExpression.parse values[0] with
            | Result.Ok selects -> selects
            | Result.Error error -> invalidOp error
        | _ -> fun _ -> true

    let selectedByUid (request: TestExecutionRequest) =
        match request.Filter with
        | :? TestNodeUidListFilter as filter ->
            let uids = HashSet [ for uid in filter.TestNodeUids -> uid.Value ]
            uids.Contains
        | _ -> fun _ -> true

    let nameOf (flat: FlatTest) = flat.fullName "."

    let discover request =
        let byExpression, byUid = selectedByExpression (), selectedByUid request
        let test = testFromAssembly assembly |> Option.defaultValue (TestList([], Normal))

        match Tests.duplicatedNames Dot test with
        | [] -> ()
        | names -> raise (TestDiscoveryException("Found duplicated test names: " + String.Join(", ", names)))

        Test.toTestCodeList test
        |> List.filter (fun flat -> byExpression (nameOf flat) && byUid (nameOf flat))
        |> Test.refocus

    let reportingTo publish : TestPrinters =
        { TestPrinters.silent with
            beforeEach =
                fun name skipped ->
                    if skipped then
                        async.Return()
                    else
                        publish (Outcome.node name [ InProgressTestNodeStateProperty.CachedInstance ])
            passed = fun name duration -> publish (Outcome.passed name duration)
            ignored =
                fun name reason ->
                    if guarded && String.IsNullOrWhiteSpace reason then
                        publish (Outcome.failed name "The test is skipped without a reason." TimeSpan.Zero)
                    else
                        publish (Outcome.skipped name reason)
            failed = fun name message duration -> publish (Outcome.failed name message duration)
            exn = fun name e duration -> publish (Outcome.errored name e duration) }

    let run (context: ExecuteRequestContext) publish tests =
        let refusal flat =
            if guarded then Outcome.refused flat else None

        for flat in tests do
            match refusal flat with
            | Some reason ->
                Async.RunSynchronously(publish (Outcome.failed (nameOf flat) reason TimeSpan.Zero))
            | None -> ()

        let config =
            { ExpectoConfig.defaultConfig with
                runInParallel = not (options.IsOptionSet Options.Sequenced)
                printer = reportingTo publish }

        let accepted = tests |> List.filter (refusal >> Option.isNone)
        let outcome = Evaluation.run context.CancellationToken config accepted

        let idle = outcome.results.Length = outcome.ignored.Length

        // Refused tests fail the run already, and the platform itself objects to a run without tests.
        if guarded && idle && not tests.IsEmpty && accepted.Length = tests.Length then
            complaint <- "No test was executed: all were skipped."

    interface IExtension with
        member _.Uid = Identity.Uid
        member _.Version = Identity.Version
        member _.DisplayName = Identity.DisplayName
        member _.Description = Identity.Description
        member _.IsEnabledAsync() = Task.FromResult true

    interface ITestFramework with
        member _.CreateTestSessionAsync _ =
            Task.FromResult(CreateTestSessionResult(IsSuccess = true))

        member _.CloseTestSessionAsync _ =
            Task.FromResult(CloseTestSessionResult(IsSuccess = isNull complaint, ErrorMessage = complaint))

        member _.ExecuteRequestAsync context =
            task {
                let request = context.Request :?> TestExecutionRequest

                try
                    match request with
                    | :? RunTestExecutionRequest ->
                        // Tests have threads of their own; this one only waits for them.
                        do! Task.Run(fun () -> run context (publish context request) (discover request))
                    | _ ->
                        for flat in discover request do
                            let found =
                                Outcome.node (nameOf flat) [ DiscoveredTestNodeStateProperty.CachedInstance ]

                            do! publish context request found
                with :? TestDiscoveryException as e ->
                    // Thrown on, it would end the program with a stack trace and no result.
                    do! publish context request (Outcome.undiscovered e.Message)

                context.Complete()
            }

    interface IDataProducer with
        member _.DataTypesProduced = [| typeof<TestNodeUpdateMessage> |]

/// <summary>The adapter offers the platform nothing beyond discovering and running.</summary>
type internal ExpectoCapabilities() =
    interface ITestFrameworkCapabilities with
        member _.Capabilities = [||]
