using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace OrleansDiffusion.Grains;

/// <summary>Beats every second, and after every change of a replica's phase, for as long as the silo lives.</summary>
internal sealed class SiloHeartbeat(SiloPulse pulse, LocalReplicas replicas, TimeProvider time, IOptions<LivenessOptions> options) : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await pulse.Leave(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var change = replicas.NextChange;
            await pulse.Beat();
            await Next(change, stoppingToken);
        }
    }

    private async Task Next(Task change, CancellationToken stopping)
    {
        using var beat = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny(change, Task.Delay(options.Value.HeartbeatInterval, time, beat.Token));
        await beat.CancelAsync();
    }
}
