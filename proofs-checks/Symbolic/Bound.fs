/// implicit-bias bound
module ImplicitBias.Commands.Bound

open System
open System.CommandLine
open MathNet.Numerics
open ImplicitBias.Theory.Symbolic

let private digits = 12

let private lower (range: ValueRange) =
    range.Lower |> Option.map (BigFloat.toText Down digits)

let private upper (range: ValueRange) =
    range.Upper |> Option.map (BigFloat.toText Up digits)

/// "0 ≤ x*(1 - x) ≤ 0.25" in infix or LaTeX; None where no bound was found.
let private statement (middle: string) (below: string) (above: string) (range: ValueRange) =
    match lower range, upper range with
    | Some low, Some high -> Some $"{low}{below}{middle}{below}{high}"
    | Some low, None -> Some $"{middle}{above}{low}"
    | None, Some high -> Some $"{middle}{below}{high}"
    | None, None -> None

let private place (point: Map<string, BigRational>) =
    Record [ for KeyValue(symbol, value) in point -> symbol, Text(Sample.text value) ]

let private extreme (rounding: Rounding) (found: (BigFloat * Map<string, BigRational>) option) =
    found
    |> Json.optional (fun (value, point) ->
        Record [ "value", Text(BigFloat.toText rounding digits value); "at", place point ])

let private describe (name: string) (found: (BigFloat * Map<string, BigRational>) option) =
    match found with
    | Some(value, point) when not point.IsEmpty ->
        let shown = BigFloat.toText Nearest digits value
        Console.Out.WriteLine $"{name} value found: {shown} at {Sample.describe point}"
    | _ -> ()

let private teaching =
    """Examples:
  implicit-bias bound "x*(1-x)" --on "x in [0,1]"                  0 <= x*(1 - x) <= 0.25
  implicit-bias bound "log(1+x) - x" --on "x>=0"
  implicit-bias bound "x^2 + y^2 - x*y" --on "x in [-1,1], y in [-1,1]" --json

The region is what --on says of each symbol; a symbol it does not name is any real number. The bounds are proved: of
quadratic polynomials by completing squares, exactly; else by interval arithmetic and mean value forms on boxes that cover
the region, the largest cut again and again until the bound is within 10^-8 of a value that is taken, or 4000 boxes are
spent. They hold wherever the expression has a value.

JSON: {"expression", "region", "status": "proved" or "unknown", "lower", "upper", "least": {"value", "at"}, "greatest":
{"value", "at"}, "boxes", "latex"}. "lower" and "upper" are decimals as text, rounded outwards, or null where there is no
bound; "least" and "greatest" are the extreme values found, with their points.

Exit code: 0 if a bound is proved; 1 if none is; 2 bad usage."""

/// The command.
let command =
    let command =
        TeachingCommand("bound", "Prove bounds of an expression on a region.", teaching)

    let expression = Question.expression "EXPR" "The expression."

    let region =
        Option<string>(
            "--on",
            Description = "The region, such as \"x in [0,1], y>=2\".",
            HelpName = "REGION",
            DefaultValueFactory = fun _ -> ""
        )

    command.Add expression
    command.Add region
    command.Add Question.latex

    Session.act command (fun session ->
        let formula =
            Question.readFormula "EXPR" (session.Parsed.GetRequiredValue expression)

        let term = formula.Term

        let assumptions =
            match AssumptionText.parse (session.Parsed.GetRequiredValue region) with
            | Ok assumptions -> assumptions
            | Error message -> raise (UsageException $"--on: {message}")

        let asked =
            [ "expression", Text(InfixText.print term)
              "region", Text(AssumptionText.print assumptions) ]

        let found =
            Work.abandonable session.Cancellation (fun () ->
                Question.withDeepStack (fun () ->
                    // What the term does not show any more, boxes do not see.
                    match
                        List.except (Condition.ofTerm term) formula.Conditions
                        |> Domain.covers assumptions
                    with
                    | Decision.Refuted reason
                    | Decision.Unknown reason -> Error reason
                    | _ -> Region.range assumptions term))

        let range =
            found
            |> Result.bind (fun range ->
                if range.Lower.IsSome || range.Upper.IsSome then
                    Ok range
                else
                    Error $"no bound was found on {range.Boxes} boxes")

        match range with
        | Error reason ->
            if session.Json then
                Screen.json (
                    Record(
                        asked
                        @ [ "status", Text "unknown"
                            "lower", Null
                            "upper", Null
                            "reason", Text reason ]
                    )
                )
            else
                Screen.complain $"unknown: {reason}"

            ExitCode.notConfirmed
        | Ok range ->
            let latex =
                statement (LatexText.print term) " \\le " " \\ge " range
                |> Option.defaultValue ""

            if session.Json then
                Record(
                    asked
                    @ [ "status", Text "proved"
                        "lower", Json.optional Text (lower range)
                        "upper", Json.optional Text (upper range)
                        "least", extreme Up (range.Lower |> Option.bind (fun _ -> range.Least))
                        "greatest", extreme Down (range.Upper |> Option.bind (fun _ -> range.Greatest))
                        "boxes", Integer range.Boxes
                        "latex", Text latex ]
                )
                |> Screen.json
            elif Flag.isSet Question.latex session.Parsed then
                Console.Out.WriteLine latex
            else
                statement (InfixText.print term) " ≤ " " ≥ " range
                |> Option.iter Console.Out.WriteLine

                range.Lower |> Option.iter (fun _ -> describe "least" range.Least)
                range.Upper |> Option.iter (fun _ -> describe "greatest" range.Greatest)

            ExitCode.success)

    command
