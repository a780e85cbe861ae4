using System.Reflection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NSubstitute;
using Orleans.Runtime;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>What a silo says of itself when it is not heard.</summary>
public sealed class HeartbeatTests
{
    [Fact]
    public async Task A_beat_that_is_not_answered_does_not_hold_up_the_next_until_the_silo_is_lost()
    {
        var (time, liveness) = (new ManualTime(), new LivenessOptions());
        var grains = DispatchProxy.Create<IGrainFactory, NobodyAnswers>();
        var (devices, replicas) = (new FakeDevices(1, 100), new LocalReplicas());
        var faults = new DeviceFaults(devices, Substitute.For<IHostApplicationLifetime>(), NullLogger<DeviceFaults>.Instance);
        var pulse = new SiloPulse(
            grains, new SiloName(DispatchProxy.Create<ILocalSiloDetails, Details>()), devices, replicas, faults, new CallCounter(time),
            new NoHeldWeights(), time, Options.Create(liveness), NullLogger<SiloPulse>.Instance);

        var beat = pulse.Beat();
        Assert.False(beat.IsCompleted);
        time.Advance(liveness.SiloTimeout / 2);

        await beat.Soon();
    }

    public class NobodyAnswers : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => DispatchProxy.Create<IClusterGrain, Silent>();
    }

    public class Silent : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => new TaskCompletionSource<WeightsOrders?>().Task;
    }

    public class Details : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == "get_SiloAddress" ? SiloAddress.New(System.Net.IPAddress.Loopback, 1, 1) : "silo";
    }
}
