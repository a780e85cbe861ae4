using OrleansDiffusion.OrleansStandin.Driving;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>A mishap on its way.</summary>
internal sealed class Misfortune(Mishap mishap, IReadOnlyList<Machine> machines, Weather weather, SimulatedCluster cluster)
{
    private Machine Machine => machines[mishap.Machine];

    public async Task Happen()
    {
        await Task.Delay(mishap.At, cluster.Time);
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
            case MishapKind.Dies:
            case MishapKind.IsCutOff:
            case MishapKind.Leaves:
                await Lose();
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

    /// <summary>A machine goes and comes back. One that is gone already, or the last one, is left alone.</summary>
    private async Task Lose()
    {
        if (!Machine.IsUp || machines.Count(machine => machine.IsUp) == 1) return;
        Machine.IsUp = false;
        if (mishap.Kind == MishapKind.Dies) Machine.Die();
        else if (mishap.Kind == MishapKind.Leaves) await Machine.Leave();
        else await Machine.BeCutOff(mishap.Lasts);
        await Task.Delay(mishap.Lasts, cluster.Time);
        await Machine.Start();
        Machine.IsUp = true;
    }
}
