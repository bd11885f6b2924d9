namespace ImplicitBias.Commands

open System
open System.CommandLine
open ImplicitBias.Numerics

/// The options that name a user's CSV file and say how to read it.
type DataOptions(required: bool, biases: string list) =

    let file =
        Option<string>(
            "--data",
            Description = "CSV file with a header, numeric feature columns and a label column.",
            HelpName = "FILE",
            Required = required
        )

    let label =
        Option<string>(
            "--label",
            Description = "The column that holds the class of a row.",
            HelpName = "COLUMN",
            Required = required
        )

    let positive =
        Option<string>(
            "--positive",
            Description = "The class with y = +1.",
            HelpName = "VALUE",
            Required = required
        )

    let negative =
        Option<string>(
            "--negative",
            Description =
                "The class with y = -1; rows of a third class are left out. Default: every other class.",
            HelpName = "VALUE"
        )

    let features =
        Option<string>(
            "--features",
            Description =
                "Feature columns, separated by commas. Default: every column with numbers but the label.",
            HelpName = "A,B,..."
        )

    let dropMissing =
        Flag.create "--drop-missing" "Leave out rows with an empty cell; otherwise an empty cell is an error."

    let bias =
        Option<string>(
            "--bias",
            Description =
                (if List.contains "free" biases then
                     "none; augmented: a constant feature 1, penalised like the others; free: unpenalised."
                 else
                     "none; or augmented: a constant feature 1."),
            HelpName = String.concat "|" biases,
            DefaultValueFactory = fun _ -> "none"
        )
            .AcceptOnlyFromAmong(List.toArray biases)

    let needsData: Option list = [ label; positive; negative; features; dropMissing ]

    /// Adds the options to a command.
    member _.AddTo(command: Command) =
        for option in (file :> Option) :: needsData @ [ bias ] do
            command.Add option

    /// The bias chosen.
    member _.Bias(parsed: ParseResult) =
        match parsed.GetValue bias with
        | null -> "none"
        | chosen -> chosen

    /// The sample, without a bias feature; None if no file was given.
    /// Raises UsageException when the options do not fit together, and DataException when the file does not fit them.
    member this.TryRead(parsed: ParseResult) : CsvSample option =
        let given (option: Option) =
            match parsed.GetResult option with
            | null -> false
            | result -> not result.Implicit

        match parsed.GetValue file with
        | null ->
            match needsData @ [ bias ] |> List.tryFind given with
            | Some option ->
                raise (
                    UsageException $"{option.Name} says how to read a file: give the file with --data FILE."
                )
            | None -> None
        | path ->
            match parsed.GetValue label, parsed.GetValue positive with
            | null, _ ->
                raise (
                    UsageException
                        $"--data needs --label COLUMN: the column of '{path}' that holds the class."
                )
            | _, null ->
                raise (
                    UsageException $"--data needs --positive VALUE: the class of '{path}' that means y = +1."
                )
            | label, positive ->
                let chosen =
                    match parsed.GetValue features with
                    | null -> null
                    | names -> names.Split(',', StringSplitOptions.TrimEntries)

                Some(
                    CsvReader.Read(
                        path,
                        CsvSelection(
                            label,
                            positive,
                            parsed.GetValue negative,
                            chosen,
                            Flag.isSet dropMissing parsed
                        )
                    )
                )

    /// The sample with the constant feature appended where the bias is augmented.
    /// Raises as TryRead, and UsageException when there is a feature called "bias" already.
    member this.TryReadWithBias(parsed: ParseResult) : CsvSample option =
        this.TryRead parsed
        |> Option.map (fun sample ->
            if this.Bias parsed <> "augmented" then
                sample
            else
                try
                    CsvSample(
                        sample.Dataset.Augmented(),
                        sample.IgnoredColumns,
                        sample.OtherRows,
                        sample.DroppedRows
                    )
                with :? InvalidOperationException as error ->
                    raise (UsageException error.Message))

module DataOptions =

    /// What was read, in one line: the size of the sample and what was left out of it.
    let describe (sample: CsvSample) : string =
        let data = sample.Dataset
        let positive = data.Labels() |> Seq.filter ((=) 1) |> Seq.length

        [ $"{data.SampleCount} rows ({positive} positive, {data.SampleCount - positive} negative)"
          "features " + String.Join(", ", data.Features)
          if sample.IgnoredColumns.Count > 0 then
              "ignored " + String.Join(", ", sample.IgnoredColumns) + " (no numbers)"
          if sample.OtherRows > 0 then
              $"left out {sample.OtherRows} rows of other classes"
          if sample.DroppedRows > 0 then
              $"dropped {sample.DroppedRows} rows with empty cells" ]
        |> String.concat "; "
