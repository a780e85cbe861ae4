using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>What a silo says of itself, and how it leaves: it says so first, and has its replicas give their jobs back while it can still speak.</summary>
internal sealed partial class SiloPulse(
    IGrainFactory grains, SiloName silo, IDeviceInventory devices, LocalReplicas replicas, DeviceFaults faults, CallCounter calls, IHeldWeights held,
    TimeProvider time, IOptions<LivenessOptions> options, ILogger<SiloPulse> logger)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private volatile bool _isDraining;

    /// <summary>Waits for the answer only so long that one that is lost does not make this silo seem lost: the next beat says it again.</summary>
    public async Task Beat()
    {
        try
        {
            var cluster = grains.GetGrain<IClusterGrain>(GrainKeys.Cluster);
            if (await cluster.Heartbeat(Read(), calls.Read()).WaitAsync(options.Value.SiloTimeout / 3, time) is { } wanted) held.Want(wanted);
        }
        catch (Exception problem)
        {
            Log.NotHeard(logger, problem); // The silo is still starting, or the cluster grain is moving.
        }
    }

    /// <summary>Ends when no replica is left here, or when the time for it is over.</summary>
    public async Task Leave(CancellationToken cancellation)
    {
        _isDraining = true;
        await Beat();
        var deadline = Task.Delay(options.Value.DrainTimeout, time, cancellation);
        foreach (var replica in replicas.All)
            _ = Message.Try(() => grains.GetGrain<IModelGrain>(replica.ReplicaId).Drain(finishRunning: false), replica.ReplicaId, logger);
        while (!deadline.IsCompleted)
        {
            var change = replicas.NextChange;
            if (replicas.All.Length == 0) return;
            await Task.WhenAny(change, deadline);
        }
    }

    private SiloStatus Read()
    {
        var here = replicas.All;
        return new SiloStatus
        {
            SiloId = silo.Id,
            HostName = silo.HostName,
            StartedAt = _startedAt,
            LastSeenAt = time.GetUtcNow(),
            IsDraining = _isDraining,
            ProcessBytes = Environment.WorkingSet,
            Devices = [.. devices.Devices.Select(device => Read(device, here))],
            Replicas = here,
            WarmVersions = replicas.Weights.Newest,
            Weights = held.Weights,
        };
    }

    private DeviceStatus Read(LocalDevice device, ReplicaStatus[] here)
    {
        var onDevice = here.Where(replica => replica.DeviceId == device.DeviceId).ToList();
        return new DeviceStatus
        {
            SiloId = silo.Id,
            DeviceId = device.DeviceId,
            Provider = device.Provider,
            Name = device.Name,
            MemoryBytes = device.MemoryBytes,
            ReservedBytes = onDevice.Sum(replica => replica.MemoryBytes),
            IsBusy = onDevice.Any(replica => replica.ActiveJobs.Count > 0),
            Labels = device.Labels,
            Problem = faults.Of(device.DeviceId),
        };
    }

    private static partial class Log
    {
        [LoggerMessage(4101, LogLevel.Debug, "A heartbeat was not heard")]
        public static partial void NotHeard(ILogger logger, Exception problem);
    }
}
