namespace OrleansDiffusion.Weights;

/// <summary>Gives up on a peer that says nothing for a while.</summary>
internal sealed class Stall : IDisposable
{
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _both;

    public Stall(TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        (_patience, _silence) = (patience, new CancellationTokenSource(patience, time));
        _both = CancellationTokenSource.CreateLinkedTokenSource(_silence.Token, cancellation);
    }

    /// <summary>It just said something, and has the whole time again.</summary>
    public CancellationToken Alive()
    {
        _silence.CancelAfter(_patience);
        return _both.Token;
    }

    public void Dispose()
    {
        _both.Dispose();
        _silence.Dispose();
    }
}
