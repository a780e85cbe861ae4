using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>How many steps share one visit to the device.</summary>
public sealed class StepSliceTests
{
    [Theory]
    [InlineData(4, 5)] // 20 ms hold five steps of 4 ms...
    [InlineData(7, 2)]
    [InlineData(20, 1)]
    [InlineData(3000, 1)] // ...and one that is longer than they are.
    public async Task As_many_steps_as_fit_go_at_once(int stepMilliseconds, int expected)
    {
        using var job = await JobAt(stepsDone: 0, steps: 30);
        job.Stepped(TimeSpan.FromMilliseconds(stepMilliseconds));

        Assert.Equal(expected, StepSlice.CountFor([job], Options()));
    }

    [Fact]
    public async Task Before_the_first_step_is_measured_one_goes_alone()
    {
        using var job = await JobAt(stepsDone: 0, steps: 30);

        Assert.Equal(1, StepSlice.CountFor([job], Options()));
    }

    [Theory]
    [InlineData(27, 3)] // The picture is done after 30.
    [InlineData(8, 2)] // A checkpoint may be due after 10.
    [InlineData(10, 5)]
    public async Task It_stops_where_the_job_wants_something_else(int stepsDone, int expected)
    {
        using var job = await JobAt(stepsDone, steps: 30);
        job.Stepped(TimeSpan.FromMilliseconds(4));

        Assert.Equal(expected, StepSlice.CountFor([job], Options()));
    }

    [Fact]
    public async Task It_stops_at_every_preview()
    {
        using var job = await JobAt(stepsDone: 0, steps: 9, previewCount: 2); // After 3 and after 6.
        job.Stepped(TimeSpan.FromMilliseconds(1));

        Assert.Equal(3, StepSlice.CountFor([job], Options()));
    }

    [Fact]
    public async Task The_slowest_and_the_most_demanding_of_a_batch_decide()
    {
        using var slow = await JobAt(stepsDone: 0, steps: 30);
        using var nearEnd = await JobAt(stepsDone: 28, steps: 30);
        slow.Stepped(TimeSpan.FromMilliseconds(5));
        nearEnd.Stepped(TimeSpan.FromMilliseconds(1));

        Assert.Equal(2, StepSlice.CountFor([slow, nearEnd], Options()));
        Assert.Equal(4, StepSlice.CountFor([slow], Options()));
    }

    [Fact]
    public async Task Zero_gives_every_step_its_own_turn()
    {
        using var job = await JobAt(stepsDone: 0, steps: 30);
        job.Stepped(TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, StepSlice.CountFor([job], Options(TimeSpan.Zero)));
    }

    private static ReplicaOptions Options(TimeSpan? slice = null) =>
        new() { StepSlice = slice ?? TimeSpan.FromMilliseconds(20), CheckpointStepCount = 10 };

    private static async Task<JobInWork> JobAt(int stepsDone, int steps, int previewCount = 0)
    {
        var spec = Specs.Apple with { Steps = steps, PreviewCount = previewCount };
        var runtime = new FakeRuntime(new FakeStudio(), "silo", "fake0");
        var sample = await runtime.Begin(spec, 0, default, CancellationToken.None);
        for (var i = 0; i < stepsDone; i++) await runtime.Step([sample], 1, CancellationToken.None);
        var job = new JobInWork(new JobLease("job", 1, spec, null), null!, DateTimeOffset.UnixEpoch);
        job.Began(sample);
        return job;
    }
}
