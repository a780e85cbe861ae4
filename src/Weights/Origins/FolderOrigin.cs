namespace OrleansDiffusion.Weights;

/// <summary>A model folder that this machine sees, perhaps over a network.</summary>
public sealed class FolderOrigin(string folder) : IWeightsOrigin
{
    public string Name => folder;

    public async Task Read(string path, long offset, Memory<byte> into, CancellationToken cancellation)
    {
        try
        {
            using var file = File.OpenHandle(Path.Combine(folder, path), FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.Asynchronous);
            for (var read = 0; read < into.Length;)
            {
                var count = await RandomAccess.ReadAsync(file, into[read..], offset + read, cancellation);
                if (count == 0) throw new EndOfStreamException($"it ends after {offset + read} bytes.");
                read += count;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException(WeightsError.OriginFailed, $"{Path.Combine(folder, path)} cannot be read: {error.Message}", error);
        }
    }
}
