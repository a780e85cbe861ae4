using System.Diagnostics.Metrics;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>How many silos the cluster says it wants.</summary>
[CollectionDefinition(nameof(SiloDemandTests), DisableParallelization = true)] // The gauge is the process's: other clusters tell theirs there.
[Collection(nameof(SiloDemandTests))]
public sealed class SiloDemandTests
{
    [Fact]
    public async Task A_standby_that_finds_no_device_asks_for_a_silo_and_the_figure_leaves_with_the_cluster()
    {
        var world = await World.WithModel(options =>
        {
            options.Policy = new PoolPolicy { Standby = 3 };
            options.DevicesPerSilo = 2;
            options.Change<ScalingOptions>(scaling => scaling.Interval = TimeSpan.FromMilliseconds(50));
        });
        await using (world)
        {
            Assert.Equal(1, (await world.Pool(pool => pool.LackedCount > 0)).LackedCount);
            Assert.Equal(2, await Shown().Until(count => count == 2));
        }

        Assert.Null(Now());
    }

    [Fact]
    public async Task Who_can_add_silos_is_told_how_many_there_should_be_and_which_there_are()
    {
        var provisioner = new Provisioner();
        await using var world = await World.WithModel(options =>
        {
            options.Policy = new PoolPolicy { Standby = 3 };
            options.DevicesPerSilo = 2;
            options.Change<ScalingOptions>(scaling => scaling.Interval = TimeSpan.FromMilliseconds(50));
            options.Add<INodeProvisioner>(provisioner);
        });

        provisioner.Listens = true; // While the first replicas loaded, more seemed to lack.
        var (count, silos) = await provisioner.Told.Task.Soon();

        Assert.Equal((2, world.Cluster.Silos[0].SiloAddress.ToParsableString()), (count, silos.Single().SiloId));
    }

    [Fact]
    public async Task A_model_that_no_device_can_hold_asks_for_nothing()
    {
        await using var world = await World.Start(options => options.DeviceBytes = 1);
        await world.AddModel();

        var pool = await world.Pool(pool => pool.DeficitReason is { } reason && !reason.Contains("ordered now", StringComparison.Ordinal));

        Assert.Equal(0, (await world.Pool(now => now.DesiredCount > pool.Replicas.Count && now.LackedCount == 0)).LackedCount);
    }

    private static Func<Task<long?>> Shown() => () => Task.FromResult(Now());

    private static long? Now()
    {
        long? shown = null;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "od_desired_silos") listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => shown = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return shown;
    }

    private sealed class Provisioner : INodeProvisioner
    {
        public TaskCompletionSource<(int, IReadOnlyList<SiloStatus>)> Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Listens { get; set; }

        public Task Have(int desiredCount, IReadOnlyList<SiloStatus> silos)
        {
            if (Listens && desiredCount > 1) Told.TrySetResult((desiredCount, silos));
            return Task.CompletedTask;
        }
    }
}
