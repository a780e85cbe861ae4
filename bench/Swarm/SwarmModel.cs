using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Bench.Swarm;

/// <summary>A model folder of made-up bytes, cut as a real one: an eighth each for text encoder and decoder, the rest for the UNet.</summary>
internal sealed record SwarmModel(string Folder, ChunkManifest Manifest)
{
    private const int PieceBytes = 1 << 20;

    public static async Task<SwarmModel> Create(string folder, long bytes, CancellationToken cancellation)
    {
        var random = new Random(7);
        foreach (var (path, length) in new[]
        {
            ("model_index.json", 100), ("text_encoder/model.onnx", bytes / 8), ("unet/model.onnx", bytes * 6 / 8),
            ("vae_decoder/model.onnx", bytes / 8),
        }) await Write(Path.Combine(folder, path), length, random, cancellation);
        return new SwarmModel(folder, await ChunkedFolder.Read(folder, cancellation: cancellation));
    }

    private static async Task Write(string path, long bytes, Random random, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var file = File.Create(path);
        var piece = new byte[PieceBytes];
        for (var left = bytes; left > 0; left -= piece.Length)
        {
            random.NextBytes(piece);
            await file.WriteAsync(piece.AsMemory(0, (int)Math.Min(piece.Length, left)), cancellation);
        }
    }
}
