using Orleans;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Activations;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Hosting;

internal sealed class GrainRuntime(SiloNode silo) : IGrainRuntime
{
    public SiloAddress SiloAddress => silo.Address!;

    public string SiloIdentity => SiloAddress.ToString();

    public IGrainFactory GrainFactory => silo.GrainFactory;

    public IServiceProvider ServiceProvider => silo.Services;

    public TimeProvider TimeProvider => silo.Time;

    public void DeactivateOnIdle(IGrainContext grainContext) =>
        grainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "DeactivateOnIdle was called."));

    public void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan) => Activation.Of(grainContext).DelayDeactivation(timeSpan);
}

internal sealed class GrainContextAccessor : IGrainContextAccessor
{
    public IGrainContext GrainContext =>
        RuntimeContext.Current ?? throw new InvalidOperationException("There is no grain context outside of grain turns.");
}
