using System.CommandLine;
using System.CommandLine.Parsing;
using OrleansDiffusion.Silo;

namespace OrleansDiffusion.Cli.Clusters;

/// <summary>What one silo is told of the weights that it keeps and gives to others. The secret is none of it: it comes from the settings.</summary>
internal sealed class WeightsOptionSet
{
    private Option<DirectoryInfo?> Cache { get; } = new("--weights-cache")
    {
        Description = "Folder on this machine's own disk, for this silo alone, for weights that silos give each other. Needs Diffusion:Weights:Secret. Default: none.",
        HelpName = "FOLDER",
    };

    private Option<long> Budget { get; } = new("--weights-budget")
    {
        Description = "How much of it may be used, such as 500GiB or a number of bytes.",
        DefaultValueFactory = _ => 100L << 30,
        HelpName = "BYTES",
        CustomParser = result => Size("--weights-budget", result),
    };

    private Option<long> Memory { get; } = new("--weights-memory")
    {
        Description = "How much of it may be kept in memory too, ahead of loads. Default: none.",
        HelpName = "BYTES",
        CustomParser = result => Size("--weights-memory", result),
    };

    private Option<int> Port { get; } = new("--chunk-port")
    {
        Description = "Where weights are given to the other silos, on the address of --advertise.",
        DefaultValueFactory = _ => 8090,
        HelpName = "N",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[Cache, Budget, Memory, Port]) command.Options.Add(option);
        Port.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, out var number) || number is < 1 or > 65535))
                result.AddError($"--chunk-port: '{token.Value}' is not a port from 1 to 65535.");
        });
    }

    /// <returns>Null without a folder.</returns>
    public NodeWeightsOptions? Read(ParseResult parse) => parse.GetValue(Cache) is not { } folder ? null : new NodeWeightsOptions
    {
        CacheFolder = folder.FullName,
        BudgetBytes = parse.GetValue(Budget),
        MemoryBytes = parse.GetValue(Memory),
        ChunkPort = parse.GetValue(Port),
    };

    private static long Size(string name, ArgumentResult result)
    {
        if (ByteSize.Parse(result.Tokens[0].Value) is { } bytes) return bytes;
        result.AddError($"{name}: '{result.Tokens[0].Value}' is not a size such as 20GiB, 500MiB or a number of bytes, from 1MiB to 1PiB.");
        return 0;
    }
}
