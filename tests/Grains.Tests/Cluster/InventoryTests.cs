using OrleansDiffusion.Fakes;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>Granted room, on a clock that the test moves.</summary>
public sealed class InventoryTests
{
    private readonly ManualTime _time = new();
    private readonly Inventory _inventory;

    public InventoryTests() => _inventory = new Inventory(_time, new LivenessOptions());

    [Fact]
    public void Room_is_granted_once_and_again_to_the_same_replica()
    {
        _inventory.Heard(Silo("a"));

        Assert.Equal("fake0", _inventory.Reserve("emoji@v/0", "emoji", 60).Device!.DeviceId);
        Assert.Equal("fake0", _inventory.Reserve("emoji@v/0", "emoji", 60).Device!.DeviceId);
        Assert.Contains("free", _inventory.Reserve("other@v/0", "other", 60).RefusedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public void Room_that_is_given_back_can_be_granted_again()
    {
        _inventory.Heard(Silo("a"));
        _inventory.Reserve("emoji@v/0", "emoji", 60);
        _inventory.Release("emoji@v/0");

        Assert.NotNull(_inventory.Reserve("other@v/0", "other", 60).Device);
    }

    [Fact]
    public void Room_that_nobody_moves_into_is_free_again_after_its_time()
    {
        _inventory.Heard(Silo("a"));
        _inventory.Reserve("emoji@v/0", "emoji", 60);

        _time.Advance(TimeSpan.FromSeconds(61));
        _inventory.Heard(Silo("a"));

        Assert.NotNull(_inventory.Reserve("other@v/0", "other", 60).Device);
    }

    [Fact]
    public void Room_that_a_pool_asked_for_and_nobody_took_is_free_for_the_next_pool()
    {
        _inventory.Heard(Silo("a"));
        _inventory.Heard(Silo("b", Replica("emoji@v/1")));
        _inventory.Reserve("emoji@v/2", "emoji", 60);
        Assert.Contains("has a replica of emoji already", _inventory.Reserve("emoji@v/3", "emoji", 60).RefusedBecause, StringComparison.Ordinal);

        _inventory.ReleaseUntaken("other");
        Assert.Null(_inventory.Reserve("emoji@v/3", "emoji", 60).Device);
        _inventory.ReleaseUntaken("emoji");

        Assert.Equal("a", _inventory.Reserve("emoji@v/3", "emoji", 60).Device!.SiloId);
        Assert.Equal((0, 60), (_inventory.BytesOf("emoji@v/2"), _inventory.BytesOf("emoji@v/1")));
    }

    [Fact]
    public void A_younger_inventory_learns_of_room_from_the_replicas_that_have_it()
    {
        _inventory.Heard(Silo("a", Replica("emoji@v/0")));

        Assert.Null(_inventory.Reserve("other@v/0", "other", 60).Device);
        Assert.Equal("fake0", _inventory.Reserve("emoji@v/0", "emoji", 60).Device!.DeviceId);
    }

    [Fact]
    public void A_replica_that_its_silo_no_longer_names_has_left_its_room()
    {
        _inventory.Heard(Silo("a", Replica("emoji@v/0")));
        _time.Advance(TimeSpan.FromSeconds(7));
        _inventory.Heard(Silo("a"));

        Assert.NotNull(_inventory.Reserve("other@v/0", "other", 60).Device);
    }

    [Fact]
    public void A_late_heartbeat_does_not_bring_back_who_gave_its_room_up()
    {
        _inventory.Heard(Silo("a", Replica("emoji@v/0")));
        _inventory.Release("emoji@v/0");
        _inventory.Heard(Silo("a", Replica("emoji@v/0"))); // It was on its way.
        _inventory.Heard(Silo("a"));

        Assert.NotNull(_inventory.Reserve("other@v/0", "other", 60).Device);
    }

    [Fact]
    public void Who_gets_room_again_after_it_gave_it_up_has_it()
    {
        _inventory.Heard(Silo("a", Replica("emoji@v/0")));
        _inventory.Release("emoji@v/0");
        _inventory.Heard(Silo("a"));
        Assert.NotNull(_inventory.Reserve("emoji@v/0", "emoji", 60).Device);

        _inventory.Heard(Silo("a", Replica("emoji@v/0")));
        _time.Advance(TimeSpan.FromMinutes(2)); // Longer than room is kept for who does not come.
        _inventory.Heard(Silo("a", Replica("emoji@v/0")));

        Assert.Null(_inventory.Reserve("other@v/0", "other", 60).Device);
    }

    [Fact]
    public void A_silo_that_has_the_weights_is_better_than_one_with_more_memory()
    {
        _inventory.Heard(WithMemory("a", 1000));
        _inventory.Heard(WithMemory("b", 100) with { WarmVersions = ["v"] });

        Assert.Equal("a", _inventory.Reserve("first@w/0", "first", 60).Device!.SiloId);
        Assert.Equal("b", _inventory.Reserve("emoji@v/0", "emoji", 60).Device!.SiloId);
        Assert.Equal("a", _inventory.Reserve("other@v/0", "other", 60).Device!.SiloId);
    }

    [Fact]
    public void Weights_in_memory_are_better_than_on_a_disk_and_these_better_than_a_part_of_them()
    {
        _inventory.Heard(WithMemory("a", 400) with { Weights = Weights(WeightsTier.Part) });
        _inventory.Heard(WithMemory("b", 300) with { WarmVersions = ["v"], Weights = Weights(WeightsTier.Part) });
        _inventory.Heard(WithMemory("c", 200) with { Weights = Weights(WeightsTier.Memory) });

        string[] chosen = [.. Enumerable.Range(0, 3).Select(i => _inventory.Reserve($"emoji@v/{i}", "emoji", 60).Device!.SiloId)];

        Assert.Equal(["c", "b", "a"], chosen);
    }

    [Fact]
    public void Room_is_granted_only_on_the_kind_of_device_that_is_needed()
    {
        _inventory.Heard(WithMemory("a", 1000));

        Assert.Equal("no device is cuda; there is 1 cpu device", _inventory.Reserve("emoji@v/0", "emoji", 60, Cuda).RefusedBecause);
        _inventory.Heard(WithMemory("b", 100, "cuda"));
        Assert.Equal("b", _inventory.Reserve("emoji@v/0", "emoji", 60, Cuda).Device!.SiloId);
    }

    [Fact]
    public void Room_that_nobody_moved_into_is_exchanged_when_other_devices_are_needed()
    {
        _inventory.Heard(WithMemory("a", 1000));
        _inventory.Heard(WithMemory("b", 100, "cuda"));

        Assert.Equal("a", _inventory.Reserve("emoji@v/0", "emoji", 1000).Device!.SiloId);
        Assert.Equal("b", _inventory.Reserve("emoji@v/0", "emoji", 60, Cuda).Device!.SiloId);
        Assert.Equal("a", _inventory.Reserve("other@v/0", "other", 1000).Device!.SiloId);
    }

    [Fact]
    public void A_silent_silo_is_lost_once()
    {
        _inventory.Heard(Silo("a"));
        _inventory.Heard(Silo("b"));
        _time.Advance(TimeSpan.FromSeconds(4));
        _inventory.Heard(Silo("b"));
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(["a"], _inventory.TakeLost(_ => false).Select(silo => silo.SiloId));
        Assert.Empty(_inventory.TakeLost(_ => false));
        Assert.Equal(["b"], _inventory.Silos.Select(silo => silo.SiloId));
    }

    [Fact]
    public void A_silo_that_was_declared_dead_is_lost_at_once_and_once()
    {
        _inventory.Heard(Silo("a"));
        _inventory.Heard(Silo("b"));

        Assert.Equal(["a"], _inventory.TakeLost(id => id == "a").Select(silo => silo.SiloId));
        Assert.Empty(_inventory.TakeLost(id => id == "a"));
        Assert.Equal(["b"], _inventory.Silos.Select(silo => silo.SiloId));
    }

    [Fact]
    public void The_time_of_a_heartbeat_is_when_it_was_heard()
    {
        _inventory.Heard(Silo("a") with { LastSeenAt = DateTimeOffset.MaxValue });

        Assert.Equal(_time.GetUtcNow(), _inventory.Silos[0].LastSeenAt);
    }

    private static SiloWeights Weights(WeightsTier tier) => new() { DiskBytes = 100, Held = [new HeldWeights("v-cpu", 10, tier)] };

    private static DeviceNeeds Cuda => new() { Provider = "cuda" };

    private SiloStatus WithMemory(string id, long bytes, string provider = "cpu")
    {
        var silo = Silo(id);
        return silo with { Devices = [silo.Devices[0] with { MemoryBytes = bytes, Provider = provider }] };
    }

    private SiloStatus Silo(string id, params ReplicaStatus[] replicas) => new()
    {
        SiloId = id,
        HostName = id,
        StartedAt = _time.GetUtcNow(),
        LastSeenAt = _time.GetUtcNow(),
        Devices = [new DeviceStatus { SiloId = id, DeviceId = "fake0", Provider = "cpu", Name = "fake", MemoryBytes = 100 }],
        Replicas = replicas,
    };

    private ReplicaStatus Replica(string id) => new()
    {
        ReplicaId = id,
        Model = "emoji",
        SiloId = "a",
        DeviceId = "fake0",
        Phase = ReplicaPhase.Ready,
        MemoryBytes = 60,
        Since = _time.GetUtcNow(),
    };
}
