using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>A membership in which those are dead or leaving who are named.</summary>
internal sealed class FakeMembership : ISiloStatusOracle
{
    public HashSet<string> Dead { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Leaving { get; } = new(StringComparer.Ordinal);

    public Orleans.Runtime.SiloStatus CurrentStatus => Orleans.Runtime.SiloStatus.Active;

    public string SiloName => "here";

    public SiloAddress SiloAddress { get; } = SiloAddress.FromParsableString("127.0.0.1:9@9");

    public bool IsDeadSilo(SiloAddress silo) => Dead.Contains(silo.ToParsableString());

    public SiloAddress[] GetActiveSilos() => [SiloAddress];

    public Orleans.Runtime.SiloStatus GetApproximateSiloStatus(SiloAddress siloAddress) =>
        IsDeadSilo(siloAddress) ? Orleans.Runtime.SiloStatus.Dead
        : Leaving.Contains(siloAddress.ToParsableString()) ? Orleans.Runtime.SiloStatus.ShuttingDown
        : Orleans.Runtime.SiloStatus.Active;

    public Dictionary<SiloAddress, Orleans.Runtime.SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false) => [];

    public bool TryGetSiloName(SiloAddress siloAddress, [NotNullWhen(true)] out string? siloName) => (siloName = null) is not null;

    public bool IsFunctionalDirectory(SiloAddress siloAddress) => !IsDeadSilo(siloAddress);

    public bool SubscribeToSiloStatusEvents(ISiloStatusListener observer) => true;

    public bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer) => true;
}
