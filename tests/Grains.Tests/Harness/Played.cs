using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>One queued job in a cluster without devices: whoever holds its lease is played by the test.</summary>
internal sealed class Played : IAsyncDisposable
{
    private readonly string _id;

    private Played(World world, JobRecord job) => (World, _id, ReplicaId) = (world, job.Id, GrainKeys.Replica("emoji", job.Spec.ModelVersion, 0));

    public World World { get; }

    public string ReplicaId { get; }

    public IJobGrain Job => World.Job(_id);

    public static async Task<Played> Start(Action<WorldOptions>? configure = null)
    {
        var world = await World.Start(options =>
        {
            options.DevicesPerSilo = 0;
            configure?.Invoke(options);
        });
        await world.AddModel();
        var job = await world.Submit("a red apple");
        return new Played(world, job.Record);
    }

    public async Task<JobLease> Lease() => await Job.Lease(ReplicaId, "silo/fake0") ?? throw new InvalidOperationException("There is no lease to have.");

    public JobReport Step(long epoch, int step) => new(epoch, JobPhases.Steps, false, 0, step, 10, null, null);

    public async Task<JobRecord> Stored() => (await World.Jobs.Find(_id, CancellationToken.None))!;

    public async Task<JobView> View() => (await Job.Get(GrainKeys.DefaultTenant))!;

    public ValueTask DisposeAsync() => World.DisposeAsync();
}
