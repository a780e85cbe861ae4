using Orleans.Placement;
using Orleans.Runtime;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>Hands numbered pieces of work to workers, and again if a worker does not finish in time.</summary>
public interface IForemanGrain : IGrainWithIntegerKey
{
    Task Begin(int pieces, int workers);

    Task Finished(int piece, string by);

    Task<Dictionary<int, int>> FinishedCounts();
}

public interface IWorkerGrain : IGrainWithStringKey
{
    Task Work(int piece, IForemanGrain foreman);
}

[PreferLocalPlacement]
public sealed class ForemanGrain(TimeProvider time) : Grain, IForemanGrain
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private readonly Dictionary<int, DateTimeOffset> _open = [];
    private readonly Dictionary<int, int> _finished = [];
    private int _nextWorker;
    private int _workerCount;

    public Task Begin(int pieces, int workers)
    {
        _workerCount = workers;
        foreach (var piece in Enumerable.Range(0, pieces))
        {
            _open[piece] = DateTimeOffset.MinValue;
        }

        this.RegisterGrainTimer(HandOut, new GrainTimerCreationOptions(TimeSpan.Zero, Pace) { KeepAlive = true });
        return Task.CompletedTask;
    }

    public Task Finished(int piece, string by)
    {
        _open.Remove(piece);
        _finished[piece] = _finished.GetValueOrDefault(piece) + 1;
        return Task.CompletedTask;
    }

    public Task<Dictionary<int, int>> FinishedCounts() => Task.FromResult(_finished);

    private async Task HandOut()
    {
        var now = time.GetUtcNow();
        foreach (var piece in _open.Where(o => now - o.Value > Limit).Select(o => o.Key).Take(_workerCount).ToList())
        {
            _open[piece] = now;
            try
            {
                var worker = GrainFactory.GetGrain<IWorkerGrain>($"worker-{_nextWorker++ % _workerCount}");
                await worker.Work(piece, this.AsReference<IForemanGrain>());
            }
            catch (Exception failure) when (failure is OrleansException or TimeoutException)
            {
                _open[piece] = DateTimeOffset.MinValue;
            }
        }
    }
}

public sealed class WorkerGrain : Grain, IWorkerGrain
{
    private static readonly TimeSpan WorkTime = TimeSpan.FromMinutes(2);
    private readonly Queue<(int Piece, IForemanGrain Foreman)> _queue = new();
    private IGrainTimer? _timer;

    public static List<string> Ended { get; } = [];

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Ended.Add($"{RuntimeIdentity} {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public Task Work(int piece, IForemanGrain foreman)
    {
        _queue.Enqueue((piece, foreman));
        _timer ??= this.RegisterGrainTimer(Finish, new GrainTimerCreationOptions(WorkTime, WorkTime) { KeepAlive = true });
        return Task.CompletedTask;
    }

    private async Task Finish()
    {
        if (_queue.TryDequeue(out var done))
        {
            await done.Foreman.Finished(done.Piece, this.GetPrimaryKeyString());
        }
    }
}
