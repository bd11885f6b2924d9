namespace ImplicitBias.Numerics.Kernels;

/// <summary>
/// Numbered chunks of one piece of work, shared between the calling thread and helpers of the thread pool. The caller
/// takes chunks as well and never waits for a helper that has not begun one; nothing is allocated.
/// </summary>
/// <remarks>Which thread does a chunk is left to chance, so a chunk must depend on its number alone.</remarks>
internal sealed unsafe class ChunkedPass : IThreadPoolWorkItem
{
    private readonly int chunks;
    private delegate* <object, void*, int, void> work;
    private object? owner;
    private void* context;
    private int claimed;
    private int finished;
    private int helpers;

    /// <summary>For that many chunks.</summary>
    internal ChunkedPass(int chunks)
    {
        this.chunks = chunks;
        claimed = chunks;
    }

    /// <summary>How many chunks there are.</summary>
    internal int Chunks => chunks;

    /// <summary>Does all chunks, on at most that many threads. One caller at a time; a chunk must not throw.</summary>
    internal void Run(int threads, delegate* <object, void*, int, void> work, object owner, void* context)
    {
        this.work = work;
        this.owner = owner;
        this.context = context;
        finished = 0;
        Volatile.Write(ref claimed, 0); // from here on a helper may take a chunk
        while (Volatile.Read(ref helpers) < Math.Min(threads, chunks) - 1)
        {
            Interlocked.Increment(ref helpers);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        TakeChunks();
        var wait = new SpinWait();
        while (Volatile.Read(ref finished) < chunks)
            wait.SpinOnce();
    }

    void IThreadPoolWorkItem.Execute()
    {
        TakeChunks();
        Interlocked.Decrement(ref helpers);
    }

    /// <summary>A helper that comes late finds every chunk claimed, or helps with the next piece of work.</summary>
    private void TakeChunks()
    {
        while (true)
        {
            var chunk = Interlocked.Increment(ref claimed) - 1;
            if (chunk >= chunks)
                return;
            work(owner!, context, chunk);
            Interlocked.Increment(ref finished);
        }
    }
}
