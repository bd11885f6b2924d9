/// Finds every theorem.
module ImplicitBias.Theory.Catalogue

open System.Reflection
open System.Text.RegularExpressions

let private kebab name =
    Regex.Replace(name, "(?<=[a-z0-9])(?=[A-Z])", "-").ToLowerInvariant()

/// A theorem file, and its theorem unless building it failed.
type Entry =
    {
        /// Name of the module, which is the name of the file.
        Module: string
        /// Kebab-case of the folder of the file: linear-classification.
        Setting: string
        Theorem: Result<Theorem, string>
    }

    /// The theorem's id; where building it failed, the one its file name says.
    member entry.Id =
        match entry.Theorem with
        | Ok theorem -> theorem.Id
        | Error _ -> kebab entry.Module

let private theory = Assembly.GetExecutingAssembly()

/// The folder of every theorem file, by the name of the file.
let private folders =
    theory.GetManifestResourceNames()
    |> Seq.map (fun path -> path.Split('/', '\\'))
    |> Seq.filter (fun path -> path.Length > 1)
    |> Seq.map (fun path -> Array.last path, path[path.Length - 2])
    |> Map.ofSeq

let private settingOf (file: System.Type) =
    folders |> Map.tryFind file.Name |> Option.map kebab |> Option.defaultValue ""

/// Every public `theorem` value of this assembly, ordered by module. A new theorem needs no entry anywhere.
let entries: Entry list =
    theory.GetExportedTypes()
    |> Seq.choose (fun file ->
        match file.GetProperty("theorem", BindingFlags.Static ||| BindingFlags.Public) with
        | null -> None
        | property when property.PropertyType <> typeof<Theorem> -> None
        | property ->
            let theorem =
                try
                    match property.GetValue null with
                    | :? Theorem as theorem -> Ok theorem
                    | _ -> Error "its value is missing"
                with error ->
                    Error (error.GetBaseException()).Message

            Some { Module = file.Name; Setting = settingOf file; Theorem = theorem })
    |> Seq.sortBy _.Module
    |> List.ofSeq

/// The theorems that could be built, ordered by id.
let theorems: Theorem list =
    entries
    |> List.choose (fun entry -> Result.toOption entry.Theorem)
    |> List.sortBy _.Id
