using FsCheck;
using FsCheck.Fluent;

namespace OrleansDiffusion.Jobs.Tests;

public sealed class EvictionTests
{
    private const long GiB = Examples.GiB;

    private static readonly Gen<ResidentReplica> Residents =
        from bytes in Gen.Choose(1, 8)
        from load in Gen.Choose(0, 100)
        from use in Gen.Elements(Enum.GetValues<ReplicaUse>())
        from idle in Gen.Choose(0, 1000)
        select new ResidentReplica("", bytes * GiB, load, use, idle, null);

    private static readonly Gen<(ResidentReplica[] Residents, long Free, RoomRequest Request)> Rooms =
        from residents in Residents.ArrayOf()
        from free in Gen.Choose(0, 4)
        from needed in Gen.Choose(0, 20)
        from isForDemand in Gen.Elements(true, false)
        select (
            residents.Take(8).Select((one, i) => one with { ReplicaId = $"r{i}" }).ToArray(), free * GiB, new RoomRequest(needed * GiB, isForDemand));

    [Fact]
    public void What_idles_longest_goes_first_by_LRU_and_where_nothing_else_is_known()
    {
        ResidentReplica[] residents = [Surplus("a", idle: 10), Surplus("b", idle: 500), Surplus("c", idle: 100)];
        Assert.Equal(["b"], Choose(residents, LruResidency.Instance));
        Assert.Equal(["b"], Choose(residents, ResidencyPolicy.Instance));
    }

    [Fact]
    public void What_is_wanted_every_minute_stays_though_another_was_used_later()
    {
        ResidentReplica[] residents = [Surplus("minutely", idle: 50) with { Gaps = Every(60) },
            Surplus("daily", idle: 5) with { Gaps = Every(86_400) }];
        Assert.Equal(["minutely"], Choose(residents, LruResidency.Instance));
        Assert.Equal(["daily"], Choose(residents, ResidencyPolicy.Instance));
    }

    [Fact]
    public void What_loads_slowly_and_what_is_small_is_kept()
    {
        Assert.Equal(["fast"], Choose([Surplus("slow", 9), Surplus("fast", 9) with { LoadSeconds = 2 }], ResidencyPolicy.Instance));
        Assert.Equal(["large"], Choose([Surplus("small", 9), Surplus("large", 9) with { MemoryBytes = 4 * GiB }], ResidencyPolicy.Instance));
    }

    [Theory]
    [InlineData(ReplicaUse.Surplus, true, true)]
    [InlineData(ReplicaUse.Standby, true, true)]
    [InlineData(ReplicaUse.Standby, false, false)] // Two standbys would take the place from each other for ever.
    [InlineData(ReplicaUse.Surplus, false, true)]
    [InlineData(ReplicaUse.Reserved, true, false)]
    [InlineData(ReplicaUse.Busy, true, false)]
    public void Who_may_displace_what(ReplicaUse use, bool isForDemand, bool goes)
    {
        ResidentReplica[] residents = [Surplus("a") with { Use = use }];
        var request = new RoomRequest(GiB, isForDemand);
        Assert.Equal(goes ? ["a"] : null, Eviction.Choose(residents, 0, request, ResidencyPolicy.Instance));
        Assert.Equal(goes ? 0 : -1, Eviction.ChooseOne(residents, request, ResidencyPolicy.Instance));
    }

    [Fact]
    public void A_standby_displaces_only_what_is_worth_less()
    {
        ResidentReplica[] residents = [Surplus("a")];
        var worth = ResidencyPolicy.Instance.Worth(residents[0]);
        Assert.Null(Eviction.Choose(residents, 0, new(GiB, IsForDemand: false, worth), ResidencyPolicy.Instance));
        Assert.Equal(["a"], Eviction.Choose(residents, 0, new(GiB, IsForDemand: false, worth * 2), ResidencyPolicy.Instance));
    }

    [Fact]
    public void Room_that_is_there_evicts_nobody() =>
        Assert.Equal([], Eviction.Choose([Surplus("a")], 2 * GiB, new(2 * GiB, true), LruResidency.Instance)!);

    [Fact]
    public void A_small_one_is_spared_when_a_larger_one_has_to_go_anyway()
    {
        ResidentReplica[] residents = [Surplus("small", idle: 500), Surplus("large", idle: 100) with { MemoryBytes = 4 * GiB }];
        Assert.Equal(["large"], Eviction.Choose(residents, 0, new(4 * GiB, true), LruResidency.Instance));
        Assert.Equal(["large", "small"], Eviction.Choose(residents, 0, new(5 * GiB, true), LruResidency.Instance));
        Assert.Null(Eviction.Choose(residents, 0, new(6 * GiB, true), LruResidency.Instance));
    }

    [Fact]
    public void Equal_ones_go_in_the_order_of_their_ids() => Assert.Equal(["a"], Choose([Surplus("b"), Surplus("a")], ResidencyPolicy.Instance));

    [Fact]
    public void The_room_is_enough_none_is_evicted_in_vain_and_none_that_must_stay() =>
        Properties.Hold(Rooms, given =>
        {
            var (residents, free, request) = given;
            var evicted = Eviction.Choose(residents, free, request, ResidencyPolicy.Instance);
            var movable = residents.Where(one => one.Use == ReplicaUse.Surplus || (one.Use == ReplicaUse.Standby && request.IsForDemand)).ToList();
            Assert.Equal(free + movable.Sum(one => one.MemoryBytes) < request.MemoryBytes, evicted is null);
            if (evicted is null) return;

            var gone = movable.Where(one => evicted.Contains(one.ReplicaId)).ToList();
            Assert.Equal(evicted.Count, gone.Count);
            var room = free + gone.Sum(one => one.MemoryBytes);
            Assert.True(room >= request.MemoryBytes);
            Assert.All(gone, one => Assert.True(room - one.MemoryBytes < request.MemoryBytes));
        });

    [Fact]
    public void The_order_in_which_they_are_named_does_not_matter() =>
        Properties.Hold(Rooms, given => Assert.Equal(
            Eviction.Choose(given.Residents, given.Free, given.Request, ResidencyPolicy.Instance),
            Eviction.Choose([.. given.Residents.Reverse()], given.Free, given.Request, ResidencyPolicy.Instance)));

    private static IReadOnlyList<string>? Choose(ResidentReplica[] residents, IResidencyPolicy policy)
    {
        var one = Eviction.ChooseOne(residents, new(GiB, true), policy);
        var chosen = Eviction.Choose(residents, 0, new(GiB, true), policy);
        Assert.Equal([residents[one].ReplicaId], chosen);
        return chosen;
    }

    private static ResidentReplica Surplus(string id, double idle = 0) => new(id, GiB, 80, ReplicaUse.Surplus, idle, null);

    private static GapHistogram Every(double seconds)
    {
        var gaps = new GapHistogram();
        for (var i = 0; i < 50; i++) gaps.Add(seconds);
        return gaps;
    }
}
