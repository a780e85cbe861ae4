using Microsoft.Extensions.Logging;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Silo.Peers;

/// <summary>What happens to weights, as metrics and as lines of the log.</summary>
internal sealed partial class WeightsJournal(ILogger<WeightsJournal> log) : IWeightsObserver
{
    public void Seen(WeightsEvent what)
    {
        Count(what);
        switch (what)
        {
            case FetchEnded ended:
                var progress = ended.Progress;
                Log.Fetched(
                    log, ended.ManifestDigest, progress.ArrivedBytes, progress.TotalBytes, progress.Elapsed.TotalSeconds, progress.CacheBytes,
                    progress.PeerBytes, progress.OriginBytes, ended.Error ?? "complete");
                break;
            case PeerDropped dropped: Log.PeerDropped(log, dropped.Peer, dropped.ManifestDigest, dropped.Fault, dropped.Message); break;
            case OriginFault fault: Log.OriginFault(log, fault.ManifestDigest, fault.Chunk.File.Path, fault.Message); break;
            case TrackerFault fault: Log.TrackerFault(log, fault.Message); break;
            case CorruptChunkFound corrupt: Log.Corrupt(log, corrupt.Index, corrupt.FileSha256); break;
            case ChunkNotStored lost: Log.NotStored(log, lost.Index, lost.FileSha256, lost.Message); break;
            case ModelEvicted evicted: Log.Evicted(log, evicted.ManifestDigest, evicted.Bytes); break;
            case CacheNote note: Log.Note(log, note.Name, note.Message); break;
        }
    }

    private static void Count(WeightsEvent what)
    {
        switch (what)
        {
            case ChunkFetched chunk: DiffusionMeter.WeightsArrived(chunk.Source == ChunkSource.Peer ? "peer" : "origin", chunk.Chunk.Bytes); break;
            case FetchEnded { Progress.CacheBytes: > 0 } ended: DiffusionMeter.WeightsArrived("cache", ended.Progress.CacheBytes); break;
            case PeerDropped dropped: DiffusionMeter.PeerDropped(dropped.Fault == PeerFault.Corrupt ? "corrupt" : "silent"); break;
            case CorruptChunkFound: DiffusionMeter.CorruptChunkFound(); break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            1061, LogLevel.Information,
            "Weights {Digest}: {Arrived} of {Total} bytes in {Seconds} s ({Cache} here, {Peers} from silos, {Origin} from the origin): {Ending}")]
        public static partial void Fetched(
            ILogger log, string digest, long arrived, long total, double seconds, long cache, long peers, long origin, string ending);

        [LoggerMessage(1062, LogLevel.Warning, "{Silo} is asked for no more chunks of {Digest} ({Fault}): {Message}")]
        public static partial void PeerDropped(ILogger log, string silo, string digest, PeerFault fault, string message);

        [LoggerMessage(1063, LogLevel.Warning, "The origin of {Digest} did not give a chunk of {File}: {Message}")]
        public static partial void OriginFault(ILogger log, string digest, string file, string message);

        [LoggerMessage(1064, LogLevel.Debug, "The tracker of weights did not answer: {Message}")]
        public static partial void TrackerFault(ILogger log, string message);

        [LoggerMessage(1065, LogLevel.Warning, "Chunk {Index} of {File} in the weights cache no longer matches its hash; it is fetched again")]
        public static partial void Corrupt(ILogger log, int index, string file);

        [LoggerMessage(1066, LogLevel.Warning, "Chunk {Index} of {File} could not be stored in the weights cache: {Message}")]
        public static partial void NotStored(ILogger log, int index, string file, string message);

        [LoggerMessage(1067, LogLevel.Information, "Weights {Digest} ({Bytes} bytes) left the cache to make room")]
        public static partial void Evicted(ILogger log, string digest, long bytes);

        [LoggerMessage(1068, LogLevel.Information, "Weights cache, {Name}: {Message}")]
        public static partial void Note(ILogger log, string name, string message);
    }
}
