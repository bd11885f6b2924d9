namespace Expecto

open System
open System.IO
open System.Reflection
open System.Threading
open Expecto.Impl

/// <summary>Running tests from a program's <c>main</c>.</summary>
[<AutoOpen>]
module Tests =
    /// What the arguments ask for.
    type private Request =
        { Config: ExpectoConfig
          Keep: (ExpectoConfig -> FlatTest -> bool) list
          Listing: FocusState list option
          ShowVersion: bool
          Colours: int
          LogName: string option
          Verbose: bool
          Printer: TestPrinters option
          Finish: (ExpectoConfig -> TestRunSummary -> unit) list }

    let private request =
        { Config = ExpectoConfig.defaultConfig
          Keep = []
          Listing = None
          ShowVersion = false
          Colours = 8
          LogName = None
          Verbose = false
          Printer = None
          Finish = [] }

    let private listNames (flat: FlatTest) =
        List.truncate (flat.name.Length - 1) flat.name

    let private containing (part: string) (name: string) = name.Contains part

    let private apply request argument =
        let config = request.Config
        let configured config = { request with Config = config }
        let fullName (config: ExpectoConfig) (flat: FlatTest) = config.joinWith.format flat.name

        let keep only =
            { request with Keep = only :: request.Keep }

        let finish action =
            { request with Finish = action :: request.Finish }

        match argument with
        | Sequenced -> configured { config with runInParallel = false }
        | Parallel -> configured { config with runInParallel = true }
        | Parallel_Workers count -> configured { config with parallelWorkers = count }
        | FsCheck_Max_Tests count -> configured { config with fsCheckMaxTests = count }
        | FsCheck_Start_Size size -> configured { config with fsCheckStartSize = size }
        | FsCheck_End_Size size -> configured { config with fsCheckEndSize = Some size }
        | Fail_On_Focused_Tests -> configured { config with failOnFocusedTests = true }
        | Allow_Duplicate_Names -> configured { config with allowDuplicateNames = true }
        | No_Spinner -> request
        | JoinWith "/" -> configured { config with joinWith = Slash }
        | JoinWith _ -> configured { config with joinWith = Dot }
        | Log_Name name -> { request with LogName = Some name }
        | Debug -> { request with Verbose = true }
        | Version -> { request with ShowVersion = true }
        | Colours count -> { request with Colours = count }
        | Printer printer -> { request with Printer = Some printer }
        | List_Tests states -> { request with Listing = Some states }
        | Filter prefix ->
            keep (fun config flat -> (fullName config flat).StartsWith(prefix, StringComparison.Ordinal))
        | Filter_Test_List part -> keep (fun _ flat -> listNames flat |> List.exists (containing part))
        | Filter_Test_Case part -> keep (fun _ flat -> containing part (List.last flat.name))
        | Run names -> keep (fun config flat -> List.contains (fullName config flat) names)
        | NUnit_Summary file -> finish (fun _ summary -> TestResults.writeNUnitSummary file summary)
        | JUnit_Summary file -> finish (fun _ summary -> TestResults.writeJUnitSummary file summary)
        | Append_Summary_Handler(SummaryHandler handler) -> finish (fun _ summary -> handler summary)
        | Summary
        | Summary_Location ->
            finish (fun config summary ->
                Console.info request.Colours request.LogName (Console.summaryText config summary))

    /// <summary>Full names that more than one test has.</summary>
    let internal duplicatedNames (joinWith: Impl.JoinWith) test =
        Test.toTestCodeList test
        |> List.countBy (fun flat -> joinWith.format flat.name)
        |> List.filter (fun (_, count) -> count > 1)
        |> List.map fst

    let private list (config: ExpectoConfig) states (tests: FlatTest list) =
        let plain = tests |> List.forall (fun flat -> flat.state = Normal)

        for flat in tests do
            if List.isEmpty states || List.contains flat.state states then
                let mark =
                    match flat.state with
                    | Normal when plain -> ""
                    | Normal -> "N "
                    | Pending -> "P "
                    | Focused -> "F "

                Console.Out.WriteLine(mark + config.joinWith.format flat.name)

    /// Ctrl-C ends the run at the next test; a second one ends the process at once.
    let private untilCancelKey (cancel: CancellationToken) action =
        use source = CancellationTokenSource.CreateLinkedTokenSource cancel

        let handler =
            ConsoleCancelEventHandler(fun _ press ->
                if not source.IsCancellationRequested then
                    press.Cancel <- true
                    source.Cancel())

        Console.CancelKeyPress.AddHandler handler

        try
            action source.Token
        finally
            Console.CancelKeyPress.RemoveHandler handler

    let private evaluate cancel request (config: ExpectoConfig) test tests =
        Async.RunSynchronously(config.printer.beforeRun test)
        let summary = untilCancelKey cancel (fun token -> Evaluation.run token config tests)
        Async.RunSynchronously(config.printer.summary config summary)

        for finish in List.rev request.Finish do
            finish config summary

        summary.errorCode

    let private execute cancel request test =
        let config =
            { request.Config with
                printer =
                    request.Printer
                    |> Option.defaultWith (fun () ->
                        Console.printer request.Colours request.LogName request.Verbose) }

        let complain = Console.error request.Colours request.LogName

        let keep flat =
            request.Keep |> List.forall (fun keep -> keep config flat)

        let all = Test.toTestCodeList test
        let tests = all |> List.filter keep |> Test.refocus
        let focused = all |> List.filter (fun flat -> flat.state = Focused)

        let lines names =
            String.Concat [ for name in names -> "\n" + name ]

        match request.Listing, duplicatedNames config.joinWith test with
        | Some states, _ ->
            list config states tests
            0
        | None, (_ :: _ as duplicates) when not config.allowDuplicateNames ->
            complain (sprintf "Found duplicated test names, these names are:%s" (lines duplicates))
            1
        | _ when config.failOnFocusedTests && not focused.IsEmpty ->
            let names = [ for flat in focused -> config.joinWith.format flat.name ]

            complain (
                sprintf
                    "It was requested that no focused tests exist, but %d focused tests were found:%s"
                    names.Length
                    (lines names)
            )

            1
        | _ -> evaluate cancel request config test tests

    /// <summary>Runs the tests as the arguments and then the command line say.</summary>
    /// <returns>The exit code: 0 when all is well, else bit 1 for failed tests or a refused run, bit 2 for tests with
    /// errors, bit 8 for a run that was cut short.</returns>
    let runTestsWithCLIArgsAndCancel
        (cancel: CancellationToken)
        (arguments: CLIArguments seq)
        (argv: string[])
        test
        =
        let heading () =
            Console.Out.WriteLine(sprintf "EXPECTO! v%O" (typeof<Test>.Assembly.GetName().Version))

        if Array.contains "--help" argv then
            heading ()
            Console.Out.WriteLine(usage ())
            0
        else
            match parse argv with
            | Result.Error errors ->
                for error in errors do
                    Console.Error.WriteLine("ERROR: " + error)

                Console.Error.WriteLine(usage ())
                1
            | Result.Ok parsed ->
                let request = Seq.fold apply request (Seq.append arguments parsed)

                if request.ShowVersion then
                    heading ()

                try
                    execute cancel request test
                with
                | :? IOException
                | :? UnauthorizedAccessException as e ->
                    Console.error
                        request.Colours
                        request.LogName
                        ("The result could not be written: " + e.Message)

                    1

    /// <summary>Runs the tests as the arguments and then the command line say; see
    /// <c>runTestsWithCLIArgsAndCancel</c>.</summary>
    let runTestsWithCLIArgs arguments argv test =
        runTestsWithCLIArgsAndCancel CancellationToken.None arguments argv test

    /// <summary>Like <c>runTestsWithCLIArgsAndCancel</c>, for all marked tests of the program.</summary>
    let runTestsInAssemblyWithCLIArgsAndCancel cancel arguments argv =
        let marked =
            Assembly.GetEntryAssembly() |> Option.ofObj |> Option.bind testFromAssembly

        runTestsWithCLIArgsAndCancel
            cancel
            arguments
            argv
            (Option.defaultWith (fun () -> TestList([], Normal)) marked)

    /// <summary>Like <c>runTestsWithCLIArgs</c>, for all marked tests of the program.</summary>
    let runTestsInAssemblyWithCLIArgs arguments argv =
        runTestsInAssemblyWithCLIArgsAndCancel CancellationToken.None arguments argv
