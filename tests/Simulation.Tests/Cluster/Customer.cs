using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>Orders one picture, and again until it is accepted; watches it, or does not want it any more. Looks at what is not his, too.</summary>
internal sealed class Customer(Order order, IDiffusionClientFactory clients, TimeProvider time, Witness witness, string stranger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private const int AttemptsMax = 200;

    private IDiffusionClient Client => clients.ForTenant(order.TenantId);

    public async Task Shop()
    {
        await Task.Delay(order.At, time);
        if (!await Submit()) return;
        var watch = order.IsWatched ? Watch() : Task.CompletedTask;
        var cancel = order.CancelAfter is { } wait ? Cancel(wait) : Task.CompletedTask;
        await Peep();
        await watch;
        await cancel;
    }

    /// <summary>False when it was refused for good.</summary>
    private async Task<bool> Submit()
    {
        var view = await Patiently("submit", () => Client.SubmitAsync(order.Request, new SubmitOptions(order.Key)));
        if (view is null) return false;
        witness.Accepted(view.Record);
        Saw(order.TenantId, view.Record);
        return true;
    }

    private async Task Watch() => await Patiently("watch", async () =>
    {
        await foreach (var happened in Client.WatchAsync(order.JobId))
        {
            if (happened.Record is { } record) Saw(order.TenantId, record);
            if (happened is not { Kind: JobEventKind.Done, Record: { } final }) continue;
            witness.ToldEnd(final.Id, final.Status);
            return true;
        }

        throw new InvalidOperationException($"The watch of {order.JobId} ended without an end.");
    });

    private async Task Cancel(TimeSpan wait)
    {
        await Task.Delay(wait, time);
        if (await Patiently("cancel", () => Client.CancelAsync(order.JobId))) witness.ToldEnd(order.JobId, JobStatus.Cancelled);
    }

    /// <summary>Another tenant who guessed the id.</summary>
    private async Task Peep()
    {
        if (stranger == order.TenantId) return;
        var seen = await Patiently("peep", () => clients.ForTenant(stranger).GetAsync(order.JobId));
        if (seen is not null) Saw(stranger, seen.Record);
        foreach (var job in (await Patiently("list", () => clients.ForTenant(stranger).ListJobsAsync()))!.Jobs) Saw(stranger, job);
    }

    private void Saw(string tenantId, JobRecord job) => witness.Shown(tenantId, job);

    private async Task<T?> Patiently<T>(string what, Func<Task<T>> call)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (DiffusionException refused) when (refused.Refusal.Code is ErrorCode.InvalidRequest)
            {
                throw;
            }
            catch (Exception problem) when (attempt < AttemptsMax && problem is not InvariantBrokenException)
            {
                witness.Note($"{order.JobId} {what}: {problem.GetType().Name}: {problem.Message}");
            }

            await Task.Delay(Pause, time);
        }
    }
}
