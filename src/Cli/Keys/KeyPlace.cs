using System.CommandLine;
using OrleansDiffusion.Cli.Clusters;
using OrleansDiffusion.Cli.Connections;
using OrleansDiffusion.Silo;

namespace OrleansDiffusion.Cli.Keys;

/// <summary>Where keys are kept: in the data folder of one machine, or in the database of a cluster.</summary>
internal sealed class KeyPlace
{
    public KeyPlace() => Database.Description = "PostgreSQL of a cluster. Default: $OD_DB, unless --data names a folder.";

    public Option<DirectoryInfo?> Data { get; } = new ConnectionOptions().Data;

    public Option<string?> Database { get; } = new ClusterOptions().Database;

    public Task<NodeStorage> OpenAsync(ParseResult parse, CancellationToken cancellation)
    {
        var folder = parse.GetValue(Data);
        var database = parse.GetValue(Database) ?? (folder is null ? ClusterOptions.FromEnvironment("OD_DB") : null);
        return database is null
            ? NodeStorage.OpenAsync(DataFolder.Of(folder).FullName, cancellation)
            : NodeStorage.OpenDatabaseAsync(database, cancellation);
    }
}
