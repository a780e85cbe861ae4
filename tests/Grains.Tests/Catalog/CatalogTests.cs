using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

public sealed class CatalogTests
{
    [Fact]
    public async Task A_broken_folder_is_refused_with_every_problem_and_changes_nothing()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);

        var answer = await world.Catalog.Add("/models/broken", "Bad Name", new PoolPolicy { Step = 0 });

        Assert.Null(answer.Added);
        Assert.Equal(ErrorCode.ModelInvalid, answer.Refused!.Code);
        Assert.Equal(["unet/model.onnx", "tokenizer/vocab.json", "name", "step"], answer.Refused.Problems.Select(problem => problem.Field));
        Assert.Empty(await world.Catalog.List());
    }

    [Fact]
    public async Task A_model_is_named_after_its_folder_and_outlives_the_cluster()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);

        var added = await world.Catalog.Add("/models/My Model 1.5/", null, null);
        await world.KillAndRestart();

        Assert.Equal("my-model-1.5", added.Added!.Name);
        Assert.Equal(["It is a fake."], added.Warnings);
        Assert.Equal(added.Added.Version, (await world.Catalog.Find("my-model-1.5"))!.Version);
    }

    [Fact]
    public async Task A_model_that_is_added_again_keeps_its_policy_and_its_age()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        var first = await world.AddModel(new PoolPolicy { QueueCountMax = 5 });

        var again = (await world.Catalog.Add("/models/newer", "emoji", null)).Added!;

        Assert.NotEqual(first.Version, again.Version);
        Assert.Equal((first.AddedAt, 5), (again.AddedAt, again.Policy.QueueCountMax));
    }

    [Fact]
    public async Task A_replaced_model_is_loaded_in_place_of_the_old_one()
    {
        await using var world = await World.WithModel();

        var newer = (await world.Catalog.Add("/models/newer", "emoji", null)).Added!;

        await world.Pool(pool => pool.StandbyCount == 1 && pool.Replicas.Single().ReplicaId.Contains(newer.Version, StringComparison.Ordinal));
        var job = await world.Finished((await world.Submit("a red apple")).Record.Id);
        Assert.Equal((JobStatus.Succeeded, newer.Version), (job.Status, job.Spec.ModelVersion));
    }

    [Fact]
    public async Task What_a_version_was_measured_to_need_is_what_its_replicas_get()
    {
        await using var world = await World.Start(options => options.DeviceBytes = Models.MemoryBytes - 1);
        var model = await world.AddModel();
        await world.Pool(pool => pool.DeficitReason is not null);

        await world.Catalog.NoteMeasured("another version", new MeasuredMemory("cpu", 1));
        await world.Catalog.NoteMeasured(model.Version, new MeasuredMemory("cpu", Models.MemoryBytes - 2));
        await world.Catalog.NoteMeasured(model.Version, new MeasuredMemory("cpu", Models.MemoryBytes - 3)); // Of several the largest counts.

        var pool = await world.Pool(pool => pool.StandbyCount == 1);
        Assert.Equal(Models.MemoryBytes - 2, pool.Replicas.Single().MemoryBytes);
        Assert.Equal(new MeasuredMemory("cpu", Models.MemoryBytes - 2), (await world.Catalog.Find(model.Name))!.Measured);
    }

    [Fact]
    public async Task What_was_measured_is_kept_for_that_version_only()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        var model = await world.AddModel();
        await world.Catalog.NoteMeasured(model.Version, new MeasuredMemory("cpu", 5));

        var again = (await world.Catalog.Add(model.Folder, model.Name, null)).Added!;
        var newer = (await world.Catalog.Add("/models/newer", model.Name, null)).Added!;

        Assert.Equal(5, again.Measured!.Bytes);
        Assert.Null(newer.Measured);
    }

    [Fact]
    public async Task What_is_not_registered_cannot_be_removed_or_changed()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);

        Assert.False(await world.Catalog.Remove("emoji"));
        Assert.Equal(ErrorCode.ModelNotFound, (await world.Catalog.SetPolicy("emoji", new PoolPolicy()))!.Code);
    }

    [Fact]
    public async Task A_policy_that_cannot_be_is_refused_by_its_fields()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        await world.AddModel();

        var no = await world.Catalog.SetPolicy("emoji", new PoolPolicy { Min = 3, Max = 2, BatchMax = 0 });

        Assert.Equal(["batch_max", "min"], no!.Problems.Select(problem => problem.Field));
        Assert.Equal(1, (await world.Catalog.Find("emoji"))!.Policy.BatchMax);
    }
}
