/// Files of questions, answered in one process.
module ImplicitBias.Commands.Batch

open System
open System.CommandLine
open System.Diagnostics
open System.IO
open ImplicitBias.Theory.Symbolic

/// --batch, for rows of these columns.
let private option (columns: string) : Option<string> =
    Option<string>(
        "--batch",
        Description = $"Answer a TSV file without a header, one JSON line per row. Columns: {columns}.",
        HelpName = "FILE"
    )

/// What went wrong with a row: becomes its reply.
exception RowException of message: string

/// Raises RowException, naming the column of the text.
let formula (text: string) : Formula =
    match Grammar.parse text with
    | Ok formula -> formula
    | Error error -> raise (RowException $"{error}")

/// Raises RowException.
let variable (text: string) : string =
    match (formula text).Term.Shape with
    | Shape.Symbol name -> name
    | _ -> raise (RowException $"'{text}' is not the name of a symbol")

/// Raises RowException.
let point (text: string) : Point =
    match Point.parse text with
    | Ok point -> point
    | Error error -> raise (RowException $"the point '{text}', {error}")

/// Raises RowException.
let order (text: string) : int =
    match Int32.TryParse text with
    | true, order -> order
    | _ -> raise (RowException $"the order '{text}' is not an integer")

let private answer (columns: int) (reply: string list -> Reply) (cells: string list) : Reply =
    try
        match cells with
        | _ :: question when question.Length = columns -> reply question
        | _ -> Wrong $"a row has {columns + 1} columns between tabs, not {cells.Length}"
    with
    | RowException message -> Wrong message
    | NoValueException reason -> Wrong reason

/// Expressions that take different ways through the kernel.
let warming: string list =
    [ "(1+1/x)^x"
      "exp(x)*(exp(1/x+exp(-x))-exp(1/x))"
      "x*(sqrt(x^2+x)-x)/log(x)"
      "log(log(x)+log(log(x)))-log(log(x))"
      "(3^x+5^x)^(1/x)"
      "gamma(x+1)/gamma(x)/x"
      "x*(erf(1/x)+sin(1/x)/2-atan(1/x))"
      "lambertw(x)/log(x)" ]

/// Answers a file row by row: id, then so many columns, which `reply` gets. A row that cannot be read gets a line that says so. The
/// exit code is 0 if every row was answered. The questions of `start` are answered first and not shown, so that the
/// times of the rows are those of the kernel and not of compiling it.
/// Raises FileNotFoundException and its like for a file that cannot be read.
let run
    (session: Session)
    (path: string)
    (columns: int)
    (start: string list list)
    (reply: string list -> Reply)
    : int =
    let withLatex = Flag.isSet Question.latex session.Parsed
    let mutable code = ExitCode.success
    let mutable row = 0
    let total = lazy (File.ReadLines path |> Seq.length)
    use _ = new Screen.Progress(fun () -> $"row {row} of {total.Value}")

    let answerRow (line: string) =
        row <- row + 1
        let cells = line.TrimEnd('\r').Split '\t' |> List.ofArray
        let clock = Stopwatch.StartNew()
        let reply = answer columns reply cells
        let elapsed = clock.Elapsed.TotalMilliseconds

        match reply with
        | Proved _ -> ()
        | Undecided _
        | Wrong _ -> code <- ExitCode.notConfirmed

        Record(
            [ "id", Text(List.head cells) ]
            @ Question.members withLatex reply
            @ [ "milliseconds", Number(Math.Round(elapsed, 3)) ]
        )
        |> Json.formatLine
        |> Console.Out.WriteLine

    Work.abandonable session.Cancellation (fun () ->
        Question.withDeepStack (fun () ->
            for question in start do
                answer columns reply ("start" :: question) |> ignore

            for line in File.ReadLines path do
                session.Cancellation.ThrowIfCancellationRequested()

                if line.Trim() <> "" then
                    answerRow line))

    code

/// Makes a command answer one expression in its variable, or a file of questions with these columns.
let oneOrMany
    (command: Command)
    (options: Option list)
    (columns: string)
    (one: Session -> Formula -> string -> int)
    (many: Session -> string -> int)
    : unit =
    let expression = Question.expression "EXPR" "The expression; not with --batch."
    expression.Arity <- ArgumentArity.ZeroOrOne
    let batch = option columns
    command.Add expression

    for option in [ Question.variable :> Option ] @ options @ [ Question.latex; batch ] do
        command.Add option

    Session.act command (fun session ->
        let given = session.Parsed

        match Option.ofObj (given.GetValue batch), Option.ofObj (given.GetValue expression) with
        | None, None -> raise (UsageException "Give an expression, or --batch FILE.")
        | None, Some text ->
            let formula = Question.readFormula "EXPR" text

            Question.theVariable (given.GetValue Question.variable) [ formula.Term ]
            |> one session formula
        | Some path, None -> many session path
        | _ -> raise (UsageException "Give an expression or --batch FILE, not both."))
