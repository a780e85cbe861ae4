using System.Runtime.CompilerServices;
using System.Threading.Channels;
using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Those who watch a job. Each has a bounded buffer: who reads slowly loses the oldest events, never the newest, and so
/// never the final one.
/// </summary>
internal sealed class JobWatchers(int eventCountMax)
{
    private readonly HashSet<Channel<JobEvent>> _buffers = [];

    public int Count => _buffers.Count;

    public void Tell(JobEvent happened)
    {
        foreach (var buffer in _buffers)
        {
            buffer.Writer.TryWrite(happened);
            if (happened.Kind == JobEventKind.Done) buffer.Writer.TryComplete();
        }
    }

    /// <summary>What happens from now on, up to the final event.</summary>
    public JobWatch Open()
    {
        var buffer = Channel.CreateBounded<JobEvent>(
            new BoundedChannelOptions(eventCountMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        _buffers.Add(buffer);
        return new JobWatch(buffer, () => _buffers.Remove(buffer));
    }
}

/// <summary>One watcher's buffer; disposing it ends the watch.</summary>
internal sealed class JobWatch(Channel<JobEvent> events, Action close) : IDisposable
{
    /// <summary>Stays on the reader's turns; the channel's own ReadAllAsync goes by way of the thread pool.</summary>
    public async IAsyncEnumerable<JobEvent> ReadAll([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await events.Reader.WaitToReadAsync(cancellation))
            while (events.Reader.TryRead(out var happened)) yield return happened;
    }

    /// <summary>Lets the reader have what is there, and no more. May be called on any thread.</summary>
    public void End() => events.Writer.TryComplete();

    public void Dispose() => close();
}
