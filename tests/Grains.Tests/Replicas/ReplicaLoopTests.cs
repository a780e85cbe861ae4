using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>What a replica does between two steps.</summary>
public sealed class ReplicaLoopTests
{
    private readonly LoopStage _stage = new();

    [Fact]
    public async Task A_job_is_drawn_and_told_of_in_order()
    {
        var running = _stage.Run();
        await _stage.Add("apple", steps: 3);
        await _stage.Job("apple").Ended;
        await _stage.Drain(finishRunning: true);
        await running.Soon();

        var told = _stage.Job("apple").Reports.Where(report => report.PhaseStarted).Select(report => report.Phase);
        Assert.Equal(["encode", "steps", "decode", "store"], told);
        Assert.Equal("image/png", _stage.Job("apple").Result!.Artifacts.Single().ContentType);
        Assert.Equal(["apple"], _stage.EndedLeases);
    }

    [Fact]
    public async Task Who_hears_that_its_lease_is_lost_stops_within_a_step()
    {
        _stage.Job("apple").OnReport = report => Task.FromResult(report.Step < 2);
        var running = _stage.Run();
        await _stage.Add("apple", steps: 100);
        await _stage.Drain(finishRunning: true);
        await running.Soon();

        Assert.Equal(2, _stage.Studio.Steps.Count);
        Assert.Empty(_stage.Job("apple").Ends);
        Assert.Equal(["apple"], _stage.EndedLeases);
    }

    [Fact]
    public async Task A_checkpoint_that_is_refused_costs_the_steps_and_not_the_picture()
    {
        var running = _stage.Run();
        await _stage.Add("apple", steps: 3, checkpoint: new JobCheckpoint(0, 2, [1, 2, 3], []));
        await _stage.Job("apple").Ended;
        await _stage.Drain(finishRunning: true);
        await running.Soon();

        Assert.Equal([0, 1, 2], _stage.Studio.Steps.Select(step => step.StepsDone));
        Assert.Equal(["complete"], _stage.Job("apple").Ends);
    }

    [Fact]
    public async Task Pictures_are_remembered_for_deletion_before_they_are_stored_whatever_becomes_of_their_job()
    {
        _stage.Studio.BeforeStep = step =>
        {
            if (_stage.Artifacts.Ids.Count > 0) _stage.Loop.Cancel("apple", 1);
            return Task.CompletedTask;
        };
        var running = _stage.Run();
        await _stage.Add("apple", steps: 20, count: 3);
        await _stage.Drain(finishRunning: true);
        await running.Soon();

        Assert.NotEmpty(_stage.Artifacts.Ids);
        var remembered = await _stage.Jobs.Loose(0, 10, CancellationToken.None);
        Assert.Equal(_stage.Artifacts.Ids.Order(), remembered.Select(loose => loose.ArtifactId).Distinct().Order());
    }

    [Theory]
    [InlineData(LoopStage.HandOverAttemptsMax - 1)]
    [InlineData(LoopStage.HandOverAttemptsMax)]
    public async Task No_picture_is_stored_while_the_database_is_away(int refusalCount)
    {
        List<int> storedAtWrites = [];
        _stage.Jobs.BeforeWrite = () =>
        {
            storedAtWrites.Add(_stage.Artifacts.Ids.Count);
            if (storedAtWrites.Count <= refusalCount) throw new StorageException(ErrorCode.StorageUnavailable, "The database is away.");
        };
        var running = _stage.Run();
        await _stage.Add("apple");
        await Elapse(until: _stage.Job("apple").Ended);
        await _stage.Drain(finishRunning: true);
        await running.Soon();

        var isBackInTime = refusalCount < LoopStage.HandOverAttemptsMax;
        Assert.Equal(Enumerable.Repeat(0, LoopStage.HandOverAttemptsMax), storedAtWrites);
        Assert.Equal(isBackInTime ? 1 : 0, _stage.Artifacts.Ids.Count);
        Assert.Equal([isBackInTime ? "complete" : "fail"], _stage.Job("apple").Ends);
        if (!isBackInTime) Assert.Equal((ErrorCode.StorageUnavailable, true), (_stage.Job("apple").Failure!.Error.Code, _stage.Job("apple").Failure!.MayRetry));
    }

    [Fact]
    public async Task A_device_that_does_not_come_back_is_given_up_and_its_job_may_be_tried_elsewhere()
    {
        var isReached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stage.Studio.BeforeStep = _ =>
        {
            isReached.SetResult();
            return new TaskCompletionSource().Task;
        };
        var running = _stage.Run();
        await _stage.Add("apple");
        await isReached.Task.Soon();

        _stage.Time.Advance(LoopStage.DeviceTimeout - TimeSpan.FromSeconds(1));
        Assert.False(running.IsCompleted);
        _stage.Time.Advance(TimeSpan.FromSeconds(1));
        await running.Soon();

        Assert.Equal("fake0 did not answer for 120 s.", _stage.Loop.BrokenBecause);
        await _stage.Job("apple").Ended;
        Assert.Equal((ErrorCode.DeviceFailed, true), (_stage.Job("apple").Failure!.Error.Code, _stage.Job("apple").Failure!.MayRetry));
        Assert.Equal(["apple"], _stage.EndedLeases);
    }

    [Fact]
    public async Task A_device_that_fails_three_times_in_a_row_is_broken()
    {
        _stage.Studio.BeforeStep = _ => throw new InferenceException("The device is gone.");
        var running = _stage.Run();
        foreach (var id in (string[])["one", "two", "three"])
        {
            await _stage.Add(id);
            await _stage.Job(id).Ended;
        }

        await running.Soon();

        Assert.Equal("The device is gone.", _stage.Loop.BrokenBecause);
        Assert.True(_stage.Job("three").Failure!.MayRetry);
    }

    [Fact]
    public async Task A_success_between_makes_up_for_failures()
    {
        var running = _stage.Run();
        for (var i = 0; i < 4; i++)
        {
            _stage.Studio.BeforeStep = _ => throw new InferenceException("A hiccup.");
            await _stage.Add($"bad {i}");
            await _stage.Job($"bad {i}").Ended;
            _stage.Studio.BeforeStep = _ => Task.CompletedTask;
            await _stage.Add($"good {i}");
            await _stage.Job($"good {i}").Ended;
        }

        Assert.Null(_stage.Loop.BrokenBecause);
        Assert.False(running.IsCompleted);
    }

    [Fact]
    public async Task Draining_with_patience_finishes_what_runs_and_takes_nothing_new()
    {
        var second = new Barrier();
        _stage.Studio.BeforeStep = step => step.StepsDone == 1 ? second.Pass() : Task.CompletedTask;
        var running = _stage.Run();
        await _stage.Add("apple");
        await second.Reached;

        await _stage.Drain(finishRunning: true);
        Assert.False(await _stage.Add("late"));
        second.Open();
        await running.Soon();

        Assert.Equal(["complete"], _stage.Job("apple").Ends);
    }

    [Fact]
    public async Task Draining_without_patience_gives_back_at_the_next_step_with_a_checkpoint()
    {
        var second = new Barrier();
        _stage.Studio.BeforeStep = step => step.StepsDone == 1 ? second.Pass() : Task.CompletedTask;
        var running = _stage.Run();
        await _stage.Add("apple");
        await second.Reached;

        await _stage.Drain(finishRunning: false);
        second.Open();
        await running.Soon();

        Assert.Equal(["give back"], _stage.Job("apple").Ends);
        Assert.Equal((0, 2, 16), (_stage.Job("apple").Returned!.ImageIndex, _stage.Job("apple").Returned!.StepsDone, _stage.Job("apple").Returned!.State.Length));
    }

    [Fact]
    public async Task An_end_is_told_until_it_is_heard()
    {
        var attempts = 0;
        _stage.Job("apple").BeforeEnd = () => ++attempts < 3 ? throw new TimeoutException("The silo is gone.") : Task.CompletedTask;
        var running = _stage.Run();
        await _stage.Add("apple");
        for (var expected = 1; expected < 3; expected++)
        {
            await new Func<Task<int>>(() => Task.FromResult(_stage.Time.TimerCount)).Until(count => count == 1);
            Assert.Equal(expected, attempts);
            _stage.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await _stage.Job("apple").Ended;
        await _stage.Drain(finishRunning: true);
        await running.Soon();

        Assert.Equal(["complete"], _stage.Job("apple").Ends);
    }

    [Fact]
    public async Task A_slow_listener_does_not_hold_the_device_up()
    {
        var slow = new Barrier();
        _stage.Job("apple").OnReport = async _ =>
        {
            await slow.Pass();
            return true;
        };
        var running = _stage.Run();
        await _stage.Add("apple", steps: 50);

        await new Func<Task<int>>(() => Task.FromResult(_stage.Studio.Steps.Count)).Until(count => count == 50);
        slow.Open();
        await _stage.Job("apple").Ended;
        await _stage.Drain(finishRunning: true);
        await running.Soon();

        Assert.Equal(["complete"], _stage.Job("apple").Ends);
    }

    [Fact]
    public async Task The_next_picture_begins_while_the_last_one_is_being_stored()
    {
        var first = new Barrier();
        _stage.Encoder.BeforeEncode = () => first.IsReached ? Task.CompletedTask : first.Pass();
        var running = _stage.Run();
        await _stage.Add("apple", steps: 2, count: 3);
        await first.Reached;

        await new Func<Task<int>>(() => Task.FromResult(_stage.Studio.Steps.Count)).Until(count => count == 6);
        Assert.Empty(_stage.Job("apple").Ends);
        first.Open();
        await _stage.Job("apple").Ended;

        Assert.Equal([0, 1, 2], _stage.Job("apple").Result!.Artifacts.Select(artifact => artifact.Index));
        Assert.Equal([7L, 8L, 9L], _stage.Job("apple").Result!.Artifacts.Select(artifact => artifact.Seed));
        Assert.False(running.IsCompleted);
    }

    [Fact]
    public async Task A_lease_that_arrives_twice_is_one_job()
    {
        var first = new Barrier();
        _stage.Studio.BeforeStep = _ => first.Pass();
        var running = _stage.Run();

        Assert.True(await _stage.Add("apple"));
        Assert.True(await _stage.Add("apple"));
        Assert.False(await _stage.Add("another"));
        first.Open();
        await _stage.Drain(finishRunning: true);
        await running.Soon();

        Assert.Equal(["complete"], _stage.Job("apple").Ends);
        Assert.Equal(4, _stage.Studio.Steps.Count);
    }

    [Fact]
    public async Task Pictures_that_are_stored_are_not_drawn_again()
    {
        var kept = new ArtifactRef("a".PadLeft(64, 'a'), 0, "image/png", 3, 64, 32, 7);
        var running = _stage.Run();
        await _stage.Add("apple", steps: 2, count: 2, checkpoint: new JobCheckpoint(1, 0, [], [kept]));
        await _stage.Job("apple").Ended;
        await _stage.Drain(finishRunning: true);
        await running.Soon();

        Assert.Equal([1, 1], _stage.Studio.Steps.Select(step => step.ImageIndex));
        Assert.Equal(kept, _stage.Job("apple").Result!.Artifacts[0]);
    }

    private async Task Elapse(Task until)
    {
        for (var passedCount = 0; passedCount < 1000 && !until.IsCompleted; passedCount++)
        {
            _stage.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);
        }

        await until.Soon();
    }
}
