using System.CommandLine;
using System.Net;

namespace OrleansDiffusion.Cli.Serve;

/// <summary>Where a command listens and who may come in.</summary>
internal sealed class ListenOptions(int defaultPort = ListenOptions.DefaultPort, bool isForProbes = false)
{
    public const int DefaultPort = 8080;

    private Option<string> Host { get; } = new("--host")
    {
        Description = isForProbes
            ? "Address to answer probes and Prometheus on; nothing there asks for a key."
            : "Address to listen on. Anything but loopback needs an API key (od keys add) or --insecure.",
        DefaultValueFactory = _ => "127.0.0.1",
        HelpName = "IP",
    };

    private Option<int> Port { get; } = new("--port", "-p")
    {
        Description = "TCP port; 0 takes a free one.",
        DefaultValueFactory = _ => defaultPort,
        HelpName = "N",
    };

    private Option<bool> RequireKey { get; } = new("--require-key") { Description = "Ask for an API key on loopback too." };

    private Option<bool> Insecure { get; } = new("--insecure") { Description = "Listen on other addresses without any key. Everybody who reaches it may use it." };

    public void AddTo(Command command)
    {
        command.Options.Add(Host);
        command.Options.Add(Port);
        if (!isForProbes)
        {
            command.Options.Add(RequireKey);
            command.Options.Add(Insecure);
        }

        Host.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && Parse(token.Value) is null)
                result.AddError($"--host: '{token.Value}' is not an IP address; use 127.0.0.1, 0.0.0.0, :: or one of this machine's.");
        });
        Port.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, out var port) || port is < 0 or > 65535))
                result.AddError($"--port: '{token.Value}' is not a port from 0 to 65535.");
        });
    }

    public Listen Read(ParseResult parse) => new(
        Parse(parse.GetValue(Host)!)!, parse.GetValue(Port), !isForProbes && parse.GetValue(RequireKey), isForProbes || parse.GetValue(Insecure));

    private static IPAddress? Parse(string host) =>
        host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(host, out var address) ? address : null;
}
