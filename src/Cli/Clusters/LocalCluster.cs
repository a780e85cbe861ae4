using System.Net;
using System.Text.Json;
using OrleansDiffusion.Silo;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Cli.Clusters;

/// <summary>A whole cluster on this machine, in one folder: for trying, and for tests that kill.</summary>
internal sealed class LocalCluster
{
    /// <summary>Name of the API's process.</summary>
    public const string Api = "api";

    /// <summary>For each silo: all of them share this machine's disk.</summary>
    private const string WeightsBudget = "20GiB";

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(5);

    private readonly string _folder;

    /// <param name="data">Its folder is below this one.</param>
    /// <param name="database">How to connect to its PostgreSQL, where that is known to run.</param>
    public LocalCluster(DirectoryInfo data, string? database = null)
    {
        Database = database;
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

        port = port == 0 ? FreePort.Take() : port;
        var settings = new Dictionary<string, string>(Settings) { ["Diffusion:Weights:Secret"] = LocalSecret.Of(_folder) };
        string[] arguments = [.. ArgumentsOf(name), "--port", $"{port}", "--db", Database!, "--artifacts", ArtifactFolder];
        Processes.Add(await LocalProcess.StartAsync(name, port, LogFileOf(name), arguments, settings, cancellation));
        Save();
    }

    /// <summary>The data folder of the cluster that this very process is a member of; null when it is of none.</summary>
    public static DirectoryInfo? OfThisProcess() => LocalProcess.OwnLogFile is { } log ? Directory.GetParent(log)!.Parent : null;

    /// <summary>A silo's weights, which outlive its process.</summary>
    public string WeightsFolderOf(string name) => Path.Combine(_folder, "weights", name);

    public string LogFileOf(string name) => Path.Combine(_folder, $"{name}.log");

    private string[] ArgumentsOf(string name) =>
        name == Api
            ? ["api"]
            :
            [
                "silo", "--name", name, "--silo-port", $"{FreePort.Take()}", "--gateway-port", $"{FreePort.Take()}",
                "--weights-cache", WeightsFolderOf(name), "--weights-budget", WeightsBudget, "--chunk-port", $"{FreePort.Take()}", .. SiloArguments,
            ];

    private async Task WaitUntilReady(CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = AnswerPatience };
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var isReady = await IsReady(http, cancellation);
            if (Processes.Find(process => !process.IsAlive) is { } dead) throw Died(dead); // Somebody else may answer on its port.
            if (isReady) return;
            if (TimeProvider.System.GetElapsedTime(started) > StartPatience)
                throw new NodeStartException($"The cluster is not ready after {StartPatience.TotalSeconds:0} s; see the logs in {_folder}.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellation);
        }
    }

    /// <summary>Every process answers, and the API says that a picture can be asked for.</summary>
    private async Task<bool> IsReady(HttpClient http, CancellationToken cancellation)
    {
        foreach (var process in Processes)
            if (!await Answers(http, process, process.Name == Api ? "readyz" : "healthz", cancellation)) return false;
        return true;
    }

    private static async Task<bool> Answers(HttpClient http, LocalProcess process, string path, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{process.Port}/{path}"), cancellation);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception problem) when (problem is HttpRequestException || (problem is OperationCanceledException && !cancellation.IsCancellationRequested))
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
}
