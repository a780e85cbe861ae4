using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using OrleansDiffusion.Silo;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Cli.Clusters;

/// <summary>A whole cluster on this machine, in one folder: for trying, and for tests that kill.</summary>
internal sealed class LocalCluster
{
    /// <summary>Name of the API's process.</summary>
    public const string Api = "api";

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);

    private readonly string _folder;

    public LocalCluster(DirectoryInfo data)
    {
        _folder = Path.Combine(data.FullName, "cluster");
        Postgres = new LocalPostgres(_folder);
        Processes = File.Exists(StateFile) ? JsonSerializer.Deserialize<List<LocalProcess>>(File.ReadAllText(StateFile))! : [];
    }

    public LocalPostgres Postgres { get; }

    public List<LocalProcess> Processes { get; }

    /// <summary>Settings of every process that is started from now on, by the names of docs/SETTINGS.md.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>What every silo is told beside its name and ports.</summary>
    public IReadOnlyList<string> SiloArguments { get; init; } = [];

    /// <summary>How to connect to its PostgreSQL; null before it is up.</summary>
    public string? Database { get; private set; }

    public Uri? Address => Processes.Find(process => process.Name == Api) is { IsAlive: true } api ? new Uri($"http://127.0.0.1:{api.Port}/") : null;

    private string StateFile => Path.Combine(_folder, "processes.json");

    public string ArtifactFolder => Path.Combine(_folder, "artifacts");

    /// <summary>Starts what does not run yet, and returns when a picture can be asked for.</summary>
    /// <param name="siloCount">Silos in all.</param>
    /// <param name="apiPort">0 for a free one.</param>
    /// <param name="database">Null for a server of the cluster's own.</param>
    /// <param name="cancellation">Stops waiting; what was started goes on.</param>
    /// <exception cref="NodeStartException">Something does not start.</exception>
    public async Task UpAsync(int siloCount, int apiPort, string? database, CancellationToken cancellation)
    {
        Directory.CreateDirectory(ArtifactFolder);
        Database = database ?? await Postgres.StartAsync(cancellation);
        await PostgresMigrations.ApplyAsync(Database, cancellation);
        for (var number = 1; number <= siloCount; number++) await StartAsync($"silo-{number}", 0, cancellation);
        await StartAsync(Api, apiPort, cancellation);
        await WaitUntilReady(cancellation);
    }

    /// <summary>Everybody leaves in order: the API first, then the silos at once, then the database.</summary>
    public async Task DownAsync(CancellationToken cancellation)
    {
        foreach (var api in Processes.Where(process => process.Name == Api)) await api.StopAsync(StopPatience, cancellation);
        await Task.WhenAll(Processes.Select(process => process.StopAsync(StopPatience, cancellation)));
        await Postgres.StopAsync(cancellation);
        Processes.Clear();
        Save();
    }

    /// <summary>Starts one of them unless it runs; what died comes back under its name and its HTTP port.</summary>
    /// <param name="name">silo-1, ..., or api.</param>
    /// <param name="port">For HTTP; 0 for the one that it had, or else a free one.</param>
    /// <param name="cancellation">Ends the wait for the process, not the process.</param>
    public async Task StartAsync(string name, int port, CancellationToken cancellation)
    {
        if (Processes.Find(process => process.Name == name) is { } known)
        {
            if (known.IsAlive) return;
            Processes.Remove(known);
            port = port == 0 ? known.Port : port;
        }

        port = port == 0 ? FreePort() : port;
        string[] arguments = [.. ArgumentsOf(name), "--port", $"{port}", "--db", Database!, "--artifacts", ArtifactFolder];
        Processes.Add(await LocalProcess.StartAsync(name, port, LogFileOf(name), arguments, Settings, cancellation));
        Save();
    }

    public string LogFileOf(string name) => Path.Combine(_folder, $"{name}.log");

    private string[] ArgumentsOf(string name) =>
        name == Api ? ["api"] : ["silo", "--name", name, "--silo-port", $"{FreePort()}", "--gateway-port", $"{FreePort()}", .. SiloArguments];

    private async Task WaitUntilReady(CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = Address ?? throw Died(Processes.Single(process => process.Name == Api)) };
        var deadline = TimeProvider.System.GetUtcNow() + StartPatience;
        while (!await IsReady(http, cancellation))
        {
            if (Processes.Find(process => !process.IsAlive) is { } dead) throw Died(dead);
            if (TimeProvider.System.GetUtcNow() > deadline)
                throw new NodeStartException($"The cluster is not ready after {StartPatience.TotalSeconds:0} s; see the logs in {_folder}.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellation);
        }
    }

    private static async Task<bool> IsReady(HttpClient http, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("readyz", UriKind.Relative), cancellation);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false; // It does not listen yet.
        }
    }

    private static NodeStartException Died(LocalProcess process)
    {
        var last = File.Exists(process.LogFile) ? File.ReadLines(process.LogFile).LastOrDefault(line => line.Length > 0) : null;
        return new NodeStartException($"{process.Name} ended: {last ?? "it said nothing"} ({process.LogFile})");
    }

    private void Save() => File.WriteAllText(StateFile, JsonSerializer.Serialize(Processes));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
