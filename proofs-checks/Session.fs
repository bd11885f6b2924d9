namespace ImplicitBias.Commands

open System
open System.CommandLine
open System.Globalization
open System.Threading
open System.Threading.Tasks

/// The user asked for something that cannot be done; the message says what and what would do. Exit code 2.
exception UsageException of message: string with
    override error.Message = error.message

/// What every command is told.
type Session =
    {
        /// What was typed.
        Parsed: ParseResult
        Json: bool
        /// Seeds everything random.
        Seed: int
        /// How many cases are checked at a time.
        Threads: int
        Cancellation: CancellationToken
    }

/// The exit codes of every command.
module ExitCode =

    /// Everything asked for was confirmed, or done.
    let success = 0

    /// Something was not confirmed, or has no answer.
    let notConfirmed = 1

    /// The command line or the data cannot be used.
    let usage = 2

    /// The program is at fault.
    let unexpected = 3

/// Options without a value.
module Flag =

    /// An option that is there or not.
    let create (name: string) (description: string) : Option<bool> =
        Option<bool>(name, Description = description, Arity = ArgumentArity.Zero)

    /// Whether it is there.
    let isSet (flag: Option<bool>) (parsed: ParseResult) : bool =
        match parsed.GetResult flag with
        | null -> false
        | result -> not result.Implicit

/// Options with a number, which is refused in words where it does not fit.
module Number =

    let private parsedBy
        (parse: string -> bool * 'a)
        (takes: string)
        (fits: 'a -> bool)
        (option: Option<'a>)
        : Option<'a> =
        option.CustomParser <-
            fun result ->
                let text = result.Tokens[0].Value

                match parse text with
                | true, number when fits number -> number
                | _, number ->
                    result.AddError $"{option.Name} is '{text}'; it takes {takes}."
                    number

        option

    /// Takes a whole number of at least `least`.
    let whole (least: int) : Option<int> -> Option<int> =
        parsedBy
            (fun text -> Int32.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture))
            $"a whole number of at least {least}"
            (fun number -> number >= least)

    /// Takes a finite number that fits; `takes` says which do.
    let real (takes: string) (fits: float -> bool) : Option<float> -> Option<float> =
        parsedBy
            (fun text -> Double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture))
            takes
            (fun number -> Double.IsFinite number && fits number)

/// A command whose help ends with examples.
type TeachingCommand(name: string, description: string, teaching: string) =
    inherit Command(name, description)

    /// Examples and what else the help should teach, below the list of options.
    member _.Teaching = teaching

module Session =

    /// --json.
    let json =
        let flag = Flag.create "--json" "Print JSON instead of text."
        flag.Recursive <- true
        flag

    /// --seed.
    let seed =
        Option<int>(
            "--seed",
            Description = "Seed of everything random: the start of 'simulate --start-scale'.",
            HelpName = "N",
            Recursive = true,
            DefaultValueFactory = fun _ -> 0
        )
        |> Number.whole 0

    /// --threads.
    let threads =
        Option<int>(
            "--threads",
            Description = "How many cases to check at a time; results do not depend on it.",
            HelpName = "N",
            Recursive = true,
            DefaultValueFactory = fun _ -> Environment.ProcessorCount
        )
        |> Number.whole 1

    /// Makes a command do this; the result is the exit code.
    let act (command: Command) (run: Session -> int) : unit =
        command.SetAction(
            Func<ParseResult, CancellationToken, Task<int>>(fun parsed cancellation ->
                run
                    { Parsed = parsed
                      Json = Flag.isSet json parsed
                      Seed = parsed.GetRequiredValue seed
                      Threads = parsed.GetRequiredValue threads
                      Cancellation = cancellation }
                |> Task.FromResult)
        )
