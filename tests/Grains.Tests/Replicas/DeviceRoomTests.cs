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

    public DeviceRoomTests() => _room = new DeviceRoom(new FakeDevices(countPerSilo: 2, memoryBytes: 100), _replicas);

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
