/// implicit-bias list
module ImplicitBias.Commands.List

open ImplicitBias.Theory

let private claimName claim =
    match claim with
    | ForAllTime -> "for all t"
    | Asymptotic -> "asymptotic"
    | UpperBound -> "upper bound"
    | LowerBound -> "lower bound"

let private instances (theorem: Theorem) =
    theorem.Cases |> List.map _.Instance |> List.distinct

let private json (entry: Catalogue.Entry) =
    let detail =
        match entry.Theorem with
        | Error reason -> [ "error", Text reason ]
        | Ok theorem ->
            [ "title", Text theorem.Title
              "quantity", Text theorem.Prediction.Quantity
              "claim", Text(claimName theorem.Prediction.Claim)
              "source", FindingJson.source theorem.Source
              "hypotheses", Json.texts (theorem.Hypotheses |> List.map _.Says)
              "instances", Json.texts (instances theorem)
              "cases", Integer theorem.Cases.Length
              "rivals", Json.texts (theorem.Rivals |> List.map _.Name)
              "controls", Json.texts (theorem.Controls |> List.map _.Breaks) ]

    Record([ "id", Text entry.Id; "setting", Text entry.Setting ] @ detail)

let private print () =
    for setting, entries in Selection.all |> List.groupBy _.Setting do
        Screen.line (Screen.styled "bold" setting)

        Screen.table
            [ "id"; "states"; "source" ]
            [ for entry in entries ->
                  match entry.Theorem with
                  | Ok theorem ->
                      [ Screen.styled "bold" theorem.Id
                        Screen.plain theorem.Title
                        Screen.plain $"{theorem.Source.Year}, arXiv {theorem.Source.ArXiv}" ]
                  | Error reason ->
                      [ Screen.styled "red" entry.Id
                        Screen.plain $"could not be built: {reason}"
                        "" ] ]

        Screen.line ""

    Screen.line (
        Screen.styled
            "dim"
            "implicit-bias explain ID tells one of them in full; implicit-bias check ID checks it."
    )

/// The command.
let command =
    let teaching =
        """Examples:
  implicit-bias list
  implicit-bias list --json

JSON: an array of {"id", "setting", "title", "quantity", "claim", "source": {"authors", "year", "arXiv", "place"},
"hypotheses", "instances", "cases", "rivals", "controls"}."""

    let command = TeachingCommand("list", "List the theorems by setting.", teaching)

    Session.act command (fun session ->
        if session.Json then
            Screen.json (Items(List.map json Selection.all))
        else
            print ()

        ExitCode.success)

    command
