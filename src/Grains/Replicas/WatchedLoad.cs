using OrleansDiffusion.Diffusion;

namespace OrleansDiffusion.Grains;

/// <summary>
/// A load of which something must move: however long it takes, it may not stand still for longer than its limit. One that stands
/// still is told to end; one that does not even do that has the device hanging.
/// </summary>
internal static class WatchedLoad
{
    /// <summary>Slower than any disk or network that is worth waiting for.</summary>
    private const double BytesPerSecondMin = 50 << 20;

    /// <summary>How long nothing may move: a part is told of when it is done, and large models have large parts.</summary>
    public static TimeSpan LimitOf(long modelBytes, TimeSpan deviceTimeout) => deviceTimeout + TimeSpan.FromSeconds(modelBytes / BytesPerSecondMin);

    /// <exception cref="InferenceException">Nothing moved for too long, or the load itself failed.</exception>
    /// <exception cref="DeviceHungException">It does not even end when it is told to.</exception>
    public static async Task<IReplicaRuntime> Run(
        Func<CancellationToken, Task<IReplicaRuntime>> load, LoadLedger ledger, TimeSpan limit, TimeProvider time, CancellationToken unwanted)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(unwanted);
        var loading = load(stop.Token);
        while (!loading.IsCompleted && ledger.StandsStillFor < limit) await Pause(loading, limit - ledger.StandsStillFor, time);
        if (loading.IsCompleted) return await loading;

        Cancel(stop);
        await Pause(loading, limit, time);
        if (!loading.IsCompleted)
        {
            _ = Drop(loading);
            throw new DeviceHungException($"A load that stood still for {limit.TotalSeconds:0.#} s does not end.");
        }

        try
        {
            return await loading;
        }
        catch (OperationCanceledException) when (!unwanted.IsCancellationRequested)
        {
            throw new InferenceException($"Nothing of the load moved for {limit.TotalSeconds:0.#} s; the last was {ledger.Read().Name}.");
        }
    }

    /// <summary>Waits for the end of the load, however it ends, but not for longer.</summary>
    private static async Task Pause(Task loading, TimeSpan pause, TimeProvider time)
    {
        try
        {
            await loading.WaitAsync(pause, time);
        }
        catch (Exception)
        {
            // Whoever paused looks at the load itself.
        }
    }

    /// <summary>Here and now: nothing of a replica's life happens on other threads.</summary>
    private static void Cancel(CancellationTokenSource stop) => stop.Cancel();

    /// <summary>Should it come back after all, nobody wants what it brings.</summary>
    private static async Task Drop(Task<IReplicaRuntime> late)
    {
        try
        {
            await (await late).DisposeAsync();
        }
        catch (Exception)
        {
            // It was given up before.
        }
    }
}
