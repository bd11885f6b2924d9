namespace Expecto

open System
open Expecto.Impl

/// <summary>The options of a run and their command line.</summary>
[<AutoOpen>]
module Arguments =
    /// <summary>Called with the outcome of a run.</summary>
    [<ReferenceEquality>]
    type SummaryHandler = SummaryHandler of (TestRunSummary -> unit)

    /// <summary>Options of a run. Each but the last two is also an option of the command line:
    /// <c>Fail_On_Focused_Tests</c> is <c>--fail-on-focused-tests</c>.</summary>
    [<ReferenceEquality>]
    type CLIArguments =
        /// Don't run the tests in parallel.
        | Sequenced
        /// Run all tests in parallel (default).
        | Parallel
        /// Number of parallel workers (default: the number of logical processors).
        | Parallel_Workers of int
        /// Number of cases of a property without a configuration of its own (default: 100).
        | FsCheck_Max_Tests of int
        /// Size of such a property's first case (default: 1).
        | FsCheck_Start_Size of int
        /// Size of such a property's last case (default: 100).
        | FsCheck_End_Size of int
        /// Fail, running nothing, if a test is focused.
        | Fail_On_Focused_Tests
        /// Print each test as it begins and ends.
        | Debug
        /// The name in the log lines (default: Expecto).
        | Log_Name of string
        /// Run only tests whose full name starts with this.
        | Filter of string
        /// Run only tests below a list whose name contains this.
        | Filter_Test_List of string
        /// Run only tests whose own name contains this.
        | Filter_Test_Case of string
        /// Run only the tests with these full names.
        | Run of string list
        /// Print the tests of these states (none given: all) and run nothing.
        | List_Tests of FocusState list
        /// Print all names by outcome at the end.
        | Summary
        /// Write an NUnit 2 file.
        | NUnit_Summary of string
        /// Write a JUnit file.
        | JUnit_Summary of string
        /// Like <c>Summary</c>; source locations are not known here.
        | Summary_Location
        /// Print the version.
        | Version
        /// Allow two tests of the same full name.
        | Allow_Duplicate_Names
        /// Accepted; there is no spinner.
        | No_Spinner
        /// 0 for none, 8 (default) or 256.
        | Colours of int
        /// Separator of full names: "." (default) or "/".
        | JoinWith of string
        /// Report here instead of to the terminal.
        | Printer of TestPrinters
        /// Call this with the outcome.
        | Append_Summary_Handler of SummaryHandler

    let private number (make: int -> CLIArguments) (text: string) =
        match Int32.TryParse text with
        | true, value -> Result.Ok(make value)
        | _ -> Result.Error(sprintf "Cannot parse parameter '%s'" text)

    let private state (text: string) =
        match text.ToLowerInvariant() with
        | "normal" -> Result.Ok Normal
        | "pending" -> Result.Ok Pending
        | "focused" -> Result.Ok Focused
        | _ -> Result.Error(sprintf "Cannot parse parameter '%s'" text)

    let private collect parse (texts: string list) =
        List.foldBack
            (fun text rest ->
                Result.bind (fun rest -> Result.map (fun value -> value :: rest) (parse text)) rest)
            texts
            (Result.Ok [])

    let private flag argument = Choice1Of3 argument
    let private value make = Choice2Of3(make >> Result.Ok)
    let private integer make = Choice2Of3(number make)
    let private values make = Choice3Of3 make

    /// Name, how to read what follows it, and what it is for.
    let private options =
        [ "--sequenced", flag Sequenced, "Don't run the tests in parallel."
          "--parallel", flag Parallel, "Run all tests in parallel (default)."
          "--parallel-workers", integer Parallel_Workers, "Number of workers (default: logical processors)."
          "--fail-on-focused-tests",
          flag Fail_On_Focused_Tests,
          "Fail, running nothing, if a test is focused."
          "--debug", flag Debug, "Print each test as it begins and ends."
          "--log-name", value Log_Name, "The name in the log lines (default: Expecto)."
          "--filter", value Filter, "Only tests whose full name starts with this."
          "--filter-test-list", value Filter_Test_List, "Only tests in a list whose name contains this."
          "--filter-test-case", value Filter_Test_Case, "Only tests whose own name contains this."
          "--run", values (Run >> Result.Ok), "Only the tests with these full names."
          "--list-tests",
          values (collect state >> Result.map List_Tests),
          "Print the tests, of these states if any is given."
          "--summary", flag Summary, "Print all names by outcome at the end."
          "--nunit-summary", value NUnit_Summary, "Write an NUnit 2 file."
          "--junit-summary", value JUnit_Summary, "Write a JUnit file."
          "--version", flag Version, "Print the version."
          "--summary-location", flag Summary_Location, "Like --summary; source locations are not known."
          "--fscheck-max-tests", integer FsCheck_Max_Tests, "Cases per property (default: 100)."
          "--fscheck-start-size", integer FsCheck_Start_Size, "Size of a property's first case (default: 1)."
          "--fscheck-end-size", integer FsCheck_End_Size, "Size of a property's last case (default: 100)."
          "--allow-duplicate-names", flag Allow_Duplicate_Names, "Allow two tests of the same full name."
          "--colours", integer Colours, "0 for none, 8 (default) or 256."
          "--no-spinner", flag No_Spinner, "Accepted; there is no spinner."
          "--join-with", value JoinWith, "Separator of full names: . (default) or /." ]

    /// The help text.
    let internal usage () =
        String.Join("\n", "Options:" :: [ for name, _, says in options -> sprintf "  %-24s %s" name says ])

    /// The command line's arguments, or everything that is wrong with it.
    let internal parse (argv: string[]) =
        let rec read arguments errors (rest: string list) =
            match rest with
            | [] when List.isEmpty errors -> Result.Ok(List.rev arguments)
            | [] -> Result.Error(List.rev errors)
            | name :: rest ->
                let given = rest |> List.takeWhile (fun text -> not (text.StartsWith "--"))

                let parsed, used =
                    match options |> List.tryFind (fun (option, _, _) -> option = name) with
                    | None -> Result.Error(sprintf "unknown option: %s" name), 0
                    | Some(_, Choice1Of3 argument, _) -> Result.Ok argument, 0
                    | Some(_, Choice2Of3 _, _) when given.IsEmpty ->
                        Result.Error(name + " requires a parameter"), 0
                    | Some(_, Choice2Of3 make, _) ->
                        Result.mapError (fun error -> name + " " + error) (make given.Head), 1
                    | Some(_, Choice3Of3 make, _) ->
                        Result.mapError (fun error -> name + " " + error) (make given), given.Length

                match parsed with
                | Result.Ok argument -> read (argument :: arguments) errors (List.skip used rest)
                | Result.Error error -> read arguments (error :: errors) (List.skip used rest)

        read [] [] (List.ofArray argv)
