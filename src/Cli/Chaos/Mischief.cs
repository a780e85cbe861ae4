using OrleansDiffusion.Cli.Clusters;
using OrleansDiffusion.Client;

namespace OrleansDiffusion.Cli.Chaos;

/// <summary>
/// Plays a plan on a cluster, and is its service manager meanwhile: whatever ends without being held down by a mishap is
/// started again.
/// </summary>
internal sealed class Mischief(LocalCluster cluster, IDiffusionClient rest, Story story, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(500);

    private readonly HashSet<string> _held = [];
    private readonly HashSet<string> _expected = [];
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Processes that were killed: each may leave one picture half written.</summary>
    public int KillCount { get; private set; }

    /// <summary>Returns when everything that went wrong has been put right again.</summary>
    public Task PlayAsync(IReadOnlyList<Mishap> plan, CancellationToken cancellation) =>
        Task.WhenAll(plan.Select(mishap => PlayAsync(mishap, cancellation)));

    /// <summary>Ends by cancellation.</summary>
    public async Task SuperviseAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await Locked(ReviveAsync);
            await Task.Delay(LookAgainAfter, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PlayAsync(Mishap mishap, CancellationToken cancellation)
    {
        await Task.Delay(mishap.At, time, cancellation);
        story.Tell($"{mishap.Kind} {mishap.Target} for {mishap.Lasts.TotalSeconds:0.0} s");
        story.Count($"mishap {mishap.Kind}");
        await Locked(() => BeginAsync(mishap, cancellation));
        await Task.Delay(mishap.Lasts, time, cancellation);
        await Locked(() => EndAsync(mishap, cancellation));
    }

    private async Task BeginAsync(Mishap mishap, CancellationToken cancellation)
    {
        var process = cluster.Processes.Find(process => process.Name == mishap.Target);
        if (mishap.Kind is not (MishapKind.FreezeSilo or MishapKind.FreezeApi)) _held.Add(mishap.Target);
        switch (mishap.Kind)
        {
            case MishapKind.KillSilo or MishapKind.KillApi:
                KillCount++;
                process?.KillAtOnce();
                break;
            case MishapKind.FreezeSilo or MishapKind.FreezeApi:
                process?.Freeze();
                break;
            case MishapKind.StopSilo or MishapKind.StopApi:
                process?.AskToLeave();
                break;
            case MishapKind.DrainSilo:
                _ = DrainAsync(mishap.Target, process, cancellation); // It answers late or never while others are in trouble.
                break;
            case MishapKind.StopDatabase:
                await cluster.Postgres.StopAsync(cancellation);
                break;
            case MishapKind.KillDatabase:
                await cluster.Postgres.KillAtOnceAsync(cancellation);
                break;
        }
    }

    private async Task EndAsync(Mishap mishap, CancellationToken cancellation)
    {
        if (mishap.IsOfDatabase) await cluster.Postgres.StartAsync(cancellation);
        cluster.Processes.Find(process => process.Name == mishap.Target)?.Thaw();
        if (_held.Remove(mishap.Target)) _expected.Add(mishap.Target);
        story.Tell($"{mishap.Target} may come back");
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Over the REST API; a cluster that cannot be asked just then is told by signal.</summary>
    private async Task DrainAsync(string name, LocalProcess? process, CancellationToken cancellation)
    {
        try
        {
            var view = await rest.GetClusterAsync(cancellation);
            var silo = view.Silos.Where(silo => silo.HostName == name).MaxBy(silo => silo.StartedAt);
            if (silo is not null) await rest.DrainSiloAsync(silo.SiloId, cancellation);
        }
        catch (DiffusionException refused)
        {
            story.Tell($"{name} could not be drained over REST: {refused.Message} It is asked by signal.");
            process?.AskToLeave();
        }
    }

    private async Task ReviveAsync()
    {
        foreach (var dead in cluster.Processes.Where(process => !process.IsAlive && !_held.Contains(process.Name)).ToList())
        {
            if (!_expected.Remove(dead.Name)) Tell(dead);
            story.Count("process started again");
            await cluster.StartAsync(dead.Name, 0, CancellationToken.None);
        }
    }

    /// <summary>Nothing starts while PostgreSQL is away, which is as it should be.</summary>
    private void Tell(LocalProcess dead)
    {
        if (_held.Contains(Mishap.Database))
        {
            story.Count("process ended by itself, without PostgreSQL");
            return;
        }

        story.Count("process ended by itself");
        story.Tell($"{dead.Name} ended by itself: {LastWords(dead.LogFile)}");
    }

    /// <summary>The last line that is not of a stack trace.</summary>
    private static string LastWords(string file) =>
        File.ReadLines(file).LastOrDefault(line => line.Length > 0 && !line.StartsWith("   at ", StringComparison.Ordinal)) ?? "";

    private async Task Locked(Func<Task> work)
    {
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            await work();
        }
        finally
        {
            _turn.Release();
        }
    }
}
