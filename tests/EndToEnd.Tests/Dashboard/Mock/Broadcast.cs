using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard.Mock;

internal sealed record SseEvent(string Name, object Data);

/// <summary>One stream of server-sent events with any number of listeners.</summary>
internal sealed class Broadcast
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<Channel<SseEvent>> _listeners = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];

    public void Send(SseEvent item)
    {
        lock (_gate) _listeners.ForEach(listener => listener.Writer.TryWrite(item));
    }

    /// <summary>Ends every open stream, as a server that restarts does.</summary>
    public void DropAll()
    {
        lock (_gate) _listeners.ForEach(listener => listener.Writer.TryComplete());
    }

    /// <summary>Completes as soon as exactly this many listen.</summary>
    /// <exception cref="TimeoutException">It does not come to that.</exception>
    public Task WhenListenersAsync(int count)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate) _waiters.Add((count, reached));
        Change(null, null);
        return reached.Task.WaitAsync(Patience);
    }

    /// <summary>Serves one listener until it goes, the stream is dropped, or <paramref name="last"/> says that it ended.</summary>
    public async Task ServeAsync(HttpContext context, Func<SseEvent?> first, Func<SseEvent, bool> last)
    {
        var channel = Channel.CreateUnbounded<SseEvent>();
        Change(joins: channel, leaves: null);
        try
        {
            context.Response.ContentType = "text/event-stream";
            var opening = first();
            await WriteAsync(context, opening);
            if (opening is not null && last(opening)) return;
            await foreach (var item in channel.Reader.ReadAllAsync(context.RequestAborted))
            {
                await WriteAsync(context, item);
                if (last(item)) return;
            }
        }
        catch (OperationCanceledException)
        {
            // The listener left: that is how these streams end.
        }
        finally
        {
            Change(joins: null, leaves: channel);
        }
    }

    private void Change(Channel<SseEvent>? joins, Channel<SseEvent>? leaves)
    {
        lock (_gate)
        {
            if (joins is not null) _listeners.Add(joins);
            if (leaves is not null) _listeners.Remove(leaves);
            foreach (var (count, reached) in _waiters)
            {
                if (count == _listeners.Count) reached.TrySetResult();
            }
        }
    }

    private static async Task WriteAsync(HttpContext context, SseEvent? item)
    {
        var text = item is null ? ": hello\n\n" : $"event: {item.Name}\ndata: {Wire.Write(item.Data)}\n\n";
        await context.Response.WriteAsync(text, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
