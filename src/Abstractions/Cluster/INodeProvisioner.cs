using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Abstractions;

/// <summary>
/// Whoever can add and remove silos from inside the cluster. Without one, the figure is only shown, as the metric
/// od_desired_silos, for an autoscaler outside.
/// </summary>
public interface INodeProvisioner
{
    /// <summary>Told again and again, from one silo; what was started before counts, and nothing that holds a replica is stopped.</summary>
    /// <param name="desiredCount">How many silos there should be.</param>
    /// <param name="silos">Those that live, as their last heartbeats told.</param>
    Task Have(int desiredCount, IReadOnlyList<SiloStatus> silos);
}
