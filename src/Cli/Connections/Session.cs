using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Client;
using OrleansDiffusion.Silo;

namespace OrleansDiffusion.Cli.Connections;

/// <summary>
/// A client, and whatever had to be started for it: nothing when a server is named or one runs on the data folder, else
/// a whole node in this process.
/// </summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly IHost? _node;
    private readonly HttpClient? _http;

    private Session(IDiffusionClient client, string where, IHost? node, HttpClient? http)
    {
        Client = client;
        Where = where;
        _node = node;
        _http = http;
    }

    public IDiffusionClient Client { get; }

    /// <summary>For people: which cluster this is.</summary>
    public string Where { get; }

    /// <summary>Whether what was begun goes on without this process.</summary>
    public bool IsElsewhere => _node is null;

    /// <param name="connection">Where to.</param>
    /// <param name="loadModels">Bring models up in a node of our own; false for commands that only look or register.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public static async Task<Session> OpenAsync(Connection connection, bool loadModels, CancellationToken cancellation)
    {
        var server = connection.Server;
        var apiKey = connection.ApiKey;
        if (server is null && RunningServer.Find(connection.Data) is { } running) (server, apiKey) = (running.Address, apiKey ?? running.ApiKey);
        if (server is not null)
        {
            var http = new HttpClient { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
            if (apiKey is not null) http.DefaultRequestHeaders.Authorization = new("Bearer", apiKey);
            return new Session(new HttpDiffusionClient(http), server.ToString(), null, http);
        }

        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddEnvironmentVariables(); // Settings are the same as of a server.
        var logs = Logs.Configure(builder.Logging, ours: LogLevel.Warning); // A command speaks for itself; only trouble is told.
        builder.AddDiffusionNode(LocalNode.Options(connection.Data, loadModels));
        var node = builder.Build();
        logs.QuietWhenStopping(node);
        await NodeStart.StartAsync(node, cancellation);
        var client = node.Services.GetRequiredService<IDiffusionClientFactory>().ForTenant(LocalNode.Tenant);
        return new Session(client, "this process", node, null);
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_node is null) return;
        await _node.StopAsync();
        _node.Dispose();
    }
}
