using System.Collections.Concurrent;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Silo.Peers;

/// <summary>Which imports lie in this silo's cache, whole or in part, by their names. Read from the cache itself, so that it outlives the process.</summary>
internal sealed class ImportShelf(NodeWeights weights) : IHeldWeights
{
    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);
    private volatile string[] _versions = [];

    /// <summary>As of the last look.</summary>
    public IReadOnlyList<string> Versions => _versions;

    public ChunkManifest? Find(string name) => Look().FirstOrDefault(held => held.Name == name).Manifest;

    /// <summary>Of models whose import.json is here: before that nobody knows what they are.</summary>
    public IReadOnlyList<(string Name, ChunkManifest Manifest)> Look()
    {
        var held = new List<(string Name, ChunkManifest Manifest)>();
        foreach (var entry in weights.Cache.Models)
        {
            if (!_names.TryGetValue(entry.ManifestDigest, out var name))
            {
                if (ImportRecord.Read(entry.Folder) is not { } record) continue;
                _names[entry.ManifestDigest] = name = record.FolderName();
            }

            held.Add((name, entry.Manifest));
        }

        _versions = [.. held.Select(one => one.Name[..one.Name.LastIndexOf('-')]).Distinct()];
        return held;
    }
}
