namespace OrleansDiffusion.Weights;

/// <summary>One file of a model, and what it is cut into.</summary>
/// <param name="Path">Within the model's folder, with forward slashes.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of the whole file: 64 lower-case hexadecimal digits.</param>
/// <param name="Chunks">SHA-256 of each chunk, in order; all but the last are full.</param>
public sealed record ChunkedFile(string Path, long Bytes, string Sha256, IReadOnlyList<string> Chunks);

/// <summary>One slice of one file: what is fetched, verified, kept and given on.</summary>
/// <param name="Number">Its place among all chunks of the manifest; files with equal content are counted once.</param>
/// <param name="File">The first file with this content.</param>
/// <param name="Index">Its place in the file.</param>
/// <param name="Offset">Where it begins in the file.</param>
/// <param name="Bytes">Its length.</param>
public sealed record Chunk(int Number, ChunkedFile File, int Index, long Offset, int Bytes)
{
    /// <summary>64 lower-case hexadecimal digits.</summary>
    public string Sha256 => File.Chunks[Index];
}
