using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>What a silo lets onto its devices, whatever it was granted elsewhere.</summary>
public sealed class DeviceRoomTests
{
    private static readonly ModelEntry Emoji = new()
    {
        Name = "emoji",
        Version = "v",
        Folder = "/models/emoji",
        FileBytes = 1,
        MemoryBytes = 60,
        Facts = Models.Facts,
        Policy = new PoolPolicy(),
        AddedAt = DateTimeOffset.UnixEpoch,
    };

    private readonly LocalReplicas _replicas = new();
    private readonly DeviceRoom _room;

    private readonly DeviceFaults _faults;
    private readonly IHostApplicationLifetime _process = Substitute.For<IHostApplicationLifetime>();

    public DeviceRoomTests()
    {
        var devices = new FakeDevices(count: 2, memoryBytes: 100);
        _faults = new DeviceFaults(devices, _process, NullLogger<DeviceFaults>.Instance);
        _room = new DeviceRoom(devices, _replicas, _faults);
    }

    [Fact]
    public void There_is_room_on_an_empty_device()
    {
        Put("emoji", "fake0", ReplicaPhase.Ready);

        Assert.Null(_room.WhyNot(Order(Emoji, "fake1")));
    }

    [Fact]
    public void A_model_that_still_frees_a_device_is_in_the_way()
    {
        Put("emoji", "fake0", ReplicaPhase.Draining);

        Assert.Equal("emoji@old/0 is still on fake0.", _room.WhyNot(Order(Emoji, "fake0")));
        Put("emoji", "fake0", ReplicaPhase.Stopped);
        Assert.Null(_room.WhyNot(Order(Emoji, "fake0")));
    }

    [Fact]
    public void What_lies_on_a_device_counts_whoever_granted_it()
    {
        Put("photo", "fake0", ReplicaPhase.Loading);

        Assert.Equal("fake0 has 50 bytes free; emoji needs 60.", _room.WhyNot(Order(Emoji, "fake0")));
    }

    [Fact]
    public void A_device_that_hangs_takes_nothing_and_the_silo_leaves_with_its_last_one()
    {
        _faults.Note("fake0", "fake0 did not answer for 120 s.");

        Assert.Equal("fake0 did not answer for 120 s.", _room.WhyNot(Order(Emoji, "fake0")));
        Assert.Null(_room.WhyNot(Order(Emoji, "fake1")));
        _process.DidNotReceive().StopApplication();

        _faults.Note("fake1", "fake1 did not answer for 120 s.");
        _process.Received(1).StopApplication();
    }

    [Fact]
    public void A_device_that_is_not_here_has_no_room() => Assert.Equal("There is no device cuda0 here.", _room.WhyNot(Order(Emoji, "cuda0")));

    private static LoadOrder Order(ModelEntry model, string deviceId) => new(model, "silo", deviceId);

    private void Put(string model, string deviceId, ReplicaPhase phase) => _replicas.Put(new ReplicaStatus
    {
        ReplicaId = $"{model}@old/0",
        Model = model,
        SiloId = "silo",
        DeviceId = deviceId,
        Phase = phase,
        MemoryBytes = 50,
        Since = DateTimeOffset.UnixEpoch,
    });
}
