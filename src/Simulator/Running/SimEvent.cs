namespace OrleansDiffusion.Simulator;

internal enum SimEventKind
{
    Loaded,
    JobEnded,

    /// <summary>A pool wants to be looked at, since a keep-alive may be over.</summary>
    Look,
}

/// <summary>What happens at some moment.</summary>
/// <param name="Seconds">What it took.</param>
internal readonly record struct SimEvent(SimEventKind Kind, SimReplica? Replica, SimPool? Pool, double Seconds);

/// <summary>Sees what a simulation does.</summary>
internal interface ISimulationWatcher
{
    void Began(int job, int device, string model, double at);

    void Ended(int device, double at);

    void Loads(int device, string model, int residentCount, double at);

    void Unloads(int device, string model, double at);
}
