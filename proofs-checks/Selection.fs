/// Which theorems a word on the command line means.
module ImplicitBias.Commands.Selection

open System
open ImplicitBias.Theory

/// Every theorem, by setting and then by id.
let all: Catalogue.Entry list =
    Catalogue.entries |> List.sortBy (fun entry -> entry.Setting, entry.Id)

/// Levenshtein distance: the number of single-character edits between two words.
let private distance (a: string) (b: string) =
    let next (previous: int array) (i: int) =
        (i + 1, Seq.indexed b)
        ||> Seq.scan (fun left (j, letter) ->
            let substituted = previous[j] + (if a[i] = letter then 0 else 1)
            min substituted (1 + min left previous[j + 1]))
        |> Array.ofSeq

    Array.last (Seq.fold next [| 0 .. b.Length |] (seq { 0 .. a.Length - 1 }))

/// A sentence that names the known word nearest to a wrong one, or lists them all if none is near.
let suggest (wrong: string) (known: string list) : string =
    let lower (word: string) = word.ToLowerInvariant()
    let near = known |> List.sortBy (fun word -> distance (lower wrong) (lower word))

    match near with
    | nearest :: _ when
        distance (lower wrong) (lower nearest) <= 1 + wrong.Length / 3
        || (lower nearest).Contains(lower wrong)
        ->
        $"Did you mean '{nearest}'?"
    | _ -> "There are: " + String.Join(", ", known) + "."

let private unknown kind word known =
    raise (UsageException $"There is no {kind} '{word}'. {suggest word known} See 'implicit-bias list'.")

let private ids = all |> List.map _.Id

let private settings = all |> List.map _.Setting |> List.distinct

/// The theorems that ids and settings name, each once; all of them for no word.
/// Raises UsageException on a word that is neither.
let ofWords (words: string list) : Catalogue.Entry list =
    for word in words do
        if
            not (List.exists (fun (entry: Catalogue.Entry) -> entry.Id = word || entry.Setting = word) all)
        then
            unknown "theorem or setting" word (ids @ settings)

    all
    |> List.filter (fun entry ->
        words.IsEmpty
        || List.contains entry.Id words
        || List.contains entry.Setting words)

/// The theorem with this id.
/// Raises UsageException if there is none, or if it could not be built.
let theorem (id: string) : Theorem =
    match all |> List.tryFind (fun entry -> entry.Id = id) with
    | None -> unknown "theorem" id ids
    | Some { Theorem = Ok theorem } -> theorem
    | Some { Theorem = Error reason } ->
        raise (UsageException $"The theorem '{id}' could not be built: {reason}")
