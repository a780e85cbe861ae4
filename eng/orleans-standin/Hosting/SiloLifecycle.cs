using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace OrleansDiffusion.OrleansStandin.Hosting;

/// <summary>Runs the participants of each stage, lowest stage first; stopping goes the other way.</summary>
internal sealed class SiloLifecycle : ISiloLifecycle
{
    private readonly List<(int Stage, ILifecycleObserver Observer)> _observers = [];

    public SiloLifecycle(IServiceProvider services)
    {
        foreach (var participant in services.GetServices<ILifecycleParticipant<ISiloLifecycle>>())
        {
            participant.Participate(this);
        }
    }

    public int HighestCompletedStage { get; private set; } = int.MinValue;

    public int LowestStoppedStage { get; private set; } = int.MaxValue;

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        var entry = (stage, observer);
        _observers.Add(entry);
        return new Withdrawal(() => _observers.Remove(entry));
    }

    public async Task Start(int from, int to, CancellationToken cancellationToken)
    {
        foreach (var stage in Stages(from, to).Order())
        {
            await Task.WhenAll(At(stage).Select(observer => observer.OnStart(cancellationToken)));
            HighestCompletedStage = stage;
        }
    }

    public async Task Stop(int from, int to, CancellationToken cancellationToken)
    {
        foreach (var stage in Stages(from, to).Where(s => s <= HighestCompletedStage).OrderDescending())
        {
            await Task.WhenAll(At(stage).Select(observer => observer.OnStop(cancellationToken)));
            LowestStoppedStage = stage;
        }
    }

    private int[] Stages(int from, int to) => [.. _observers.Select(o => o.Stage).Where(s => s >= from && s <= to).Distinct()];

    private ILifecycleObserver[] At(int stage) => [.. _observers.Where(o => o.Stage == stage).Select(o => o.Observer)];

    private sealed class Withdrawal(Action withdraw) : IDisposable
    {
        public void Dispose() => withdraw();
    }
}
