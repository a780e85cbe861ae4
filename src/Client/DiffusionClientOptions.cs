using System.Security.Cryptography;
using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Client;

/// <summary>How the embedded client behaves.</summary>
public sealed class DiffusionClientOptions
{
    /// <summary>The tenant of <see cref="IDiffusionClient"/> where it is taken from the container. Default: the one of a machine without keys.</summary>
    public string TenantId { get; set; } = GrainKeys.DefaultTenant;

    /// <summary>
    /// How often a call that found its silo gone is made, with growing pauses. More outlasts slower detection of dead
    /// nodes, and keeps callers waiting. Default 8, which is 13 to 25 s.
    /// </summary>
    public int AttemptsMax { get; set; } = 8;

    /// <summary>Dice for the pauses: those who lost the same silo do not come back together.</summary>
    internal Func<double> Chance { get; set; } = static () => RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20);
}
