namespace ImplicitBias.Commands

open System
open System.CommandLine
open System.Threading
open ImplicitBias.Theory.Symbolic

/// What the kernel found.
type Reply =
    /// As shown: infix, LaTeX, and the infix of what is left out, where something is.
    | Proved of text: string * latex: string * remainder: string option
    | Undecided of reason: string
    | Wrong of message: string

/// Reading questions to the symbolic kernel, and showing its replies.
module Question =

    /// An expression on the command line.
    let expression (name: string) (description: string) : Argument<string> =
        Argument<string>(name, Description = description)

    /// --var.
    let variable =
        Option<string>(
            "--var",
            Description = "The variable. Default: the only symbol of the expression.",
            HelpName = "NAME"
        )

    /// --at.
    let at =
        Option<string>(
            "--at",
            Description = "The point: oo, -oo, or an expression; 0+ and 0- are one-sided. Default: oo.",
            HelpName = "POINT",
            DefaultValueFactory = fun _ -> "oo"
        )

    /// --assume.
    let assume =
        Option<string>(
            "--assume",
            Description = "What is known of the other symbols, such as \"a>0, n integer, b in [0,1]\".",
            HelpName = "FACTS",
            DefaultValueFactory = fun _ -> ""
        )

    /// --latex.
    let latex = Flag.create "--latex" "Print LaTeX instead of infix text."

    let private syntax (what: string) (text: string) (error: SyntaxError) =
        // Long text is shown around the error only.
        let start = max 0 (error.Column - 60)
        let shown = text.Substring(start, min 100 (text.Length - start))
        let marker = String(' ', error.Column - 1 - start) + "^"
        UsageException $"{what}, {error}\n  {shown}\n  {marker}"

    /// A text read as an expression.
    /// Raises UsageException, which points at the column.
    let readFormula (what: string) (text: string) : Formula =
        match Grammar.parse text with
        | Ok formula -> formula
        | Error error -> raise (syntax what text error)

    /// Raises UsageException, which points at the column.
    let readPoint (text: string) : Point =
        match Point.parse text with
        | Ok point -> point
        | Error error -> raise (syntax "--at" text error)

    /// Raises UsageException.
    let readAssumptions (text: string) : Assumptions =
        match AssumptionText.parse text with
        | Ok assumptions -> assumptions
        | Error message -> raise (UsageException $"--assume: {message}")

    let private isName (text: string) =
        match Grammar.parse text with
        | Ok formula ->
            match formula.Term.Shape with
            | Shape.Symbol _ -> true
            | _ -> false
        | Error _ -> false

    /// Raises UsageException for anything but the name of a symbol.
    let readVariable (text: string) : string =
        if isName text then
            text.Trim()
        else
            raise (UsageException $"--var takes the name of a symbol, not '{text}'.")

    /// The variable asked for, or the only symbol of the terms.
    /// Raises UsageException if there are several.
    let theVariable (asked: string | null) (terms: Term list) : string =
        match asked with
        | null ->
            match terms |> List.map Term.symbols |> Set.unionMany |> List.ofSeq with
            | [ only ] -> only
            | [] -> "x"
            | several ->
                let names = String.concat ", " several
                raise (UsageException $"Which of {names} is the variable? Say --var NAME.")
        | name -> readVariable name

    /// Runs work where nothing that is nested can exhaust the stack.
    let withDeepStack (work: unit -> 'a) : 'a =
        let mutable result = Unchecked.defaultof<'a>
        let mutable failure: exn option = None

        let run () =
            try
                result <- work ()
            with error ->
                failure <- Some error

        let thread = Thread(run, 256 * 1024 * 1024)
        thread.Start()
        thread.Join()

        match failure with
        | Some error -> raise error
        | None -> result

    /// The word for a reply in JSON.
    let status (reply: Reply) : string =
        match reply with
        | Proved _ -> "proved"
        | Undecided _ -> "unknown"
        | Wrong _ -> "error"

    /// The members of a reply in JSON.
    let members (withLatex: bool) (reply: Reply) : (string * Json) list =
        [ "status", Text(status reply)
          match reply with
          | Proved(text, latex, remainder) ->
              "result", Text text

              match remainder with
              | Some remainder -> "remainder", Text remainder
              | None -> ()

              if withLatex then
                  "latex", Text latex
          | Undecided reason
          | Wrong reason ->
              "result", Null
              "reason", Text reason ]

    /// Shows a reply to one question: JSON with what was asked, or a line. The result is the exit code.
    let show (session: Session) (asked: (string * Json) list) (reply: Reply) : int =
        let withLatex = Flag.isSet latex session.Parsed

        if session.Json then
            Screen.json (Record(asked @ members true reply))
        else
            match reply with
            | Proved(_, latex, _) when withLatex -> Console.Out.WriteLine latex
            | Proved(text, _, None) -> Console.Out.WriteLine text
            | Proved(text, _, Some remainder) -> Console.Out.WriteLine $"{text} + O({remainder})"
            | Undecided reason -> Screen.complain $"unknown: {reason}"
            | Wrong message -> Screen.complain $"error: {message}"

        match reply with
        | Proved _ -> ExitCode.success
        | Undecided _
        | Wrong _ -> ExitCode.notConfirmed
