using System.CommandLine;
using OrleansDiffusion.Cli.Clusters;
using OrleansDiffusion.Cli.Keys;

namespace OrleansDiffusion.Deploy.Tests.Reading;

/// <summary>The commands of od that deploy/ uses, themselves.</summary>
internal static class Od
{
    /// <summary>Fails with what od would say to a wrong argument.</summary>
    public static ParseResult Parse(string where, params string[] arguments)
    {
        var root = new RootCommand { SiloCommand.Create(), ApiCommand.Create(), DbCommand.Create(), KeysCommand.Create() };
        var parse = root.Parse(arguments);
        var refusals = string.Join(' ', parse.Errors.Select(error => error.Message));
        Assert.True(refusals.Length == 0, $"{where}: od {string.Join(' ', arguments)}: {refusals}");
        return parse;
    }

    /// <summary>Where the process listens, by what it is for: silo, gateway, probes, chunks; or http.</summary>
    public static Dictionary<string, int> Ports(string where, params string[] arguments)
    {
        var parse = Parse(where, arguments);
        return arguments[0] switch
        {
            "silo" => new() { ["silo"] = Port("--silo-port"), ["gateway"] = Port("--gateway-port"), ["probes"] = Port("--port"), ["chunks"] = Port("--chunk-port") },
            "api" => new() { ["http"] = Port("--port") },
            _ => [],
        };

        int Port(string name) => parse.GetValue<int>(name);
    }
}
