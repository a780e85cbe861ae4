namespace OrleansDiffusion.Weights;

/// <summary>Everything that is wrong with a manifest, at once.</summary>
internal static class ManifestProblems
{
    public const int ChunkBytesMin = 1 << 10;
    public const int ChunkBytesMax = 64 << 20;
    public const int FileCountMax = 10_000;
    public const long FileBytesMax = 1L << 44;

    private const int ToldMax = 10;

    public static void ThrowIfAny(int chunkBytes, IReadOnlyList<ChunkedFile> files)
    {
        var problems = Find(chunkBytes, files).Take(ToldMax).ToList();
        if (problems.Count == 0) return;
        throw new WeightsException(WeightsError.ManifestInvalid, $"The manifest is not valid: {string.Join(' ', problems)}");
    }

    private static IEnumerable<string> Find(int chunkBytes, IReadOnlyList<ChunkedFile> files)
    {
        if (chunkBytes is < ChunkBytesMin or > ChunkBytesMax)
        {
            yield return $"Chunks of {chunkBytes} bytes are not between {ChunkBytesMin} and {ChunkBytesMax}.";
            yield break;
        }

        if (files.Count is 0 or > FileCountMax) yield return $"It lists {files.Count} files, not 1 to {FileCountMax}.";
        foreach (var problem in files.SelectMany(file => OfFile(file, chunkBytes))) yield return problem;
        foreach (var problem in OfPaths(files)) yield return problem;
        foreach (var problem in OfContents(files)) yield return problem;
    }

    private static IEnumerable<string> OfFile(ChunkedFile file, int chunkBytes)
    {
        if (!IsInside(file.Path)) yield return $"'{file.Path}' is not a plain path inside the model's folder.";
        if (!IsSha256(file.Sha256)) yield return $"{file.Path}: '{file.Sha256}' is not a SHA-256 of 64 lower-case digits.";
        if (file.Bytes is < 0 or > FileBytesMax)
        {
            yield return $"{file.Path}: its length {file.Bytes} is not between 0 and {FileBytesMax}.";
            yield break;
        }

        var count = ChunkManifest.CountOf(file.Bytes, chunkBytes);
        if (file.Chunks.Count != count) yield return $"{file.Path}: {file.Bytes} bytes are {count} chunks, not {file.Chunks.Count}.";
        var index = file.Chunks.TakeWhile(IsSha256).Count();
        if (index < file.Chunks.Count) yield return $"{file.Path}: chunk {index}: '{file.Chunks[index]}' is not a SHA-256 of 64 lower-case digits.";
    }

    private static IEnumerable<string> OfPaths(IReadOnlyList<ChunkedFile> files)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (!paths.Add(file.Path)) yield return $"'{file.Path}' is listed twice.";
        }

        foreach (var path in paths)
        {
            if (Parents(path).FirstOrDefault(paths.Contains) is { } parent) yield return $"'{parent}' is a file and a folder.";
        }
    }

    private static IEnumerable<string> OfContents(IReadOnlyList<ChunkedFile> files)
    {
        foreach (var same in files.GroupBy(file => file.Sha256).Where(group => group.Count() > 1))
        {
            var first = same.First();
            var other = same.FirstOrDefault(file => file.Bytes != first.Bytes || !file.Chunks.SequenceEqual(first.Chunks));
            if (other is not null) yield return $"{first.Path} and {other.Path} have one SHA-256 but not the same chunks.";
        }
    }

    private static IEnumerable<string> Parents(string path)
    {
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1)) yield return path[..slash];
    }

    /// <summary>As <see cref="ModelLayout.FilesOf"/> gives them; nothing that a file system might read otherwise.</summary>
    private static bool IsInside(string path) =>
        !path.Any(letter => char.IsControl(letter) || letter is '\\' or ':')
        && path.Split('/').All(part => part.Length > 0 && !part.StartsWith('.'));

    public static bool IsSha256(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
