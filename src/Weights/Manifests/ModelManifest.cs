using System.Security.Cryptography;
using System.Text;

namespace OrleansDiffusion.Weights;

/// <summary>One file of a model.</summary>
/// <param name="Path">Within the model's folder, with forward slashes.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
public sealed record ManifestFile(string Path, long Bytes, string Sha256);

/// <summary>
/// What a model is, byte for byte: its files in order, each with its hash. Two folders with the same manifest are the
/// same model, wherever they lie; README, licences and pictures beside the model do not count.
/// </summary>
public sealed class ModelManifest
{
    /// <summary>Of the digest, in <see cref="Version"/>.</summary>
    public const int ShortVersionDigits = 12;

    private const int HashBufferBytes = 1 << 20;

    public ModelManifest(IEnumerable<ManifestFile> files)
    {
        Files = [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
        Digest = DigestOf(Files);
    }

    /// <summary>By path, in ordinal order.</summary>
    public IReadOnlyList<ManifestFile> Files { get; }

    /// <summary>SHA-256 of the list, 64 lower-case hexadecimal digits: the model's full version.</summary>
    public string Digest { get; }

    /// <summary>The first 12 digits of <see cref="Digest"/>: the version that people read and write.</summary>
    public string Version => Digest[..ShortVersionDigits];

    public long TotalBytes => Files.Sum(file => file.Bytes);

    /// <summary>Hashes every file of a model as a stream: about a second per gigabyte, one megabyte of memory.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="hashed">Told the bytes hashed so far, of all files; after each megabyte.</param>
    /// <param name="cancellation">Stops between two megabytes.</param>
    /// <exception cref="IOException">A file could not be read.</exception>
    public static async Task<ModelManifest> Read(string folder, Action<long>? hashed = null, CancellationToken cancellation = default)
    {
        var files = new List<ManifestFile>();
        var doneBytes = 0L;
        foreach (var path in ModelLayout.FilesOf(folder))
        {
            var (bytes, sha256) = await Hash(Path.Combine(folder, path), count => hashed?.Invoke(doneBytes + count), cancellation);
            doneBytes += bytes;
            files.Add(new ManifestFile(path, bytes, sha256));
        }

        return new ModelManifest(files);
    }

    private static async Task<(long Bytes, string Sha256)> Hash(string path, Action<long> hashed, CancellationToken cancellation)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        const FileOptions options = FileOptions.SequentialScan | FileOptions.Asynchronous;
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, options);
        var buffer = new byte[HashBufferBytes];
        var bytes = 0L;
        for (int read; (read = await file.ReadAsync(buffer, cancellation)) > 0;)
        {
            sha.AppendData(buffer, 0, read);
            bytes += read;
            hashed(bytes);
        }

        return (bytes, Convert.ToHexStringLower(sha.GetHashAndReset()));
    }

    // A path holds no line break (see ModelLayout), so no two lists have the same text.
    private static string DigestOf(IEnumerable<ManifestFile> files)
    {
        var text = string.Concat(files.Select(file => $"{file.Sha256} {file.Bytes} {file.Path}\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
