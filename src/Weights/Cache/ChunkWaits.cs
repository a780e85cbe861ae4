namespace OrleansDiffusion.Weights;

/// <summary>Who waits for which chunks of a file. Used under the file's lock; waiters go on elsewhere.</summary>
internal sealed class ChunkWaits
{
    private readonly List<Wait> _waits = [];

    /// <param name="first">The first chunk.</param>
    /// <param name="last">The last one, included.</param>
    /// <param name="there">What is there now.</param>
    public Task Until(int first, int last, ChunkSet there)
    {
        var wait = new Wait(first, last);
        if (wait.IsOver(there)) return Task.CompletedTask;
        _waits.Add(wait);
        return wait.Done.Task;
    }

    public void Tell(ChunkSet there)
    {
        foreach (var over in _waits.Where(wait => wait.IsOver(there)).ToList())
        {
            _waits.Remove(over);
            over.Done.TrySetResult();
        }
    }

    public void Fail(WeightsException why)
    {
        foreach (var wait in _waits) wait.Done.TrySetException(why);
        _waits.Clear();
    }

    private sealed record Wait(int First, int Last)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsOver(ChunkSet there)
        {
            for (var index = First; index <= Last; index++)
            {
                if (!there.Contains(index)) return false;
            }

            return true;
        }
    }
}
