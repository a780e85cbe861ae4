using Microsoft.Extensions.DependencyInjection;
using OrleansDiffusion.Grains;
using OrleansDiffusion.OrleansStandin.Driving;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>A machine with devices. Its process comes and goes; each time it is another silo to the others.</summary>
internal sealed class Machine(string name, SimulatedCluster cluster, TimeSpan heartbeatInterval)
{
    private SimulatedSilo? _silo;

    public SimulatedSilo? Silo => _silo;

    /// <summary>No mishap has it at this moment.</summary>
    public bool IsUp { get; set; } = true;

    public async Task Start()
    {
        cluster.Note($"{name} starts");
        _silo = await cluster.StartSiloAsync(name);
        _ = Beat(_silo);
        _ = BeatAfterChanges(_silo);
    }

    public void Die()
    {
        if (_silo is not { } silo) return;
        _silo = null;
        cluster.Kill(silo);
    }

    public async Task BeCutOff(TimeSpan lasts)
    {
        if (_silo is not { } silo) return;
        cluster.CutOff(silo);
        await Task.Delay(lasts, cluster.Time);
        _silo = null;
        cluster.Kill(silo);
    }

    public async Task Leave()
    {
        if (_silo is not { } silo) return;
        cluster.Note($"{name} leaves");
        await silo.Services.GetRequiredService<SiloPulse>().Leave(CancellationToken.None);
        _silo = null;
        await cluster.StopSiloAsync(silo);
    }

    private async Task Beat(SimulatedSilo silo)
    {
        var pulse = silo.Services.GetRequiredService<SiloPulse>();
        while (_silo == silo)
        {
            await pulse.Beat();
            await Task.Delay(heartbeatInterval, cluster.Time);
        }
    }

    private async Task BeatAfterChanges(SimulatedSilo silo)
    {
        var (pulse, replicas) = (silo.Services.GetRequiredService<SiloPulse>(), silo.Services.GetRequiredService<LocalReplicas>());
        while (true)
        {
            await replicas.NextChange;
            if (_silo != silo) return;
            await pulse.Beat();
        }
    }
}
