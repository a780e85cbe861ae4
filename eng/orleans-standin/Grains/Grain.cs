using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Activations;

namespace Orleans;

/// <summary>Base class of grains.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    private readonly IGrainContext? _context;

    protected Grain()
        : this(RuntimeContext.Current as Activation
            ?? throw new InvalidOperationException("A grain is created by the runtime only; outside of it, give the grain its context."))
    {
    }

    protected Grain(IGrainContext grainContext, IGrainRuntime? grainRuntime = null) => _context = grainContext;

    public IGrainContext GrainContext => _context!;

    public GrainReference GrainReference => GrainContext.GrainReference;

    public string IdentityString => GrainContext.GrainId.ToString();

    public string RuntimeIdentity => GrainContext.Address.SiloAddress?.ToString() ?? "";

    protected IGrainFactory GrainFactory => Activation.Of(GrainContext).Silo.GrainFactory;

    protected internal IServiceProvider ServiceProvider => GrainContext.ActivationServices;

    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    protected void DeactivateOnIdle() => GrainBaseExtensions.DeactivateOnIdle(this);

    /// <param name="timeSpan">How long not to collect this activation; negative withdraws an earlier delay.</param>
    protected void DelayDeactivation(TimeSpan timeSpan) => Activation.Of(GrainContext).DelayDeactivation(timeSpan);
}
