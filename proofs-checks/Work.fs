/// Long work: in parallel, with progress, and left behind at once when the user asks to stop.
module ImplicitBias.Commands.Work

open System.Collections.Concurrent
open System.Threading
open System.Threading.Tasks

/// The result of work that is done on another thread, which is abandoned on cancellation: the process is about to end, and
/// nothing abandoned may have written anything.
/// Raises OperationCanceledException on cancellation, and what the work raises.
let abandonable (cancellation: CancellationToken) (work: unit -> 'a) : 'a =
    Task.Run<'a>(work).WaitAsync(cancellation).GetAwaiter().GetResult()

/// The results of named pieces of work, in the order of the pieces, however many threads share them.
let inParallel (threads: int) (cancellation: CancellationToken) (pieces: (string * (unit -> 'a)) array) =
    let results: 'a array = Array.zeroCreate pieces.Length
    let mutable finished = 0
    let mutable current = ""

    use _ =
        new Screen.Progress(fun () -> $"{Volatile.Read &finished} of {pieces.Length} done; {current}")

    let piece index =
        let name, work = pieces[index]
        current <- name
        results[index] <- work ()
        Interlocked.Increment &finished |> ignore

    // One index at a time: pieces differ a thousandfold in cost, and the order keeps the first ones first.
    let indices =
        Partitioner.Create(Seq.init pieces.Length id, EnumerablePartitionerOptions.NoBuffering)

    let options =
        ParallelOptions(MaxDegreeOfParallelism = threads, CancellationToken = cancellation)

    abandonable cancellation (fun () -> Parallel.ForEach(indices, options, piece) |> ignore)
    results
