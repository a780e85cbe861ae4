using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>Where the time went, as an OpenTelemetry collector would hear it.</summary>
public sealed class TraceTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == DiffusionTraces.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_job_is_a_trace_of_its_own_with_its_phases_below_it()
    {
        await using var world = await World.WithModel();
        var job = await world.Finished((await world.Submit("a red apple")).Record.Id);

        var whole = await new Func<Task<Activity?>>(() => Task.FromResult(Whole("od.job", job.Id))).Until(found => found is not null);
        var phases = PhasesOf(whole!);

        Assert.Equal(("job", default), (whole!.OperationName, whole.ParentSpanId));
        Assert.Equal((job.CreatedAt.UtcDateTime, job.FinishedAt!.Value.UtcDateTime), (whole.StartTimeUtc, whole.StartTimeUtc + whole.Duration));
        Assert.Equal(("emoji", "succeeded", 1), (whole.GetTagItem("od.model"), whole.GetTagItem("od.status"), whole.GetTagItem("od.pictures")));
        Assert.Equal(job.Phases.Select(phase => phase.Name), phases.Select(phase => phase.OperationName));
        Assert.Equal(job.Phases.Select(phase => phase.Seconds), phases.Select(phase => phase.Duration.TotalSeconds), new Within(1e-4));
    }

    [Fact]
    public async Task A_job_that_failed_says_why()
    {
        await using var world = await World.WithModel();
        world.Studio.IsBroken = spec => spec.Prompt == "nan";
        var job = await world.Finished((await world.Submit("nan")).Record.Id);

        var whole = await new Func<Task<Activity?>>(() => Task.FromResult(Whole("od.job", job.Id))).Until(found => found is not null);

        Assert.Equal((ActivityStatusCode.Error, "device_failed"), (whole!.Status, whole.GetTagItem("error.type")));
        Assert.Equal(job.Error!.Message, whole.StatusDescription);
    }

    [Fact]
    public async Task A_load_is_one_too()
    {
        await using var world = await World.Start();
        await world.AddModel(folder: "/models/traced"); // Other tests load emoji meanwhile.
        var replica = (await world.Pool(pool => pool.StandbyCount == 1, "traced")).Replicas.Single();

        var whole = await new Func<Task<Activity?>>(() => Task.FromResult(Whole("od.model", "traced"))).Until(found => found is not null);

        Assert.Equal(("load", replica.ReplicaId, $"{replica.SiloId}/{replica.DeviceId}"),
            (whole!.OperationName, whole.GetTagItem("od.replica"), whole.GetTagItem("od.device")));
        Assert.Equal(["order", "unet", "warm_up"], PhasesOf(whole).Select(phase => phase.OperationName));
        Assert.Equal(replica.LoadSeconds!.Value, whole.Duration.TotalSeconds, 4);
    }

    private Activity? Whole(string tag, string value) => _ended.FirstOrDefault(activity => Equals(activity.GetTagItem(tag), value));

    private List<Activity> PhasesOf(Activity whole) => [.. _ended.Where(activity => activity.ParentSpanId == whole.SpanId).OrderBy(activity => activity.StartTimeUtc)];

    private sealed class Within(double limit) : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) <= limit;

        public int GetHashCode(double obj) => 0;
    }
}
