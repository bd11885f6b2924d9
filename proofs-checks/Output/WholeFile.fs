/// Files that are written whole or not at all.
module ImplicitBias.Commands.WholeFile

open System
open System.IO

/// What keeps a path from being written, found before the work whose result it is to hold; None if nothing does.
let obstacle (path: string) : string option =
    let folder = Path.GetDirectoryName(Path.GetFullPath path)

    if Directory.Exists path then
        Some $"'{path}' is a folder; give the name of a file."
    elif not (Directory.Exists folder) then
        Some $"The folder of '{path}' does not exist."
    else
        None

/// Writes a file through a temporary one in the same folder that is renamed at the end: whoever looks finds the old file or
/// the new one, and an exception in `write` leaves neither trace nor part.
let write (path: string) (write: Stream -> unit) : unit =
    let target = Path.GetFullPath path
    let temporary = $"{target}.{Guid.NewGuid():N}.tmp"

    try
        do
            use stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write)
            write stream

        File.Move(temporary, target, overwrite = true)
    with _ ->
        File.Delete temporary
        reraise ()
