using System.Collections.Concurrent;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Silo.Peers;

/// <param name="Name">VERSION-cpu.</param>
/// <param name="Manifest">Of its chunks.</param>
/// <param name="IsWhole">Whether all of them are here.</param>
internal sealed record HeldImport(string Name, ChunkManifest Manifest, bool IsWhole);

/// <summary>Which imports lie in this silo's cache, whole or in part, by their names. Read from the cache itself, so that it outlives the process.</summary>
internal sealed class ImportShelf(NodeWeights weights)
{
    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<HeldImport> _held = [];

    /// <summary>As of the last look, each name once.</summary>
    public IReadOnlyList<HeldImport> Held => _held;

    public HeldImport? Find(string name) => Look().FirstOrDefault(held => held.Name == name);

    /// <summary>Of models whose import.json is here: before that nobody knows what they are.</summary>
    public IReadOnlyList<HeldImport> Look()
    {
        var held = new List<HeldImport>();
        foreach (var entry in weights.Cache.Models)
        {
            if (!_names.TryGetValue(entry.ManifestDigest, out var name))
            {
                if (ImportRecord.Read(entry.Folder) is not { } record) continue;
                _names[entry.ManifestDigest] = name = record.FolderName();
            }

            held.Add(new HeldImport(name, entry.Manifest, entry.Have.IsFull));
        }

        _held = [.. held.OrderByDescending(one => one.IsWhole).DistinctBy(one => one.Name)];
        return held;
    }
}
