using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using OrleansDiffusion.Client.Http;

namespace OrleansDiffusion.Api.Streaming;

/// <summary>Writes events as they come, each flushed at once, and a comment into every long silence.</summary>
internal sealed class SseRelay(PipeWriter output, TimeProvider time, TimeSpan keepAlive)
{
    public async Task SendAsync(IAsyncEnumerable<SseMessage> source, CancellationTokenSource life)
    {
        var messages = source.GetAsyncEnumerator(life.Token);
        var next = messages.MoveNextAsync().AsTask();
        try
        {
            while (await HasNextAsync(next, life.Token))
            {
                await WriteAsync(messages.Current, life.Token);
                next = messages.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // An enumerator must not be disposed in the middle of a step.
            if (!next.IsCompleted) await life.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await messages.DisposeAsync();
        }
    }

    private async Task<bool> HasNextAsync(Task<bool> next, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await next.WaitAsync(keepAlive, time, cancellation);
            }
            catch (TimeoutException) when (!next.IsCompleted)
            {
                output.Write(": keepalive\n\n"u8);
                await output.FlushAsync(cancellation);
            }
        }
    }

    public async Task WriteAsync(SseMessage message, CancellationToken cancellation)
    {
        if (message.Id is { } id) output.Write(Encoding.UTF8.GetBytes($"id: {id}\n"));
        output.Write(Encoding.UTF8.GetBytes($"event: {message.Event}\ndata: "));
        output.Write(JsonSerializer.SerializeToUtf8Bytes(message.Data, message.Data.GetType(), WireJson.Options));
        output.Write("\n\n"u8);
        await output.FlushAsync(cancellation);
    }
}
