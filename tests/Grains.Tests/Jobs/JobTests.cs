using System.Text;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>A job's life, seen from its owner.</summary>
public sealed class JobTests
{
    [Fact]
    public async Task A_job_ends_with_its_pictures_its_ledger_and_its_device()
    {
        await using var world = await World.WithModel();

        var submitted = await world.Submit("a red apple", steps: 3, count: 2);
        var job = await world.Finished(submitted.Record.Id);

        Assert.Equal(JobStatus.Succeeded, job.Status);
        Assert.Equal([0, 1], job.Artifacts.Select(artifact => artifact.Index));
        Assert.Equal([7L, 8L], job.Artifacts.Select(artifact => artifact.Seed));
        Assert.Equal(1, job.Epoch);
        Assert.Equal("fake0", job.Device!.Split('/')[1]);
        Assert.Equal(["queued", "encode", "steps", "decode", "store", "encode", "steps", "decode", "store"], job.Phases.Select(phase => phase.Name));
        Assert.Equal(6, world.Studio.StepsOf("a red apple").Count());
    }

    [Fact]
    public async Task A_picture_carries_its_parameters()
    {
        await using var world = await World.WithModel();

        var submitted = await world.Submit("a red apple", steps: 2);
        var job = await world.Finished(submitted.Record.Id);
        var file = await world.Client.GetArtifactAsync(job.Artifacts[0].Id, TestContext.Current.CancellationToken);

        Assert.Contains("a red apple\nSteps: 2, Sampler: euler, CFG scale: 7.5, Seed: 7, Size: 16x16", Encoding.UTF8.GetString(file), StringComparison.Ordinal);
    }
}
