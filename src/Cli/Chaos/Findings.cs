using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Cli.Chaos;

/// <summary>What is known of a run when all of it is over.</summary>
internal sealed record Findings
{
    /// <summary>Every submission that was answered with yes.</summary>
    public required IReadOnlyList<Accepted> Accepted { get; init; }

    /// <summary>Rows of the store.</summary>
    public required IReadOnlyList<JobRecord> Stored { get; init; }

    /// <summary>What the cluster says of each job when asked for it alone, by its id.</summary>
    public required IReadOnlyDictionary<string, JobStatus> Told { get; init; }

    /// <summary>Final states that callers were told while the run went on: by watchers, cancellations, repeated submissions.</summary>
    public required IReadOnlyList<Heard> Heard { get; init; }

    /// <summary>How often the silos' logs say that a job ended, by its id.</summary>
    public required IReadOnlyDictionary<string, int> EndsLogged { get; init; }

    /// <summary>Digests of the pictures as they are on a calm machine.</summary>
    public required IReadOnlyDictionary<Sketch, IReadOnlyList<string>> Calm { get; init; }

    /// <summary>Processes that had no time to clean up.</summary>
    public required int KillCount { get; init; }

    /// <summary>Pictures that no job took, which the store remembers until they are deleted.</summary>
    public required IReadOnlySet<string> Loose { get; init; }

    /// <summary>What lies in the folder of the pictures.</summary>
    public required IReadOnlyList<PictureFile> Files { get; init; }
}

/// <param name="JobId">What the cluster called it.</param>
/// <param name="Order">What was asked for.</param>
internal sealed record Accepted(string JobId, Order Order);

/// <param name="JobId">Of which job.</param>
/// <param name="Status">Final.</param>
/// <param name="By">Who was told: watcher, cancel, ...</param>
internal sealed record Heard(string JobId, JobStatus Status, string By);

/// <param name="Path">Below the folder of the pictures.</param>
/// <param name="Name">By which jobs refer to it.</param>
/// <param name="HasItsContent">It has the SHA-256 that it is named by.</param>
internal sealed record PictureFile(string Path, string Name, bool HasItsContent)
{
    /// <summary>A picture is written under a temporary name first.</summary>
    public bool IsTemporary => Path.StartsWith("temporary/", StringComparison.Ordinal);
}
