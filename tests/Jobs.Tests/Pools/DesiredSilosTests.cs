using FsCheck;
using FsCheck.Fluent;

namespace OrleansDiffusion.Jobs.Tests;

/// <summary>How many silos a cluster asks for.</summary>
public sealed class DesiredSilosTests
{
    private static readonly Gen<SiloStatus> Silos =
        from deviceCount in Gen.Choose(0, 4)
        from phases in Gen.Elements(Enum.GetValues<ReplicaPhase>()).ArrayOf()
        from isDraining in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        select Silo(deviceCount, isDraining, [.. phases.Take(3)]);

    private static readonly Gen<(SiloStatus[] Silos, int Lacked, int Min, int Max)> Cases =
        from silos in Silos.ArrayOf()
        from lacked in Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Choose(0, 40)))
        from min in Gen.Choose(1, 5)
        from more in Gen.Choose(0, 30)
        select (silos, lacked, min, min + more);

    [Theory]
    [InlineData(0, 2)] // Two hold something, one is empty, one leaves.
    [InlineData(1, 4)]
    [InlineData(2, 4)]
    [InlineData(3, 5)]
    [InlineData(100, 53)]
    public void Silos_are_added_for_what_is_lacking_and_spared_when_nothing_is(int lacked, int expected)
    {
        SiloStatus[] silos = [Silo(2, false, ReplicaPhase.Ready), Silo(2, false, ReplicaPhase.Loading), Silo(2, false, ReplicaPhase.Draining), Silo(9, true)];
        Assert.Equal(expected, DesiredSilos.Of(silos, lacked, 1, 1000));
    }

    [Fact]
    public void Without_a_silo_to_go_by_every_replica_asks_for_one() => Assert.Equal(3, DesiredSilos.Of([], 3, 1, 1000));

    [Fact]
    public void As_many_replicas_as_there_can_be_ask_for_no_more_than_the_most() =>
        Assert.Equal(1000, DesiredSilos.Of([Silo(1, false), Silo(0, false)], int.MaxValue, 1, 1000));

    [Fact]
    public void It_is_never_outside_its_bounds() =>
        Properties.Hold(Cases, c => Assert.InRange(DesiredSilos.Of(c.Silos, c.Lacked, c.Min, c.Max), c.Min, c.Max));

    [Fact]
    public void Who_lacks_more_never_gets_less() =>
        Properties.Hold(Cases, c => Assert.True(
            DesiredSilos.Of(c.Silos, c.Lacked, c.Min, c.Max) <= DesiredSilos.Of(c.Silos, c.Lacked + 1, c.Min, c.Max)));

    [Fact]
    public void What_is_asked_for_has_a_device_for_everything_that_is_lacking_and_one_silo_less_has_not() =>
        Properties.Hold(Cases.Where(c => c.Lacked > 0 && c.Silos.Any(IsOpenWithDevices)), c =>
        {
            var open = c.Silos.Where(silo => !silo.IsDraining).ToList();
            var perSilo = (double)open.Sum(silo => silo.Devices.Count) / open.Count;
            var added = DesiredSilos.Of(c.Silos, c.Lacked, 0, int.MaxValue) - open.Count;
            Assert.True(added * perSilo >= c.Lacked - 1e-6);
            Assert.True((added - 1) * perSilo < c.Lacked - 1e-6);
        });

    [Fact]
    public void With_nothing_lacking_every_silo_that_holds_something_stays_and_no_other() =>
        Properties.Hold(Cases, c => Assert.Equal(c.Silos.Count(HoldsSomething), DesiredSilos.Of(c.Silos, 0, 0, int.MaxValue)));

    [Fact]
    public void A_silo_that_comes_empty_for_what_is_lacking_does_not_send_itself_away()
    {
        SiloStatus[] before = [Silo(1, false, ReplicaPhase.Ready)];
        Assert.Equal(2, DesiredSilos.Of(before, 1, 1, 1000));
        Assert.True(DesiredSilos.Of([.. before, Silo(1, false)], 1, 1, 1000) >= 2); // It is there, and the pool has not seen it.
        Assert.Equal(2, DesiredSilos.Of([.. before, Silo(1, false, ReplicaPhase.Provisioning)], 0, 1, 1000));
    }

    private static bool IsOpenWithDevices(SiloStatus silo) => !silo.IsDraining && silo.Devices.Count > 0;

    private static bool HoldsSomething(SiloStatus silo) =>
        !silo.IsDraining && silo.Replicas.Any(replica => replica.Phase is not (ReplicaPhase.Draining or ReplicaPhase.Stopped));

    private static SiloStatus Silo(int deviceCount, bool isDraining, params ReplicaPhase[] phases) => new()
    {
        SiloId = "s",
        HostName = "h",
        StartedAt = Examples.Noon,
        LastSeenAt = Examples.Noon,
        IsDraining = isDraining,
        Devices = [.. Enumerable.Range(0, deviceCount).Select(i => new DeviceStatus
        {
            SiloId = "s", DeviceId = $"cuda{i}", Provider = "cuda", Name = "GPU", MemoryBytes = 1,
        })],
        Replicas = [.. phases.Select((phase, i) => new ReplicaStatus
        {
            ReplicaId = $"m{i}@v/0", Model = $"m{i}", SiloId = "s", DeviceId = "cuda0", Phase = phase, MemoryBytes = 1, Since = Examples.Noon,
        })],
    };
}
