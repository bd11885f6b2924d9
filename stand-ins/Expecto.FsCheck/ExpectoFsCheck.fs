namespace Expecto

open System
open FsCheck

/// <summary>Properties, checked by FsCheck, as tests.</summary>
[<AutoOpen>]
module ExpectoFsCheck =
    let private dataOf (data: TestData) : FsCheckTestData =
        { NumberOfTests = data.NumberOfTests
          NumberOfShrinks = data.NumberOfShrinks
          Stamps = data.Stamps
          Labels = data.Labels }

    let private shown (arguments: obj list) =
        String.Join(" ", [ for argument in arguments -> sprintf "%A" argument ])

    /// What was found, the smallest case of it, and how to see it again. The last seed and size give the failing
    /// case at once; the original seed gives the whole run.
    let private report
        (replay: string)
        name
        (data: TestData)
        original
        (shrunk: obj list)
        (outcome: Outcome)
        (first: Rnd)
        (last: Rnd)
        size
        =
        let cause =
            match outcome with
            | Outcome.Failed e -> string e
            | outcome -> sprintf "%A" outcome

        let labels =
            if data.Labels.IsEmpty then
                ""
            else
                "\nLabels of the failing property: " + String.Join(", ", data.Labels)

        let shrinks =
            if data.NumberOfShrinks = 0 then
                ""
            else
                sprintf "\nShrunk %d times to:\n\t%s" data.NumberOfShrinks (shown shrunk)

        sprintf
            "Failed after %d tests. Parameters:\n\t%s%s%s\nResult:\n\t%s"
            data.NumberOfTests
            (shown original)
            shrinks
            labels
            cause
        + sprintf
            "\nOriginal seed: (%dUL, %dUL)\nFocus on error:\n\t%s (%dUL, %dUL, Some %d) \"%s\""
            first.Seed
            first.Gamma
            replay
            last.Seed
            last.Gamma
            size
            name

    let private judge replay name result =
        match result with
        | TestResult.Passed _ -> ()
        | TestResult.Exhausted data ->
            failtestNoStackf
                "Exhausted after %d tests: too many generated cases were rejected."
                data.NumberOfTests
        | TestResult.Failed(_, _, _, Outcome.Failed(:? IgnoreException as skip), _, _, _) -> raise skip
        | TestResult.Failed(data, original, shrunk, outcome, first, last, size) ->
            failtestNoStack (report replay name data original shrunk outcome first last size)

    let private runner replay name (config: FsCheckConfig) =
        { new IRunner with
            member _.OnStartFixture _ = ()

            member _.OnArguments(number, arguments, _) =
                Async.RunSynchronously(config.receivedArgs config name number arguments)

            member _.OnShrink(arguments, _) =
                Async.RunSynchronously(config.successfulShrink config name arguments)

            member _.OnFinished(_, result) =
                let data =
                    match result with
                    | TestResult.Passed(data, _)
                    | TestResult.Exhausted data
                    | TestResult.Failed(data, _, _, _, _, _, _) -> data

                Async.RunSynchronously(config.finishedTest config name (dataOf data))
                judge replay name result }

    let private check replay name property (config: FsCheckConfig) =
        async {
            let seed =
                config.replay
                |> Option.map (fun (seed, gamma, size) -> { Rnd = Rnd(seed, gamma); Size = size })

            let fsCheck =
                Config.Quick
                    .WithMaxTest(config.maxTest)
                    .WithStartSize(config.startSize)
                    .WithEndSize(config.endSize)
                    .WithReplay(seed)
                    .WithArbitrary(config.arbitrary)
                    .WithRunner(runner replay name config)

            Check.One(name, fsCheck, property)
        }

    let private property replay (config: FsCheckConfig option) name state property =
        TestLabel(name, TestCase(AsyncFsCheck(config, None, check replay name property), Normal), state)

    let private plain = "etestProperty"
    let private configured = "etestPropertyWithConfig"

    /// <summary>A property that must hold for the run's number of cases (100 unless the command line says otherwise).</summary>
    let testProperty name (prop: 'prop) = property plain None name Normal prop

    /// <summary>Like <c>testProperty</c>, focused.</summary>
    let ftestProperty name (prop: 'prop) = property plain None name Focused prop

    /// <summary>Like <c>testProperty</c>, pending.</summary>
    let ptestProperty name (prop: 'prop) = property plain None name Pending prop

    /// <summary>A property with counts, sizes, seed and generators of its own.</summary>
    let testPropertyWithConfig config name (prop: 'prop) =
        property configured (Some config) name Normal prop

    /// <summary>Like <c>testPropertyWithConfig</c>, focused.</summary>
    let ftestPropertyWithConfig config name (prop: 'prop) =
        property configured (Some config) name Focused prop

    /// <summary>Like <c>testPropertyWithConfig</c>, pending.</summary>
    let ptestPropertyWithConfig config name (prop: 'prop) =
        property configured (Some config) name Pending prop

    /// <summary>Like <c>testPropertyWithConfig</c>, replayed from (seed, gamma, size).</summary>
    let testPropertyWithConfigStdGen seed config name (prop: 'prop) =
        testPropertyWithConfig { config with replay = Some seed } name prop

    /// <summary>Focused, and replayed from the (seed, gamma, size) that a failure has printed.</summary>
    let etestProperty seed name (prop: 'prop) =
        property plain (Some { FsCheckConfig.defaultConfig with replay = Some seed }) name Focused prop

    /// <summary>Like <c>etestProperty</c>, with a configuration.</summary>
    let etestPropertyWithConfig seed config name (prop: 'prop) =
        property configured (Some { config with replay = Some seed }) name Focused prop
