namespace OrleansDiffusion.Jobs.Tests;

public sealed class DevicePlacementTests
{
    private const long GiB = Examples.GiB;

    [Fact]
    public void The_device_with_the_most_free_memory_is_chosen() =>
        Assert.Equal("b/cuda1", Choose(2, Silo("a", ("cpu0", 8)), Silo("b", ("cuda0", 12), ("cuda1", 24))));

    [Fact]
    public void Equal_devices_are_taken_in_the_order_of_their_names() =>
        Assert.Equal("a/cuda0", Choose(2, Silo("b", ("cuda0", 8)), Silo("a", ("cuda1", 8), ("cuda0", 8))));

    [Fact]
    public void A_silo_that_has_the_weights_is_better_than_one_with_more_memory()
    {
        SiloStatus[] silos = [Silo("a", ("cuda0", 24)), Silo("b", ("cuda0", 8))];
        var held = new Dictionary<string, WeightsTier> { ["b"] = WeightsTier.Part };
        Assert.Equal("b/cuda0", Choose(new PlacementRequest("sd", 2 * GiB, WeightsAt: held), [], silos));
        Assert.Equal("a/cuda0", Choose(new PlacementRequest("sd", 9 * GiB, WeightsAt: held), [], silos));
    }

    [Fact]
    public void The_nearer_the_weights_are_to_a_device_the_better()
    {
        SiloStatus[] silos = [Silo("a", ("cuda0", 24)), Silo("b", ("cuda0", 16)), Silo("c", ("cuda0", 8)), Silo("d", ("cuda0", 4))];
        var held = new Dictionary<string, WeightsTier> { ["b"] = WeightsTier.Part, ["c"] = WeightsTier.Disk, ["d"] = WeightsTier.Memory };
        string[] chosen = ["d/cuda0", "c/cuda0", "b/cuda0", "a/cuda0"];
        long[] sizes = [4, 8, 16, 24];
        Assert.Equal(chosen, sizes.Select(size => Choose(new PlacementRequest("sd", size * GiB, WeightsAt: held), [], silos)));
    }

    [Fact]
    public void What_was_measured_counts_on_its_own_kind_of_device_only()
    {
        var cpu = Silo("a", ("cpu0", 8));
        cpu = cpu with { Devices = [cpu.Devices[0] with { Provider = "cpu" }] };
        var request = new PlacementRequest("sd", 9 * GiB, Measured: new("cpu", 8 * GiB));

        Assert.Equal("a/cpu0", Choose(request, [], cpu, Silo("b", ("cuda0", 8))));
        Assert.Equal("no device has 9 GiB free: best is cuda0 on b with 8 GiB", Choose(request, [], Silo("b", ("cuda0", 8))));
        Assert.Equal(
            [("cpu0", 8 * GiB), ("cuda1", 9 * GiB)],
            DevicePlacement.WithoutRoom(request, [cpu, Silo("b", ("cuda0", 8), ("cuda1", 9))], [], Examples.Noon, TimeSpan.FromSeconds(15))
                .Select(candidate => (candidate.Device.DeviceId, candidate.NeededBytes!.Value)));
    }

    [Fact]
    public void What_is_granted_is_taken_even_before_a_heartbeat_says_so()
    {
        DeviceReservation[] granted = [new("x", "flux", "a", "cuda0", 20 * GiB)];
        Assert.Equal("b/cuda0", Choose(6, granted, Silo("a", ("cuda0", 24)), Silo("b", ("cuda0", 8))));
        Assert.Equal("a/cuda0", Choose(4, granted, Silo("a", ("cuda0", 24))));
    }

    [Fact]
    public void What_a_heartbeat_says_is_taken_even_without_a_grant()
    {
        var silo = Silo("a", ("cuda0", 24));
        silo = silo with { Devices = [silo.Devices[0] with { ReservedBytes = 20 * GiB }] };
        Assert.Equal("no device has 5 GiB free: best is cuda0 on a with 4 GiB", Choose(5, silo));
        Assert.Equal("a/cuda0", Choose(4, [new("x", "flux", "a", "cuda0", 20 * GiB)], silo));
    }

    [Fact]
    public void Grants_on_other_devices_and_silos_take_nothing()
    {
        DeviceReservation[] granted = [new("x", "flux", "b", "cuda0", 24 * GiB), new("y", "flux", "a", "cuda1", 24 * GiB)];
        Assert.Equal("a/cuda0", Choose(24, granted, Silo("a", ("cuda0", 24))));
    }

    [Fact]
    public void A_device_holds_at_most_one_replica_of_a_model()
    {
        var loaded = Silo("a", ("cuda0", 24), ("cuda1", 8)) with { Replicas = [Replica("a", "cuda0", "sd", ReplicaPhase.Loading)] };
        Assert.Equal("a/cuda1", Choose(2, loaded));
        Assert.Equal("a/cuda1", Choose(2, [new("x", "sd", "a", "cuda0", GiB)], Silo("a", ("cuda0", 24), ("cuda1", 8))));
        Assert.Equal("every device has a replica of sd already", Choose(2, [new("x", "sd", "a", "cuda1", GiB)], loaded));
    }

    [Fact]
    public void A_stopped_replica_and_other_models_replicas_do_not_stand_in_the_way()
    {
        var silo = Silo("a", ("cuda0", 24)) with
        {
            Replicas = [Replica("a", "cuda0", "sd", ReplicaPhase.Stopped), Replica("a", "cuda0", "flux", ReplicaPhase.Ready)],
        };
        Assert.Equal("a/cuda0", Choose(2, silo));
    }

    [Fact]
    public void The_reason_names_the_best_of_the_devices_that_are_too_small() =>
        Assert.Equal(
            "no device has 24 GiB free: best is cuda0 on b with 12 GiB",
            Choose(24, Silo("a", ("cpu0", 3)), Silo("b", ("cuda0", 12)), Silo("c", ("cuda0", 12))));

    [Fact]
    public void An_overbooked_device_has_nothing_free() =>
        Assert.Equal("no device has 1 GiB free: best is cpu0 on a with 0 B", Choose(1, [new("x", "flux", "a", "cpu0", 4 * GiB)], Silo("a", ("cpu0", 3))));

    [Fact]
    public void Silos_that_drain_or_fell_silent_get_nothing()
    {
        var silent = Silo("a", ("cuda0", 24)) with { LastSeenAt = Examples.Noon.AddSeconds(-10.1) };
        var draining = Silo("b", ("cuda0", 24)) with { IsDraining = true };
        Assert.Equal("c/cpu0", Choose(2, silent, draining, Silo("c", ("cpu0", 3))));
        Assert.Equal("no silo has been heard of for 10 s", Choose(2, silent));
        Assert.Equal("every silo is draining", Choose(2, draining, silent));
        Assert.Equal("a/cuda0", Choose(2, silent with { LastSeenAt = Examples.Noon.AddSeconds(-10) }));
    }

    [Fact]
    public void Without_silos_or_devices_the_reason_says_so()
    {
        Assert.Equal("no silo has reported yet", Choose(2));
        Assert.Equal("no silo has a device", Choose(2, Silo("a")));
    }

    [Fact]
    public void A_device_that_has_a_problem_gets_nothing()
    {
        var hanging = Silo("a", ("cuda0", 24), ("cuda1", 8));
        hanging = hanging with { Devices = [hanging.Devices[0] with { Problem = "cuda0 hangs." }, hanging.Devices[1]] };
        Assert.Equal("a/cuda1", Choose(2, hanging));
        Assert.Equal("no device can be used: cuda0 on a: cuda0 hangs.", Choose(2, hanging with { Devices = [hanging.Devices[0]] }));
    }

    [Fact]
    public void Only_devices_of_the_needed_provider_are_chosen()
    {
        var silo = Silo("a", ("cpu0", 64), ("cuda0", 8));
        silo = silo with { Devices = [silo.Devices[0] with { Provider = "cpu" }, silo.Devices[1]] };
        Assert.Equal("a/cuda0", Choose(Needing(2, new() { Provider = "cuda" }), [], silo));
        Assert.Equal("no cuda device has 9 GiB free: best is cuda0 on a with 8 GiB", Choose(Needing(9, new() { Provider = "cuda" }), [], silo));
    }

    [Fact]
    public void Only_devices_that_carry_every_label_are_chosen()
    {
        SiloStatus[] silos =
            [Labelled("a", 64, ("gpu", "a10")), Labelled("b", 12, ("gpu", "h100"), ("zone", "eu")), Labelled("c", 24, ("gpu", "h100"))];
        Assert.Equal("c/cuda0", Choose(Needing(2, Labels(("gpu", "h100"))), [], silos));
        Assert.Equal("b/cuda0", Choose(Needing(2, Labels(("zone", "eu"), ("gpu", "h100"))), [], silos));
        Assert.Equal(
            "no device with gpu=h100, zone=eu has 24 GiB free: best is cuda0 on b with 12 GiB",
            Choose(Needing(24, Labels(("zone", "eu"), ("gpu", "h100"))), [], silos));
    }

    [Fact]
    public void The_reason_says_what_kind_of_device_is_missing()
    {
        Assert.Equal("no device is cpu; there is 1 cuda device", Choose(Needing(2, new() { Provider = "cpu" }), [], Silo("a", ("cuda0", 24))));
        Assert.Equal("no device has gpu=h100; seen: gpu=a10", Choose(Needing(2, Labels(("gpu", "h100"))), [], Labelled("a", 24, ("gpu", "a10"))));
    }

    [Fact]
    public void A_kind_of_which_every_device_has_the_model_has_no_place_left() =>
        Assert.Equal(
            "every device with gpu=a10 has a replica of sd already",
            Choose(
                Needing(2, Labels(("gpu", "a10"))),
                [new("x", "sd", "a", "cuda0", GiB)],
                Labelled("a", 24, ("gpu", "a10")),
                Silo("b", ("cuda0", 24))));

    private static PlacementRequest Needing(long needGiB, DeviceNeeds needs) => new("sd", needGiB * GiB, needs);

    private static DeviceNeeds Labels(params (string Name, string Value)[] labels) =>
        new() { Labels = labels.ToDictionary(l => l.Name, l => l.Value) };

    private static SiloStatus Labelled(string id, long memoryGiB, params (string Name, string Value)[] labels)
    {
        var silo = Silo(id, ("cuda0", memoryGiB));
        return silo with { Devices = [silo.Devices[0] with { Labels = labels.ToDictionary(l => l.Name, l => l.Value) }] };
    }

    private static string Choose(long needGiB, params SiloStatus[] silos) => Choose(needGiB, [], silos);

    private static string Choose(long needGiB, DeviceReservation[] granted, params SiloStatus[] silos) =>
        Choose(new PlacementRequest("sd", needGiB * GiB), granted, silos);

    private static string Choose(PlacementRequest request, DeviceReservation[] granted, params SiloStatus[] silos) =>
        Text(DevicePlacement.Choose(request, silos, granted, Examples.Noon, TimeSpan.FromSeconds(10)));

    private static string Text(DeviceChoice choice) => choice.Device is { } device ? $"{device.SiloId}/{device.DeviceId}" : choice.RefusedBecause!;

    private static SiloStatus Silo(string id, params (string Device, long GiB)[] devices) => new()
    {
        SiloId = id,
        HostName = id,
        StartedAt = Examples.Noon.AddHours(-1),
        LastSeenAt = Examples.Noon,
        Devices = devices
            .Select(d => new DeviceStatus { SiloId = id, DeviceId = d.Device, Provider = "cuda", Name = d.Device, MemoryBytes = d.GiB * GiB })
            .ToList(),
    };

    private static ReplicaStatus Replica(string silo, string device, string model, ReplicaPhase phase) =>
        new() { ReplicaId = $"{model}@v1/0", Model = model, SiloId = silo, DeviceId = device, Phase = phase, Since = Examples.Noon };
}
