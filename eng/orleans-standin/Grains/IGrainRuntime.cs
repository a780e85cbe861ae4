namespace Orleans.Runtime;

/// <summary>What the runtime offers to a grain.</summary>
public interface IGrainRuntime
{
    SiloAddress SiloAddress { get; }

    string SiloIdentity { get; }

    IGrainFactory GrainFactory { get; }

    IServiceProvider ServiceProvider { get; }

    TimeProvider TimeProvider => TimeProvider.System;

    void DeactivateOnIdle(IGrainContext grainContext);

    void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan);
}
