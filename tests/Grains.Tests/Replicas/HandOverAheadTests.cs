using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>The next job is asked for before its slot is free, and waits for the slot at the replica.</summary>
public sealed class HandOverAheadTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(40);

    private readonly LoopStage _stage = new(handOverAhead: TimeSpan.FromMilliseconds(100));

    public HandOverAheadTests() => _stage.Studio.BeforeStep = _ =>
    {
        _stage.Time.Advance(Step);
        return Task.CompletedTask;
    };

    [Fact]
    public async Task A_slot_is_announced_when_the_steps_left_fit_into_the_time_ahead()
    {
        var slotsAtStep = new List<int>();
        _stage.Studio.BeforeStep = _ =>
        {
            slotsAtStep.Add(_stage.Loop.FreeSlots);
            _stage.Time.Advance(Step);
            return Task.CompletedTask;
        };
        await Draw("apple", steps: 6);

        // 5 x 40, 4 x 40 and 3 x 40 ms are 100 or more; 2 x 40 ms are less.
        Assert.Equal([0, 0, 0, 0, 1, 1], slotsAtStep);
        Assert.Equal([1, 1], _stage.ToldFreeSlots); // Once ahead, once when it left the device.
    }

    [Fact]
    public async Task Only_the_last_picture_of_a_job_makes_room()
    {
        var slotsAtStep = new List<int>();
        _stage.Studio.BeforeStep = _ =>
        {
            slotsAtStep.Add(_stage.Loop.FreeSlots);
            _stage.Time.Advance(Step);
            return Task.CompletedTask;
        };
        await Draw("apple", steps: 3, count: 2);

        Assert.Equal([0, 0, 0, 0, 1, 1], slotsAtStep);
    }

    [Fact]
    public async Task Who_comes_ahead_waits_for_the_slot_and_is_then_drawn()
    {
        var added = new List<bool>();
        _stage.Studio.BeforeStep = async step =>
        {
            _stage.Time.Advance(Step);
            if (step is not { Prompt: "apple", StepsDone: 4 }) return;
            added.Add(await _stage.Add("pear"));
            added.Add(await _stage.Add("plum"));
        };
        var running = _stage.Run();
        await _stage.Add("apple", steps: 6);
        await _stage.Job("apple").Ended;
        await _stage.Job("pear").Ended;
        await Finish(running);

        Assert.Equal([true, false], added);
        Assert.Equal([.. Enumerable.Repeat("apple", 6), .. Enumerable.Repeat("pear", 4)], _stage.Studio.Steps.Select(step => step.Prompt));
    }

    [Fact]
    public async Task Who_waits_ahead_goes_back_whole_when_the_replica_drains()
    {
        var checkpoint = new JobCheckpoint(0, 2, new byte[16], []);
        _stage.Studio.BeforeStep = async step =>
        {
            _stage.Time.Advance(Step);
            if (step is not { Prompt: "apple", StepsDone: 4 }) return;
            await _stage.Add("pear", checkpoint: checkpoint);
            await _stage.Drain(finishRunning: false);
        };
        var running = _stage.Run();
        await _stage.Add("apple", steps: 6);
        await running.Soon();

        Assert.Equal(["give back"], _stage.Job("pear").Ends);
        Assert.Equal(checkpoint.State, _stage.Job("pear").Returned!.State);
        Assert.Equal(2, _stage.Job("pear").Returned!.StepsDone);
    }

    private async Task Draw(string id, int steps, int count = 1)
    {
        var running = _stage.Run();
        await _stage.Add(id, steps, count);
        await _stage.Job(id).Ended;
        await Finish(running);
    }

    private async Task Finish(Task running)
    {
        await _stage.Drain(finishRunning: true);
        await running.Soon();
    }
}
