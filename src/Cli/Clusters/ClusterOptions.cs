using System.CommandLine;
using OrleansDiffusion.Silo;

namespace OrleansDiffusion.Cli.Clusters;

/// <summary>What every process of a cluster is told: which database, which pictures, which name.</summary>
internal sealed class ClusterOptions
{
    public Option<string?> Database { get; } = new("--db")
    {
        Description = "PostgreSQL, as an Npgsql connection string. Default: $OD_DB.",
        HelpName = "TEXT",
    };

    private Option<DirectoryInfo?> Artifacts { get; } = new("--artifacts")
    {
        Description = "Folder of the pictures, the same one for every process. Default: $OD_ARTIFACTS.",
        HelpName = "FOLDER",
    };

    private Option<string> Name { get; } = new("--cluster")
    {
        Description = "Name of the cluster; several may share a database.",
        DefaultValueFactory = _ => "orleans-diffusion",
        HelpName = "NAME",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(Database);
        command.Options.Add(Artifacts);
        command.Options.Add(Name);
    }

    /// <exception cref="NodeStartException">Something is missing.</exception>
    public MembershipOptions Read(ParseResult parse) => new()
    {
        Database = ReadDatabase(parse),
        ArtifactFolder = ReadArtifacts(parse),
        ClusterId = parse.GetValue(Name)!,
    };

    public string ReadDatabase(ParseResult parse) =>
        parse.GetValue(Database) ?? FromEnvironment("OD_DB")
        ?? throw new NodeStartException("No database is named: give --db \"Host=...;Database=...;Username=...\" or set OD_DB.");

    private string ReadArtifacts(ParseResult parse) =>
        parse.GetValue(Artifacts)?.FullName ?? FromEnvironment("OD_ARTIFACTS")
        ?? throw new NodeStartException("No folder for the pictures is named: give --artifacts FOLDER, shared by all processes, or set OD_ARTIFACTS.");

    public static string? FromEnvironment(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
