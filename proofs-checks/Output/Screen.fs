/// Where people read: standard output for results, standard error for the rest.
module ImplicitBias.Commands.Screen

open System
open System.IO
open System.Threading
open Spectre.Console

/// Wide enough that a file or a pipe never gets a line broken for the width of a screen that is not there.
let private unbounded = 10_000

// https://no-color.org: any value but the empty one.
let private colourless =
    not (String.IsNullOrEmpty(Environment.GetEnvironmentVariable "NO_COLOR"))
    || Environment.GetEnvironmentVariable "TERM" = "dumb"

let private create (writer: TextWriter) redirected =
    let plain = redirected || colourless

    let console =
        AnsiConsole.Create(
            AnsiConsoleSettings(
                Out = AnsiConsoleOutput writer,
                Ansi = (if plain then AnsiSupport.No else AnsiSupport.Detect),
                ColorSystem =
                    (if plain then
                         ColorSystemSupport.NoColors
                     else
                         ColorSystemSupport.Detect),
                Interactive = InteractionSupport.No
            )
        )

    if redirected then
        console.Profile.Width <- unbounded

    console

/// Standard output.
let out: IAnsiConsole = create Console.Out Console.IsOutputRedirected

/// Text as markup, with brackets taken literally.
let plain (text: string) : string = Markup.Escape text

/// Text in a Spectre style, such as "green" or "bold".
let styled (style: string) (text: string) : string = $"[{style}]{Markup.Escape text}[/]"

/// A line of markup on standard output.
let line (markup: string) : unit = out.MarkupLine markup

/// A table without lines, indented by two, with these headings; a heading that starts with ">" is set to the right.
let table (headings: string list) (rows: string list list) : unit =
    let table = Table(Border = TableBorder.None)

    for heading in "" :: headings do
        let column = TableColumn(styled "dim" (heading.TrimStart '>'))
        column.Padding <- Padding(0, 0, 2, 0)

        if heading.StartsWith '>' then
            column.Alignment <- Justify.Right

        table.AddColumn column |> ignore

    for row in rows do
        table.AddRow(List.toArray ("" :: row)) |> ignore

    out.Write table

/// A JSON value on standard output.
let json (value: Json) : unit =
    Console.Out.WriteLine(Json.format value)

/// A line on standard error.
let complain (text: string) : unit = Console.Error.WriteLine text

/// Says on standard error what is being done once that has taken a second; nothing if standard error is no terminal.
type Progress(activity: unit -> string) =
    let shown = not Console.IsErrorRedirected
    let started = Diagnostics.Stopwatch.StartNew()
    let gate = obj ()
    let mutable width = 0

    let clear () =
        Console.Error.Write("\r" + String(' ', width) + "\r")

    let show _ =
        lock gate (fun () ->
            let text = $"{activity ()} ({started.Elapsed.TotalSeconds:f0} s)"
            let room = max 20 (out.Profile.Width - 1)
            let text = if text.Length > room then text.Substring(0, room) else text
            clear ()
            Console.Error.Write text
            width <- text.Length)

    let timer =
        if shown then
            Some(new Timer(show, null, TimeSpan.FromSeconds 1.0, TimeSpan.FromSeconds 0.25))
        else
            None

    interface IDisposable with
        member _.Dispose() =
            match timer with
            | None -> ()
            | Some timer ->
                timer.Dispose()

                lock gate (fun () ->
                    if width > 0 then
                        clear ())
