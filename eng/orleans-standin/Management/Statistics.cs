namespace Orleans.Runtime
{
    /// <summary>How many activations of one grain class a silo has.</summary>
    [GenerateSerializer, Immutable]
    public sealed class SimpleGrainStatistic
    {
        [Id(0)]
        public string GrainType { get; init; } = "";

        [Id(1)]
        public SiloAddress SiloAddress { get; init; } = SiloAddress.Zero;

        [Id(2)]
        public int ActivationCount { get; init; }

        public override string ToString() => $"SimpleGrainStatistic: GrainType={GrainType} Silo={SiloAddress} NumActivations={ActivationCount}";
    }

    /// <summary>One activation and where it is.</summary>
    [GenerateSerializer, Immutable]
    public sealed class DetailedGrainStatistic
    {
        [Id(0)]
        public string GrainType { get; init; } = "";

        [Id(1)]
        public SiloAddress SiloAddress { get; init; } = SiloAddress.Zero;

        [Id(2)]
        public GrainId GrainId { get; init; }
    }

    /// <summary>What a silo says of itself.</summary>
    [GenerateSerializer, Immutable]
    public sealed class SiloRuntimeStatistics
    {
        internal SiloRuntimeStatistics(int activationCount, int recentlyUsedActivationCount, DateTime dateTime)
        {
            ActivationCount = activationCount;
            RecentlyUsedActivationCount = recentlyUsedActivationCount;
            DateTime = dateTime;
        }

        [Id(0)]
        public int ActivationCount { get; }

        [Id(1)]
        public int RecentlyUsedActivationCount { get; }

        [Id(10)]
        public DateTime DateTime { get; }
    }
}

namespace Orleans
{
    /// <summary>One row of the membership table.</summary>
    [GenerateSerializer]
    public sealed class MembershipEntry
    {
        [Id(0)]
        public Runtime.SiloAddress SiloAddress { get; set; } = Runtime.SiloAddress.Zero;

        [Id(1)]
        public Runtime.SiloStatus Status { get; set; }

        [Id(3)]
        public int ProxyPort { get; set; }

        [Id(4)]
        public string HostName { get; set; } = "";

        [Id(5)]
        public string SiloName { get; set; } = "";

        [Id(9)]
        public DateTime StartTime { get; set; }

        [Id(10)]
        public DateTime IAmAliveTime { get; set; }
    }
}
