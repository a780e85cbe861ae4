using System.Security.Cryptography;

namespace OrleansDiffusion.Weights;

/// <summary>
/// A model as its files and their chunks. Beside <see cref="ModelManifest"/>, which says what a model is, this one says how
/// it travels: each chunk can be fetched from anywhere and judged alone. Immutable; always valid.
/// </summary>
public sealed class ChunkManifest
{
    /// <summary>
    /// 8 MiB: 8 ms on a 10 Gbit/s line and 8 ms of SHA-256, so that the round trip of a request (well under 1 ms) is small
    /// beside it; and a model of 2 GiB is 256 pieces, enough for many nodes to begin at different places.
    /// </summary>
    public const int DefaultChunkBytes = 8 << 20;

    private readonly Dictionary<string, IReadOnlyList<Chunk>> _chunksByContent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ChunkedFile> _filesByPath;
    private readonly byte[] _json;

    /// <exception cref="WeightsException">The files contradict themselves; the message names every problem.</exception>
    public ChunkManifest(int chunkBytes, IEnumerable<ChunkedFile> files)
    {
        ChunkedFile[] given = [.. files];
        ManifestProblems.ThrowIfAny(chunkBytes, given);
        ChunkBytes = chunkBytes;
        Files = [.. given.OrderBy(file => file.Path, StringComparer.Ordinal)];
        Model = new ModelManifest(Files.Select(file => new ManifestFile(file.Path, file.Bytes, file.Sha256)));
        Contents = [.. Files.DistinctBy(file => file.Sha256)];
        Chunks = [.. Number()];
        _filesByPath = Files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        _json = ChunkManifestJson.Write(this);
        Digest = Convert.ToHexStringLower(SHA256.HashData(_json));
    }

    /// <summary>Length of every chunk but the last of each file.</summary>
    public int ChunkBytes { get; }

    /// <summary>By path, in ordinal order.</summary>
    public IReadOnlyList<ChunkedFile> Files { get; }

    /// <summary>The files without those whose content an earlier one has.</summary>
    public IReadOnlyList<ChunkedFile> Contents { get; }

    /// <summary>Every chunk of <see cref="Contents"/>, by <see cref="Chunk.Number"/>.</summary>
    public IReadOnlyList<Chunk> Chunks { get; }

    /// <summary>The same files without chunks; its digest is the model's version.</summary>
    public ModelManifest Model { get; }

    /// <summary>SHA-256 of <see cref="ToJson"/>: this manifest's identity, 64 lower-case hexadecimal digits.</summary>
    public string Digest { get; }

    /// <summary>What a cache must have room for.</summary>
    public long ContentBytes => Contents.Sum(file => file.Bytes);

    /// <summary>The canonical form: the same manifest always gives the same bytes.</summary>
    public ReadOnlyMemory<byte> ToJson() => _json;

    /// <param name="json">From a file, a peer or a store.</param>
    /// <param name="digest">What it must be, or null if whatever it is will do.</param>
    /// <exception cref="WeightsException">It is not a manifest, or not this one; the message says why.</exception>
    public static ChunkManifest Parse(ReadOnlyMemory<byte> json, string? digest = null)
    {
        var manifest = ChunkManifestJson.Read(json);
        if (digest is null || manifest.Digest == digest) return manifest;
        throw new WeightsException(WeightsError.ManifestInvalid, $"The manifest's digest is {manifest.Digest}, not {digest}.");
    }

    /// <returns>Null if the model has no such file.</returns>
    public ChunkedFile? Find(string path) => _filesByPath.GetValueOrDefault(path);

    /// <summary>The chunks of one content, in order.</summary>
    public IReadOnlyList<Chunk> ChunksOf(ChunkedFile file) => _chunksByContent[file.Sha256];

    /// <summary>How many chunks a file of this length has.</summary>
    public static long CountOf(long bytes, int chunkBytes) => (bytes + chunkBytes - 1) / chunkBytes;

    private IEnumerable<Chunk> Number()
    {
        var number = 0;
        foreach (var file in Contents)
        {
            var chunks = new Chunk[file.Chunks.Count];
            for (var index = 0; index < chunks.Length; index++, number++)
            {
                var offset = (long)index * ChunkBytes;
                chunks[index] = new Chunk(number, file, index, offset, (int)Math.Min(ChunkBytes, file.Bytes - offset));
            }

            _chunksByContent[file.Sha256] = chunks;
            foreach (var chunk in chunks) yield return chunk;
        }
    }
}
