namespace Orleans.Configuration;

/// <summary>How fast the real engine finds that a silo is dead. In one process it is known at once, so that these only have to be there.</summary>
public class ClusterMembershipOptions
{
    public int NumMissedProbesLimit { get; set; } = 3;

    public int NumProbedSilos { get; set; } = 10;

    public int NumVotesForDeathDeclaration { get; set; } = 2;

    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    public TimeSpan TableRefreshTimeout { get; set; } = TimeSpan.FromSeconds(60);

    public TimeSpan DeathVoteExpirationTimeout { get; set; } = TimeSpan.FromSeconds(120);

    public TimeSpan IAmAliveTablePublishTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public int NumMissedTableIAmAliveLimit { get; set; } = 3;

    public TimeSpan DefunctSiloExpiration { get; set; } = TimeSpan.FromDays(7);
}

