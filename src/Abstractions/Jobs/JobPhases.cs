namespace OrleansDiffusion.Abstractions;

/// <summary>Names of the phases of a job, in its progress and in its ledger.</summary>
public static class JobPhases
{
    /// <summary>Waiting for its turn.</summary>
    public const string Queued = "queued";

    /// <summary>Waiting for the model to be loaded.</summary>
    public const string Load = "load";

    /// <summary>The prompt is read.</summary>
    public const string Encode = "encode";

    public const string Steps = "steps";

    /// <summary>The latent becomes pixels.</summary>
    public const string Decode = "decode";

    /// <summary>Pixels become a file in the artifact store.</summary>
    public const string Store = "store";

    /// <summary>Final.</summary>
    public const string Done = "done";
}
