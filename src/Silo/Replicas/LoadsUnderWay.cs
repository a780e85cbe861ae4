namespace OrleansDiffusion.Silo.Replicas;

/// <summary>Whether a model is being loaded on this silo: what is only for later waits meanwhile.</summary>
internal sealed class LoadsUnderWay : IDisposable
{
    private readonly Lock _lock = new();
    private int _count;
    private TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource _next = new();

    /// <summary>Until the result is disposed.</summary>
    public IDisposable Begin()
    {
        lock (_lock)
        {
            if (_count++ == 0) _ = _next.CancelAsync();
            return new Load(this);
        }
    }

    /// <summary>Ends when none is under way.</summary>
    /// <returns>Cancelled as soon as the next one begins.</returns>
    public async Task<CancellationToken> WhenNone(CancellationToken cancellation)
    {
        while (true)
        {
            Task ended;
            lock (_lock)
            {
                if (_count == 0) return _next.Token;
                ended = _ended.Task;
            }

            await ended.WaitAsync(cancellation);
        }
    }

    public void Dispose() => _next.Dispose();

    private void End()
    {
        lock (_lock)
        {
            if (--_count > 0) return;
            _next = new CancellationTokenSource();
            _ended.SetResult();
            _ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private sealed class Load(LoadsUnderWay loads) : IDisposable
    {
        private LoadsUnderWay? _loads = loads;

        public void Dispose() => Interlocked.Exchange(ref _loads, null)?.End();
    }
}
