using Orleans;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Activations;
using OrleansDiffusion.OrleansStandin.Timers;

namespace OrleansDiffusion.OrleansStandin.Enumerations;

/// <summary>The open enumerations of one activation. One that nobody fetches from for two response time-outs is ended.</summary>
internal sealed class EnumerationExtension : IEnumerationExtension
{
    private readonly Activation _activation;
    private readonly Dictionary<Guid, OpenEnumeration> _open = [];

    public EnumerationExtension(Activation activation)
    {
        _activation = activation;
        var period = activation.Silo.ResponseTimeout;
        GrainTimer.Start(activation, _ => EndForgotten(), new GrainTimerCreationOptions(period, period) { Interleave = true });
    }

    public ValueTask<EnumerationStep> Start(Guid id, IRemoteEnumeration enumeration, CancellationToken cancellationToken)
    {
        var cancellation = new CancellationTokenSource();
        var opened = new OpenEnumeration(enumeration.Open(_activation.GrainInstance!, cancellation.Token), cancellation, enumeration.MaxBatchSize);
        _open.Add(id, opened);
        return Step(id, opened, cancellationToken);
    }

    public ValueTask<EnumerationStep> Next(Guid id, CancellationToken cancellationToken) =>
        _open.TryGetValue(id, out var known) ? Step(id, known, cancellationToken) : new(new EnumerationStep(EnumerationStatus.Unknown));

    public async ValueTask Stop(Guid id)
    {
        if (_open.Remove(id, out var known))
        {
            await known.DisposeAsync();
        }
    }

    private async ValueTask<EnumerationStep> Step(Guid id, OpenEnumeration enumeration, CancellationToken cancellationToken)
    {
        var step = await enumeration.Step(_activation.Silo.ResponseTimeout / 2, _activation.Silo.Time, cancellationToken);
        if (step.Status is not (EnumerationStatus.Heartbeat or EnumerationStatus.Elements))
        {
            await Stop(id);
        }

        return step;
    }

    private async Task EndForgotten()
    {
        foreach (var (id, enumeration) in _open.ToArray())
        {
            if (enumeration.IsForgotten())
            {
                await Stop(id);
            }
        }
    }
}
