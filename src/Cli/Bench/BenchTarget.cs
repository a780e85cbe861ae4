using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Cli.Benchmarks;

/// <summary>Something that takes jobs, with two ways in, and what had to be started for it.</summary>
/// <param name="name">In the figures.</param>
/// <param name="embedded">Orleans' client: the way of the API, without HTTP.</param>
/// <param name="rest">Over HTTP.</param>
/// <param name="stop">Ends what was started.</param>
internal sealed class BenchTarget(
    string name, IDiffusionClient embedded, IDiffusionClient rest, Func<ValueTask> stop) : IAsyncDisposable
{
    private static readonly PoolPolicy Paused = new() { Min = 0, Max = 0, QueueCountMax = PoolPolicyRules.QueueCountMax };
    private static readonly PoolPolicy Open = new() { QueueCountMax = PoolPolicyRules.QueueCountMax };
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>Nothing is refused for its number, and every step is told: by the names of docs/SETTINGS.md.</summary>
    public static readonly IReadOnlyDictionary<string, string> Settings = new Dictionary<string, string>
    {
        ["Diffusion:Tenants:Default:UnfinishedCountMax"] = "1000000",
        ["Diffusion:Replicas:ReportInterval"] = "00:00:00",
        ["Diffusion:Replicas:StepSlice"] = "00:00:00",
    };

    public string Name => name;

    public IDiffusionClient Embedded => embedded;

    public IDiffusionClient Rest => rest;

    /// <summary>From here on jobs are accepted and wait: no device is at work beside what is measured.</summary>
    public async Task PauseAsync(CancellationToken cancellation)
    {
        foreach (var model in await embedded.ListModelsAsync(cancellation)) await embedded.SetPolicyAsync(model.Name, Paused, cancellation);
        while ((await embedded.GetPoolsAsync(cancellation)).Any(pool => pool.Replicas.Any()))
            await Task.Delay(LookAgainAfter, TimeProvider.System, cancellation);
    }

    public async Task ResumeAsync()
    {
        foreach (var model in await embedded.ListModelsAsync()) await embedded.SetPolicyAsync(model.Name, Open);
    }

    public ValueTask DisposeAsync() => stop();
}
