namespace OrleansDiffusion.Simulation.Tests;

/// <summary>Things that happen on the simulation's thread after some virtual time, whoever has died meanwhile.</summary>
internal static class Later
{
    public static void Do(this TimeProvider time, TimeSpan delay, Action what) => time.CreateTimer(_ => what(), null, delay, Timeout.InfiniteTimeSpan);

    /// <summary>Code after ConfigureAwait(false) goes on here and now only where no context is; elsewhere it would leave the thread.</summary>
    public static void WithoutContext(Action complete)
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            complete();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }
}
