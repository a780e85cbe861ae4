using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace Orleans.TestingHost;

/// <summary>One silo of a test cluster.</summary>
public abstract class SiloHandle : IDisposable, IAsyncDisposable
{
    public string Name { get; set; } = "";

    public short InstanceNumber { get; set; }

    public SiloAddress SiloAddress { get; set; } = SiloAddress.Zero;

    public SiloAddress? GatewayAddress { get; set; }

    public abstract bool IsActive { get; }

    /// <param name="stopGracefully">False: the silo is gone at once, as if its process was killed.</param>
    public abstract Task StopSiloAsync(bool stopGracefully);

    public abstract Task StopSiloAsync(CancellationToken ct);

    public abstract ValueTask DisposeAsync();

    public void Dispose() => Dispose(true);

    public override string ToString() => SiloAddress.ToString();

    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>A silo in the test's own process.</summary>
public class InProcessSiloHandle : SiloHandle
{
    private bool _isStopped;

    public IHost SiloHost { get; init; } = null!;

    public IServiceProvider ServiceProvider => SiloHost.Services;

    public override bool IsActive => !_isStopped;

    public override async Task StopSiloAsync(bool stopGracefully)
    {
        if (stopGracefully)
        {
            await StopSiloAsync(CancellationToken.None);
            return;
        }

        SiloHost.Services.GetRequiredService<SiloNode>().Die();
        await StopSiloAsync(new CancellationToken(canceled: true));
    }

    public override async Task StopSiloAsync(CancellationToken ct)
    {
        if (!_isStopped)
        {
            _isStopped = true;
            await SiloHost.StopAsync(ct);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await StopSiloAsync(stopGracefully: true);
        Dispose(true);
    }

    protected override void Dispose(bool disposing)
    {
        SiloHost.Dispose();
        base.Dispose(disposing);
    }
}
