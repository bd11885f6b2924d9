/// What every solve command does: read the sample, solve while the screen says so, and print the answer.
module internal ImplicitBias.Commands.Solving

open ImplicitBias.Numerics

/// The sample that the options name.
/// Raises UsageException and DataException as DataOptions does.
let read (data: DataOptions) (session: Session) : CsvSample =
    match data.TryReadWithBias session.Parsed with
    | Some sample -> sample
    | None -> raise (UsageException "This needs --data FILE.")

/// The result of solving something on a sample; left behind on cancellation.
let solve (session: Session) (sample: CsvSample) (work: unit -> 'answer) : 'answer =
    use _ = new Screen.Progress(fun () -> $"solving {sample.Dataset.Name}")
    Work.abandonable session.Cancellation work

/// The answer as JSON, or what was read and the answer in words.
let print
    (session: Session)
    (sample: CsvSample)
    (json: Dataset -> 'answer -> Json)
    (words: Dataset -> 'answer -> unit)
    (answer: 'answer)
    : unit =
    let data = sample.Dataset

    if session.Json then
        Screen.json (json data answer)
    else
        Screen.line (Screen.plain $"{data.Name}: {DataOptions.describe sample}")
        words data answer
