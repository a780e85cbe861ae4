namespace OrleansDiffusion.Weights;

/// <summary>An origin of which the files are not known beforehand: it can be asked for each of them.</summary>
public interface IModelOrigin : IWeightsOrigin
{
    /// <summary>What the origin says of a file. Later reads of the same file refuse another version of it.</summary>
    /// <param name="path">Within the model.</param>
    /// <param name="isNeeded">If not, a refusal (403) means that it is not there: buckets that may not be listed answer so.</param>
    /// <param name="cancellation">Stops asking.</param>
    /// <returns>Null when there is no such file.</returns>
    /// <exception cref="WeightsException">The origin cannot be asked, or refuses.</exception>
    Task<OriginFile?> Describe(string path, bool isNeeded, CancellationToken cancellation);
}

/// <summary>A file before it is read.</summary>
/// <param name="Bytes">Its length; null where the origin does not say it.</param>
/// <param name="Version">Another text is another file: its strong ETag, else when it was changed. Null where nothing is said.</param>
public sealed record OriginFile(long? Bytes, string? Version);
