module ImplicitBias.Commands.Program

open System
open System.CommandLine
open System.CommandLine.Help
open System.CommandLine.Invocation
open System.IO
open System.Runtime.InteropServices
open System.Text
open System.Threading
open ImplicitBias.Numerics

let private teaching =
    """Examples:
  implicit-bias check                            every theorem against simulated runs on real data
  implicit-bias list                             the theorems
  implicit-bias explain norm-growth              one theorem in full
  implicit-bias solve max-margin --data iris.csv --label species --positive setosa --negative versicolor
  implicit-bias limit "x*(sqrt(x^2+1) - x)" --at oo
  implicit-bias COMMAND --help                   the options, examples and JSON keys of a command

Exit codes:
  0  everything asked for was confirmed, or done
  1  something was not confirmed, or has no answer
  2  bad usage, or data that cannot be read
  3  an error of the program itself
  130  stopped by Ctrl-C; no partial file is left

Progress goes to standard error, and only if that is a terminal. NO_COLOR=1 turns colours off."""

/// The help of System.CommandLine, then what a command teaches.
type private TeachingHelp() =
    inherit SynchronousCommandLineAction()

    override _.Invoke parsed =
        let code = HelpAction().Invoke parsed

        let text =
            match parsed.CommandResult.Command with
            | :? TeachingCommand as command -> command.Teaching
            | _ -> teaching

        parsed.InvocationConfiguration.Output.WriteLine text
        code

let private root =
    let root =
        RootCommand(
            "Checks theorems on the implicit bias of gradient methods: which solution gradient flow and gradient "
            + "descent choose, how fast, with which constants. Every closed-form prediction is compared with a "
            + "simulation far past any t that single steps could reach."
        )

    root.Options
    |> Seq.iter (fun option ->
        match option with
        | :? HelpOption as help -> help.Action <- TeachingHelp()
        | _ -> ())

    for option in [ Session.json :> Option; Session.seed; Session.threads ] do
        root.Add option

    for command in
        [ List.command
          Check.command
          Explain.command
          Solve.command
          Simulate.command
          Limit.command
          Expand.command
          Diff.command
          Simplify.command
          Compare.command
          Bound.command ] do
        root.Add command

    root

/// Cancels on the first SIGINT or SIGTERM, so that the second one ends the process at once. The exit code is the shell's
/// convention for the signal.
type private Signals() =
    let source = new CancellationTokenSource()
    let mutable code = 130

    let on signal number =
        PosixSignalRegistration.Create(
            signal,
            fun context ->
                if not source.IsCancellationRequested then
                    context.Cancel <- true
                    code <- 128 + number
                    source.Cancel()
        )

    let registrations = [ on PosixSignal.SIGINT 2; on PosixSignal.SIGTERM 15 ]

    member _.Token = source.Token
    member _.ExitCode = code

    interface IDisposable with
        member _.Dispose() =
            registrations |> List.iter _.Dispose()
            source.Dispose()

let private run (arguments: string array) (signals: Signals) =
    // Arguments that start with @ are values here, not files of further arguments.
    let parsed =
        root.Parse(arguments, ParserConfiguration(ResponseFileTokenReplacer = null))

    match parsed.Action with
    | :? ParseErrorAction ->
        let command = parsed.CommandResult.Command

        match Seq.tryHead parsed.UnmatchedTokens with
        | Some word when command.Subcommands.Count > 0 ->
            let known = command.Subcommands |> Seq.map _.Name |> List.ofSeq
            Screen.complain $"error: There is no command '{word}'. {Selection.suggest word known}"
        | _ ->
            for error in parsed.Errors do
                Screen.complain $"error: {error.Message}"

        let path =
            Seq.unfold
                (fun (result: Parsing.SymbolResult | null) ->
                    match result with
                    | :? Parsing.CommandResult as command -> Some(command.Command.Name, command.Parent)
                    | _ -> None)
                parsed.CommandResult
            |> Seq.rev
            |> Seq.toList

        let command = String.Join(" ", "implicit-bias" :: List.tail path)
        Screen.complain $"See '{command} --help'."
        ExitCode.usage
    | _ ->
        parsed
            .InvokeAsync(
                InvocationConfiguration(
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = Nullable()
                ),
                signals.Token
            )
            .GetAwaiter()
            .GetResult()

[<EntryPoint>]
let main arguments =
    Console.OutputEncoding <- UTF8Encoding false
    use signals = new Signals()

    try
        run (if arguments.Length = 0 then [| "--help" |] else arguments) signals
    with
    | :? OperationCanceledException when signals.Token.IsCancellationRequested ->
        Screen.complain "Stopped; nothing was written."
        signals.ExitCode
    | UsageException message ->
        Screen.complain $"error: {message}"
        ExitCode.usage
    | :? DataException as error ->
        let hint =
            if error.Found = "an empty cell" then
                " --drop-missing leaves such rows out."
            else
                ""

        Screen.complain $"error: {error.Message}.{hint}"
        ExitCode.usage
    | :? IOException
    | :? UnauthorizedAccessException as error ->
        Screen.complain $"error: {error.Message}"
        ExitCode.usage
    | error ->
        Screen.complain
            $"implicit-bias met an error that it did not expect ({error.GetBaseException().Message}); please report it with what follows."

        Screen.complain (string error)
        ExitCode.unexpected
