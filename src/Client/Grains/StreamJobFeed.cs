using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Streams;
using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Client.Grains;

/// <summary>A tenant's feed from its Orleans stream, through a bounded buffer that drops the oldest.</summary>
internal sealed class StreamJobFeed(IClusterClient grains) : IJobFeed
{
    private const int WaitingCountMax = 1000;

    public async IAsyncEnumerable<JobFeedItem> WatchAsync(string tenantId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var buffer = Channel.CreateBounded<JobFeedItem>(
            new BoundedChannelOptions(WaitingCountMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        var stream = grains.GetStreamProvider(GrainKeys.StreamProvider).GetStream<JobFeedItem>(StreamId.Create(GrainKeys.JobFeed, tenantId));
        var subscription = await stream.SubscribeAsync((item, _) =>
        {
            buffer.Writer.TryWrite(item);
            return Task.CompletedTask;
        });
        try
        {
            await foreach (var item in buffer.Reader.ReadAllAsync(cancellation)) yield return item;
        }
        finally
        {
            await subscription.UnsubscribeAsync();
        }
    }
}
