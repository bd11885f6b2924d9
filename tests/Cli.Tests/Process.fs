/// Runs the built command as a process of its own, as a user does.
module Cli.Tests.Process

open System
open System.Diagnostics
open System.IO
open System.Text.Json
open Expecto

/// What a run printed and returned.
type Run = { Code: int; Out: string; Error: string }

/// The built command, beside the tests.
let assembly = Path.Combine(AppContext.BaseDirectory, "implicit-bias.dll")

/// `dotnet`, as it runs these tests.
let host =
    match Environment.ProcessPath with
    | null -> "dotnet"
    | path when Path.GetFileNameWithoutExtension path = "dotnet" -> path
    | _ -> "dotnet"

let private patience = TimeSpan.FromMinutes 3.0

/// A started process whose output is read in the background.
let start (program: string) (arguments: string list) (environment: (string * string) list) : Process =
    let info =
        ProcessStartInfo(
            program,
            arguments,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false
        )

    info.Environment.Remove "NO_COLOR" |> ignore

    for name, value in environment do
        info.Environment[name] <- value

    match Process.Start info with
    | null -> failtest $"{program} did not start"
    | started -> started

/// Waits for a started process. Fails after three minutes.
let finish (started: Process) : Run =
    let out = started.StandardOutput.ReadToEndAsync()
    let error = started.StandardError.ReadToEndAsync()

    if not (started.WaitForExit patience) then
        started.Kill(entireProcessTree = true)
        failtest "the command did not end"

    { Code = started.ExitCode; Out = out.Result; Error = error.Result }

/// The command with these arguments.
let run (arguments: string list) : Run =
    use started = start host (assembly :: arguments) []
    finish started

/// The command in a pseudo-terminal of util-linux `script`; None where there is no such program.
let runInTerminal (arguments: string list) (environment: (string * string) list) : Run option =
    if not (File.Exists "/usr/bin/script") then
        None
    else
        let quoted = host :: assembly :: arguments |> List.map (fun word -> $"'{word}'")

        use started =
            start
                "/usr/bin/script"
                [ "-qec"; String.Join(" ", quoted); "/dev/null" ]
                (("TERM", "xterm-256color") :: environment)

        Some(finish started)

/// The exit code, with everything the run said where it is another.
let expectCode (code: int) (run: Run) : unit =
    Expect.equal run.Code code $"exit code of a run that said\n{run.Out}\n{run.Error}"

/// A run that fails with this code, prints nothing on standard output and explains itself on standard error.
let expectComplaint (code: int) (words: string list) (run: Run) : unit =
    expectCode code run
    Expect.equal run.Out "" "nothing on standard output"

    for word in words do
        Expect.stringContains run.Error word "the message"

    Expect.isFalse (run.Error.Contains "   at ") "no stack trace"

/// Standard output as JSON.
let json (run: Run) : JsonElement =
    use document = JsonDocument.Parse run.Out
    document.RootElement.Clone()

/// A member of a JSON object.
let field (name: string) (element: JsonElement) : JsonElement = element.GetProperty name

/// A string member of a JSON object.
let text (name: string) (element: JsonElement) : string =
    match (field name element).GetString() with
    | null -> failtest $"'{name}' is null"
    | value -> value

/// A number member of a JSON object.
let number (name: string) (element: JsonElement) : float = (field name element).GetDouble()

/// The elements of an array member of a JSON object.
let items (name: string) (element: JsonElement) : JsonElement list =
    List.ofSeq ((field name element).EnumerateArray())

/// The strings of an array member of a JSON object.
let texts (name: string) (element: JsonElement) : string list = items name element |> List.map string

/// The names of the members of a JSON object, in order.
let keys (element: JsonElement) : string list =
    [ for part in element.EnumerateObject() -> part.Name ]

/// Does something in an empty folder that is removed afterwards.
let inFolder (work: string -> unit) : unit =
    let folder = Directory.CreateTempSubdirectory "implicit-bias-tests"

    try
        work folder.FullName
    finally
        folder.Delete(recursive = true)
