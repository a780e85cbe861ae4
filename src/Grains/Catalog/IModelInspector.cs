using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>Judges a model folder as a whole before it is registered.</summary>
public interface IModelInspector
{
    /// <summary>
    /// Checks that every file is there and sound, that nothing points out of the folder, and reads what the model can
    /// do. Takes as long as reading every byte once; never on the caller's turn.
    /// </summary>
    Task<ModelInspection> Inspect(string folder, CancellationToken cancellation);

    /// <summary>
    /// Fetches a model from an address into a folder of this silo, and judges that. Callers who want the same address
    /// share one fetch; what was fetched before is not fetched again.
    /// </summary>
    /// <param name="url">One without a problem (<see cref="ModelAddress"/>).</param>
    /// <param name="progress">Told how far it is; may be called on any thread.</param>
    /// <param name="cancellation">This caller does not want it any more.</param>
    Task<ModelInspection> Fetch(string url, IProgress<ModelFetchProgress> progress, CancellationToken cancellation);
}

/// <param name="ArrivedBytes">Of its files, what is here.</param>
/// <param name="TotalBytes">Of the files that are known so far.</param>
/// <param name="IsChecking">All is here, and is judged.</param>
public sealed record ModelFetchProgress(long ArrivedBytes, long TotalBytes, bool IsChecking);

/// <summary>What was found in a folder: a model, or everything that is wrong with it.</summary>
public sealed record ModelInspection
{
    /// <summary>All of them at once; empty when the model can be used. Fields are paths within the folder.</summary>
    public IReadOnlyList<FieldProblem> Problems { get; init; } = [];

    /// <summary>Why nothing could be judged at all: the origin or the disk refuses. Null when something was.</summary>
    public Refusal? Refused { get; init; }

    /// <summary>What the operator should know without it being an error.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Absolute folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Digest of the manifest; null when there is a problem.</summary>
    public string? Version { get; init; }

    /// <summary>Bytes of all files.</summary>
    public long FileBytes { get; init; }

    /// <summary>Device memory that a replica needs, weights and working memory.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Null when there is a problem.</summary>
    public ModelFacts? Facts { get; init; }
}
