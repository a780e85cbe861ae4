using Microsoft.Extensions.Hosting;

namespace OrleansDiffusion.Silo.Starting;

/// <summary>Something that must be done before anything else of the process starts.</summary>
internal abstract class BeforeStart : IHostedLifecycleService
{
    public abstract Task StartingAsync(CancellationToken cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After everything else has ended.</summary>
    public virtual Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
