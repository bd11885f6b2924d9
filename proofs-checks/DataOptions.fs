namespace ImplicitBias.Commands

open System
open System.CommandLine
open System.Globalization
open ImplicitBias.Numerics

/// What the rows of a user's file answer: classes, numbers, or either.
type Answers =
    | Labels
    | Targets
    | LabelsOrTargets

/// The options that name a user's file and say how to read it.
type DataOptions(required: bool, biases: string list, ?answers: Answers) =

    let answers = defaultArg answers Labels

    let file =
        Option<string>(
            "--data",
            Description =
                (match answers with
                 | Labels ->
                     "CSV file with a header, numeric feature columns and a label column; or a file in LIBSVM format, "
                     + "called .svm or .libsvm, whose rows begin with their label."
                 | Targets -> "CSV file with a header, numeric feature columns and a numeric target column."
                 | LabelsOrTargets ->
                     "CSV file with a header, numeric feature columns and a label or target column; or a file in LIBSVM "
                     + "format, called .svm or .libsvm, whose rows begin with their label."),
            HelpName = "FILE",
            Required = required
        )

    let label =
        Option<string>(
            "--label",
            Description = "The column that holds the class of a row.",
            HelpName = "COLUMN"
        )

    let target =
        Option<string>(
            "--target",
            Description =
                (if answers = Targets then
                     "The column of numbers that is to be fitted."
                 else
                     "Instead of a label, for theorems of regression: the column of numbers that is to be fitted."),
            HelpName = "COLUMN",
            Required = (required && answers = Targets)
        )

    let positive =
        Option<string>(
            "--positive",
            Description = "The class with y = +1; of a file in LIBSVM format 1, if no other is given.",
            HelpName = "VALUE"
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
                (if answers = Labels then
                     "Feature columns, separated by commas. Default: every column with numbers but the label."
                 else
                     "Feature columns, separated by commas. Default: every other column with numbers."),
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

    let ofClasses: Option list = [ label; positive; negative ]

    /// Options that say how to read columns, which a file in LIBSVM format has not.
    let ofColumns: Option list = [ label; negative; target; features; dropMissing ]

    let isLibsvm (path: string) =
        [ ".svm"; ".libsvm" ]
        |> List.exists (fun extension -> path.EndsWith(extension, StringComparison.OrdinalIgnoreCase))

    let readLibsvm (path: string) (positive: string | null) =
        let positive =
            match positive with
            | null -> 1.0
            | word ->
                match Double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture) with
                | true, number when Double.IsFinite number -> number
                | _ ->
                    raise (
                        UsageException
                            $"--positive is '{word}'; labels of a file in LIBSVM format are numbers."
                    )

        CsvSample(LibsvmReader.Read(path, positive).ToDataset(), [||], 0, 0)

    let needsData: Option list =
        (match answers with
         | Labels -> ofClasses
         | Targets -> [ target ]
         | LabelsOrTargets -> ofClasses @ [ target ])
        @ [ features; dropMissing ]

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
        | path when isLibsvm path ->
            if answers = Targets then
                raise (
                    UsageException
                        $"'{path}' is in LIBSVM format, whose labels are classes; this needs a CSV file and --target COLUMN."
                )

            match List.tryFind given ofColumns with
            | Some option ->
                raise (
                    UsageException
                        $"{option.Name} says how to read the columns of a CSV file; '{path}' is in LIBSVM format."
                )
            | None -> Some(readLibsvm path (parsed.GetValue positive))
        | path ->
            let chosen =
                match parsed.GetValue features with
                | null -> null
                | names -> names.Split(',', StringSplitOptions.TrimEntries)

            let ofTarget = if answers = Labels then null else parsed.GetValue target

            match ofTarget with
            | null ->
                match parsed.GetValue label, parsed.GetValue positive with
                | null, _ ->
                    raise (
                        UsageException(
                            match answers with
                            | Labels ->
                                $"--data needs --label COLUMN: the column of '{path}' that holds the class."
                            | Targets ->
                                $"--data needs --target COLUMN: the column of '{path}' that is to be fitted."
                            | LabelsOrTargets ->
                                $"--data needs --label COLUMN, the column of '{path}' that holds the class, "
                                + "or --target COLUMN, the numbers that are to be fitted."
                        )
                    )
                | _, null ->
                    raise (
                        UsageException
                            $"--data needs --positive VALUE: the class of '{path}' that means y = +1."
                    )
                | label, positive ->
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
            | target ->
                match List.tryFind given ofClasses with
                | Some option ->
                    raise (
                        UsageException
                            $"--target reads a column of numbers and {option.Name} one of classes: give one or the other."
                    )
                | None ->
                    Some(CsvReader.Read(path, CsvRegression(target, chosen, Flag.isSet dropMissing parsed)))

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

        [ if data.IsRegression then
              $"{data.SampleCount} rows"
          else
              let positive = data.Labels() |> Seq.filter ((=) 1) |> Seq.length
              $"{data.SampleCount} rows ({positive} positive, {data.SampleCount - positive} negative)"
          "features " + String.Join(", ", data.Features)
          if sample.IgnoredColumns.Count > 0 then
              "ignored " + String.Join(", ", sample.IgnoredColumns) + " (no numbers)"
          if sample.OtherRows > 0 then
              $"left out {sample.OtherRows} rows of other classes"
          if sample.DroppedRows > 0 then
              $"dropped {sample.DroppedRows} rows with empty cells" ]
        |> String.concat "; "
