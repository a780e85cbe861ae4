using System.CommandLine;

namespace OrleansDiffusion.Cli.Connections;

/// <summary>The options of every command that talks to a cluster.</summary>
internal sealed class ConnectionOptions
{
    public Option<Uri?> Server { get; } = new("--server")
    {
        Description = "Address of a running server, such as http://127.0.0.1:8080. Default: $OD_SERVER, else this machine.",
        HelpName = "URL",
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https") return uri;
            result.AddError($"'{result.Tokens[0].Value}' is not an http:// or https:// address.");
            return null;
        },
    };

    public Option<string?> ApiKey { get; } = new("--api-key")
    {
        Description = "Key for the server. Default: $OD_API_KEY.",
        HelpName = "KEY",
    };

    public Option<DirectoryInfo?> Data { get; } = new("--data")
    {
        Description = "Data folder of the cluster in this process. Default: $OD_DATA.",
        HelpName = "FOLDER",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(Server);
        command.Options.Add(ApiKey);
        command.Options.Add(Data);
    }

    public Connection Read(ParseResult parse)
    {
        var server = parse.GetValue(Server)
            ?? (Uri.TryCreate(Environment.GetEnvironmentVariable("OD_SERVER"), UriKind.Absolute, out var fromEnvironment) ? fromEnvironment : null);
        return new Connection(
            server, parse.GetValue(ApiKey) ?? Environment.GetEnvironmentVariable("OD_API_KEY"), DataFolder.Of(parse.GetValue(Data)));
    }
}

/// <param name="Server">Where to send commands; null for this machine.</param>
/// <param name="ApiKey">For the server.</param>
/// <param name="Data">Data folder of this machine's cluster.</param>
internal sealed record Connection(Uri? Server, string? ApiKey, DirectoryInfo Data);

internal static class DataFolder
{
    public static DirectoryInfo Of(DirectoryInfo? given) =>
        given ?? new DirectoryInfo(Environment.GetEnvironmentVariable("OD_DATA") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "orleans-diffusion"));
}
