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
}

/// <summary>What was found in a folder: a model, or everything that is wrong with it.</summary>
public sealed record ModelInspection
{
    /// <summary>All of them at once; empty when the model can be used. Fields are paths within the folder.</summary>
    public IReadOnlyList<FieldProblem> Problems { get; init; } = [];

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
