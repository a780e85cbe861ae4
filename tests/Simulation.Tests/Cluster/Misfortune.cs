using OrleansDiffusion.OrleansStandin.Driving;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>A mishap on its way.</summary>
internal sealed class Misfortune(Mishap mishap, IReadOnlyList<Machine> machines, Weather weather, SimulatedCluster cluster, Tally tally)
{
    public async Task Happen()
    {
        await Task.Delay(mishap.At, cluster.Time);
        tally.Count(mishap.Kind.ToString());
        switch (mishap.Kind)
        {
            case MishapKind.StoresFail:
                weather.StoreFailureCount++;
                await Last();
                weather.StoreFailureCount--;
                break;
            case MishapKind.StoresCrawl:
                weather.StoreCrawlCount++;
                await Last();
                weather.StoreCrawlCount--;
                break;
            case MishapKind.PowerCut:
                await Task.WhenAll(machines.Select(machine => Lose(machine)));
                break;
            case MishapKind.Dies:
            case MishapKind.IsCutOff:
            case MishapKind.Leaves:
                await Lose(machines[mishap.Machine]);
                break;
            default:
                throw new InvalidOperationException($"{mishap.Kind} is no mishap.");
        }
    }

    private Task Last()
    {
        cluster.Note($"{mishap.Kind} for {mishap.Lasts.TotalSeconds:0.0} s");
        return Task.Delay(mishap.Lasts, cluster.Time);
    }

    /// <summary>A machine goes and comes back, even the last one. One that is gone already is left alone.</summary>
    private async Task Lose(Machine machine)
    {
        if (!machine.IsUp) return;
        machine.IsUp = false;
        if (mishap.Kind is MishapKind.Dies or MishapKind.PowerCut) machine.Die();
        else if (mishap.Kind == MishapKind.Leaves) await machine.Leave();
        else await machine.BeCutOff(mishap.Lasts);
        await Task.Delay(mishap.Lasts, cluster.Time);
        await machine.Start();
        machine.IsUp = true;
    }
}
