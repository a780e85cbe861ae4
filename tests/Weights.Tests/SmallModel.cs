using System.Security.Cryptography;

namespace OrleansDiffusion.Weights.Tests;

/// <summary>A model of made-up bytes in chunks of 1 KiB.</summary>
internal sealed class SmallModel
{
    public const int ChunkBytes = 1024;

    private readonly Dictionary<string, byte[]> _files;

    private SmallModel(Dictionary<string, byte[]> files)
    {
        _files = files;
        Manifest = new ChunkManifest(ChunkBytes, files.Select(file => Cut(file.Key, file.Value)));
    }

    public ChunkManifest Manifest { get; }

    /// <param name="seed">Other seeds, other bytes.</param>
    /// <param name="files">Path and length.</param>
    public static SmallModel Of(int seed, params (string Path, int Bytes)[] files)
    {
        var random = new Random(seed);
        return new SmallModel(files.ToDictionary(file => file.Path, file =>
        {
            var bytes = new byte[file.Bytes];
            random.NextBytes(bytes);
            return bytes;
        }));
    }

    /// <summary>20 chunks in three files, one of them empty.</summary>
    public static SmallModel Usual(int seed = 1) =>
        Of(seed, ("model_index.json", 0), ("text_encoder/model.onnx", 3 * ChunkBytes + 100), ("unet/model.onnx", 16 * ChunkBytes));

    public static SmallModel With(params (string Path, byte[] Bytes)[] files) => new(files.ToDictionary(file => file.Path, file => file.Bytes));

    public byte[] BytesOf(string path) => _files[path];

    public ReadOnlySpan<byte> BytesOf(Chunk chunk) => _files[chunk.File.Path].AsSpan((int)chunk.Offset, chunk.Bytes);

    public void WriteTo(string folder)
    {
        foreach (var (path, bytes) in _files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
            File.WriteAllBytes(Path.Combine(folder, path), bytes);
        }
    }

    public void PutAll(ModelLease lease)
    {
        foreach (var chunk in Manifest.Chunks) Assert.True(lease.Put(chunk, BytesOf(chunk)));
    }

    public void AssertSame(string folder)
    {
        foreach (var (path, bytes) in _files) Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(folder, path)));
    }

    public static ChunkedFile Cut(string path, byte[] bytes) =>
        new(path, bytes.Length, Hash(bytes), [.. bytes.Chunk(ChunkBytes).Select(chunk => Hash(chunk))]);

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
