namespace OrleansDiffusion.Storage;

/// <summary>Where the nodes of a cluster keep together what must survive them.</summary>
public sealed record PostgresStorageOptions
{
    /// <summary>
    /// Of a database that `od db migrate` has prepared, in Npgsql's form: Host=...;Database=...;Username=...;Password=...
    /// A node opens 20 connections at most, unless "Maximum Pool Size" says otherwise; more is more jobs at once and more
    /// of the server's max_connections.
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>Absolute folder that every node sees under some path, such as a network file system; created when missing.</summary>
    public required string ArtifactFolder { get; init; }
}
