/// How a run looks on the terminal. No spinner is ever drawn.
module internal Expecto.Console

open System
open Expecto.Impl

let private coloured colours =
    colours > 0
    && not Console.IsOutputRedirected
    && String.IsNullOrEmpty(Environment.GetEnvironmentVariable "NO_COLOR")

let private log colours (level: string) (colour: int) (logName: string option) (message: string) =
    let level =
        if coloured colours then
            sprintf "\x1b[%dm%s\x1b[0m" colour level
        else
            level

    let time = DateTime.Now.ToString "HH:mm:ss"
    Console.Out.WriteLine(sprintf "[%s %s] %s <%s>" time level message (defaultArg logName "Expecto"))

/// One informational line.
let info colours logName message = log colours "INF" 32 logName message

/// One line of complaint.
let error colours logName message = log colours "ERR" 31 logName message

let rec private sharedLabels (names: string list list) =
    match names with
    | [] -> []
    | first :: rest ->
        let shares count =
            rest
            |> List.forall (fun name -> List.truncate count name = List.truncate count first)

        let count = seq { first.Length .. -1 .. 0 } |> Seq.find shares
        List.truncate count first

/// The closing line: counts, time and the closest common ancestor.
let closingLine (config: ExpectoConfig) (summary: TestRunSummary) =
    let ancestor =
        match sharedLabels [ for flat, _ in summary.results -> flat.name ] with
        | [] -> "miscellaneous"
        | labels -> config.joinWith.format labels

    let verdict =
        match summary.timedOut.Length with
        | 0 when summary.successful -> "Success!"
        | 0 -> ""
        | unfinished -> sprintf "Cancelled: %d not finished." unfinished

    let counts =
        sprintf
            "%d passed, %d ignored, %d failed, %d errored"
            summary.passed.Length
            summary.ignored.Length
            summary.failed.Length
            summary.errored.Length

    let run = summary.results.Length - summary.ignored.Length
    sprintf "EXPECTO! %d tests run in %O for %s – %s. %s" run summary.duration ancestor counts verdict

/// All names by outcome.
let summaryText (config: ExpectoConfig) (summary: TestRunSummary) =
    let section title (results: (FlatTest * TestSummary) list) =
        sprintf "%-9s %d" (title + ":") results.Length
        + String.Concat [ for flat, _ in results -> "\n\t" + config.joinWith.format flat.name ]

    String.Join(
        "\n",
        "EXPECTO?! Summary...",
        section "Passed" summary.passed,
        section "Ignored" summary.ignored,
        section "Failed" summary.failed,
        section "Errored" summary.errored
    )

/// Reports failures as they come and the closing line; every test as it begins and ends when verbose.
let printer colours logName verbose : TestPrinters =
    let say message = async { info colours logName message }
    let complain message = async { error colours logName message }

    let sayIf condition message =
        if condition then say message else async.Return()

    { beforeRun = fun _ -> say "EXPECTO? Running tests..."
      beforeEach = fun name skipped -> sayIf (verbose && not skipped) (name + " starting...")
      info = say
      passed = fun name time -> sayIf verbose (sprintf "%s passed in %O." name time)
      ignored = fun name reason -> sayIf verbose (sprintf "%s was ignored. %s" name reason)
      failed = fun name message time -> complain (sprintf "%s failed in %O. %s" name time message)
      exn = fun name e time -> complain (sprintf "%s errored in %O.\n%O" name time e)
      summary = fun config summary -> say (closingLine config summary) }
