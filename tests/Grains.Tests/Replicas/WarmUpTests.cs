using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

public sealed class WarmUpTests
{
    private static readonly ModelEntry Model = new()
    {
        Name = "emoji", Version = "v", Folder = "/models/emoji", FileBytes = 1, MemoryBytes = 1, Facts = Models.Facts, Policy = new(), AddedAt = default,
    };

    private readonly FakeStudio _studio = new();
    private readonly ConcurrentQueue<(int Width, int Height)> _drawn = new();
    private Func<GenerationSpec, bool> _isBroken = _ => false;

    public WarmUpTests() => _studio.IsBroken = spec =>
    {
        if (_drawn.LastOrDefault() != (spec.Width, spec.Height)) _drawn.Enqueue((spec.Width, spec.Height)); // Asked at every step.
        return _isBroken(spec);
    };

    [Fact]
    public async Task The_models_own_shape_comes_first_and_each_usual_one_once()
    {
        await Draw(new PictureShape(32, 16), new PictureShape(16, 16), new PictureShape(24, 24));

        Assert.Equal([(16, 16), (32, 16), (24, 24)], _drawn);
    }

    [Fact]
    public async Task A_usual_shape_that_cannot_be_drawn_keeps_nobody_from_being_ready()
    {
        _isBroken = spec => spec.Width == 32;

        await Draw(new PictureShape(32, 16), new PictureShape(24, 24));

        Assert.Equal([(16, 16), (32, 16), (24, 24)], _drawn);
    }

    [Fact]
    public async Task The_models_own_shape_must_be_drawn()
    {
        _isBroken = spec => spec.Width == 16;

        await Assert.ThrowsAsync<InferenceException>(() => Draw(new PictureShape(32, 16)));
    }

    [Fact]
    public async Task A_new_replica_draws_what_the_pools_jobs_usually_ask_for()
    {
        await using var world = await World.WithModel(options => options.DevicesPerSilo = 2);
        var warmUps = new ConcurrentQueue<int>();
        world.Studio.IsBroken = spec =>
        {
            if (spec.Prompt == "warm-up") warmUps.Enqueue(spec.Width);
            return false;
        };
        var first = world.HoldAtStep("wide", 0);

        var job = await world.Submit("wide", width: 32); // It takes the standby, and what replaces it knows.
        await first.Reached;
        await world.Pool(pool => pool.StandbyCount == 1);
        first.Open();
        await world.Finished(job.Record.Id);

        Assert.Equal([16, 32], warmUps.Distinct());
    }

    private Task Draw(params PictureShape[] usual) =>
        WarmUp.Draw(new FakeRuntime(_studio, "silo", "fake0"), Model, usual, NullLogger.Instance, TestContext.Current.CancellationToken);
}
