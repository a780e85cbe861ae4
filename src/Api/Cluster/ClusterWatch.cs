using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Api.Streaming;
using OrleansDiffusion.Client.Http;

namespace OrleansDiffusion.Api.Cluster;

/// <summary>The cluster at once, and again whenever it changed.</summary>
internal sealed class ClusterWatch(ClusterSnapshots snapshots, TimeProvider time, IOptions<DiffusionApiOptions> options)
{
    /// <summary>Clocks, memory and call counts move all the time: for their sake alone it is sent only every so many intervals.</summary>
    private const int QuietIntervalCountMax = 5;

    public async IAsyncEnumerable<SseMessage> Messages(string tenantId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        byte[] sent = [];
        var quiet = 0;
        while (true)
        {
            var cluster = await snapshots.RecentAsync(tenantId, cancellation);
            var shape = Shape(cluster);
            if (quiet >= QuietIntervalCountMax || !shape.AsSpan().SequenceEqual(sent))
            {
                (sent, quiet) = (shape, 0);
                yield return new SseMessage("cluster", cluster);
            }

            quiet++;
            await Task.Delay(options.Value.ClusterInterval, time, cancellation);
        }
    }

    /// <summary>Everything but what moves all the time.</summary>
    private static byte[] Shape(ClusterBody cluster) => JsonSerializer.SerializeToUtf8Bytes(
        cluster with
        {
            At = default,
            Grains = [],
            Silos = [.. cluster.Silos.Select(silo => silo with { LastSeenAt = default, ProcessBytes = 0 })],
            Pools = [.. cluster.Pools.Select(pool => pool with { DeficitSeconds = 0 })],
        },
        WireJson.Options);
}
