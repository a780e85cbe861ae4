namespace OrleansDiffusion.Abstractions;

/// <summary>One silo, spoken to by its id. Who calls it names the silo in the request context, too, so that it is placed there.</summary>
public interface ISiloGrain : IGrainWithStringKey
{
    /// <summary>
    /// Has the silo leave as if its process were told to: no new jobs, running ones move at the next step boundary with
    /// their checkpoints, the devices are freed, the process ends. Answers at once; false when that silo is gone.
    /// </summary>
    Task<bool> Drain();
}
