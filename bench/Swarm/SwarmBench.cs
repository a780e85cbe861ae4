using System.Diagnostics;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Bench.Swarm;

/// <param name="SiloCount">Nodes that begin together.</param>
/// <param name="ModelBytes">Of the made-up model.</param>
/// <param name="OriginBytesPerSecond">What the origin gives, to all nodes together.</param>
public sealed record SwarmShape(int SiloCount, long ModelBytes, long OriginBytesPerSecond);

/// <summary>Nodes in one process, each with its own folder and port, that start the same model at once from a slow origin.</summary>
public static class SwarmBench
{
    private const double Mebi = 1 << 20;

    public static async Task<IReadOnlyList<Figure>> Run(SwarmShape shape, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("od-bench-");
        try
        {
            var model = await SwarmModel.Create(Path.Combine(folder.FullName, "model"), shape.ModelBytes, cancellation);
            await using var origin = await SlowOrigin.Start(model.Folder, shape.OriginBytesPerSecond);
            var one = await Start(1, folder.CreateSubdirectory("one"), model, origin, cancellation);
            var all = await Start(shape.SiloCount, folder.CreateSubdirectory("all"), model, origin, cancellation);
            var line = await ChunkLine.Measure(folder.CreateSubdirectory("line"), model, cancellation);
            return [.. Of(shape, one, all), .. line];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<Figure> Of(SwarmShape shape, SwarmTimes one, SwarmTimes all)
    {
        var sent = all.Progress.Sum(progress => progress.PeerBytes + progress.OriginBytes);
        return
        [
            new("swarm_origin_bytes_ratio", all.OriginBytes / (double)all.ModelBytes, $"read by {shape.SiloCount} nodes, over the model", BudgetMax: 1.3),
            new("swarm_time_ratio", all.Seconds / one.Seconds, $"all {shape.SiloCount} nodes ready, over one node alone"),
            new("swarm_one_node_s", one.Seconds, $"one node alone, {shape.ModelBytes / Mebi:0} MiB at {shape.OriginBytesPerSecond / Mebi:0} MiB/s"),
            new("swarm_all_nodes_s", all.Seconds, $"{shape.SiloCount} nodes that began together, until the last is ready"),
            new("swarm_peer_share_ratio", all.Progress.Sum(progress => progress.PeerBytes) / (double)sent, "of all bytes, what peers gave"),
            new("swarm_origin_chunk_count", all.Progress.Sum(progress => progress.OriginChunkCount), "chunks from the origin, all nodes"),
            new("swarm_peer_chunk_count", all.Progress.Sum(progress => progress.PeerChunkCount), "chunks from peers, all nodes"),
        ];
    }

    private static async Task<SwarmTimes> Start(
        int count, DirectoryInfo folder, SwarmModel model, SlowOrigin origin, CancellationToken cancellation)
    {
        var tracker = new MemoryTracker(TimeProvider.System);
        var nodes = new List<SwarmNode>();
        try
        {
            foreach (var name in Enumerable.Range(0, count).Select(node => $"node{node}"))
                nodes.Add(await SwarmNode.Start(name, folder.CreateSubdirectory(name), tracker));
            var before = origin.SentBytes;
            var began = Stopwatch.GetTimestamp();
            var fetches = await Task.WhenAll(nodes.Select(node => node.Weights.Open(model.Manifest, origin.Reader, cancellation)));
            await Task.WhenAll(fetches.Select(fetch => fetch.WhenComplete(cancellation)));
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            return new SwarmTimes(seconds, origin.SentBytes - before, model.Manifest.ContentBytes, [.. fetches.Select(fetch => fetch.Progress)]);
        }
        finally
        {
            foreach (var node in nodes) await node.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    private sealed record SwarmTimes(double Seconds, long OriginBytes, long ModelBytes, IReadOnlyList<FetchProgress> Progress);
}
