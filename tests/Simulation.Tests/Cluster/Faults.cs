using OrleansDiffusion.Grains;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>Where a test plants what an invariant must find.</summary>
internal sealed record Faults
{
    public static Faults None { get; } = new();

    /// <summary>Makes the plan one in which it shows sooner.</summary>
    public Func<Plan, Plan> Plan { get; init; } = static plan => plan;

    /// <summary>Stands before the jobs' table.</summary>
    public Func<IJobStore, IJobStore> Jobs { get; init; } = static rows => rows;

    /// <summary>Sees every call to a grain.</summary>
    public Func<IIncomingGrainCallContext, Task> Call { get; init; } = static context => context.Invoke();

    /// <summary>What a machine says of its devices.</summary>
    public Func<IReadOnlyList<LocalDevice>, IReadOnlyList<LocalDevice>> Told { get; init; } = static devices => devices;

    /// <summary>Where a model really goes that shall go onto a device.</summary>
    public Func<string, string> Misplaced { get; init; } = static deviceId => deviceId;

    /// <summary>Other settings than those that the invariants know.</summary>
    public Action<JobOptions> Settings { get; init; } = static _ => { };

    /// <summary>What a checkpoint becomes on its way.</summary>
    public Func<byte[], byte[]> Checkpoint { get; init; } = static state => state;
}
