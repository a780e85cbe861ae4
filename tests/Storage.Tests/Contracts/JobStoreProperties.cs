using FsCheck;
using FsCheck.Fluent;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Jobs;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

/// <summary>Whatever is done in whatever order, the stores answer as the obvious one in memory does.</summary>
public sealed class JobStoreProperties(PostgresFixture postgres)
{
    private static readonly Gen<JobRecord> Jobs =
        from id in Gen.Choose(0, 4)
        from status in Gen.Frequency((4, Gen.Elements(JobStatus.Queued, JobStatus.Running)), (1, Gen.Elements(Enum.GetValues<JobStatus>())))
        from epoch in Gen.Choose(0, 2)
        from second in Gen.Choose(0, 3)
        from tenant in Gen.Elements("acme", "other")
        from pictures in Gen.Choose(0, 2)
        select Job($"j{id}", second, tenant) with
        {
            Status = status,
            Epoch = epoch,
            FinishedAt = status.IsFinal() ? Noon.AddSeconds(10 + second) : null,
            Artifacts = Enumerable.Range(0, pictures).Select(i => Artifact($"f{id}{i}", i)).ToList(),
        };

    private static readonly Gen<Func<IJobStore, Task<string>>> Operations = Gen.OneOf(
        Jobs.Select(job => Step(async store => Text(await store.Insert(job, Cancellation)))),
        from job in Jobs from expected in Gen.Choose(0, 2) select Step(async store => Text(await store.Update(job, expected, Cancellation))),
        from job in Jobs
        from steps in Gen.Choose(0, 9)
        select Step(async store => Text(await store.SaveCheckpoint(new(job.Id, job.Epoch, 0, steps, [(byte)steps], []), Cancellation))),
        Jobs.Select(job => Step(async store => Text(await store.FindCheckpoint(job.Id, Cancellation)))),
        Jobs.Select(job => Step(async store => Text(await store.Unfinished(null, 3, Cancellation)))),
        Gen.Constant(Step(async store => Text((await store.Ended("emoji", 100, Cancellation)).OrderBy(span => span.CreatedAt).ThenBy(span => span.FinishedAt)))),
        Jobs.Select(job => Step(async store => Text((await store.List(new(job.TenantId, job.Status, CountMax: 3), Cancellation)).Jobs))),
        from job in Jobs
        from i in Gen.Choose(0, 1)
        select Step(async store => Text(await store.FindArtifact(job.TenantId, $"f{job.Id[1]}{i}", Cancellation))),
        Gen.Choose(8, 14).Select(second => Step(async store => Text(await store.DeleteFinished(Noon.AddSeconds(second), 100, Cancellation)))),
        Gen.Constant(Step(async store => Text((await Loose(store)).Select(one => (one.ArtifactId, one.IsNamed).ToString()).Order()))));

    [Fact]
    public async Task The_sqlite_store_answers_like_the_one_in_memory()
    {
        await using var folder = new DataFolder();
        AlwaysAgrees(new SqliteJobStore(folder.Open()));
    }

    [Fact]
    public async Task The_postgres_store_answers_like_the_one_in_memory()
    {
        await using var database = new TestDatabase(postgres);
        await database.InitializeAsync();
        AlwaysAgrees(new PostgresJobStore(database.Open()));
    }

    private static void AlwaysAgrees(IJobStore store) =>
        Prop.ForAll(Operations.ArrayOf(40).ToArbitrary(), steps => AnswersAgree(store, steps).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(60).WithReplay(7, 1));

    private static async Task AnswersAgree(IJobStore store, Func<IJobStore, Task<string>>[] steps)
    {
        var obvious = new MemoryJobStore();
        foreach (var step in steps) Assert.Equal(await step(obvious), await step(store));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(Text(await obvious.Find($"j{i}", Cancellation)), Text(await store.Find($"j{i}", Cancellation)));
            await store.Update(Finished(Job($"j{i}")), (await store.Find($"j{i}", Cancellation))?.Epoch ?? 0, Cancellation);
        }

        await store.DeleteFinished(Noon.AddDays(1), 100, Cancellation); // For the next case.
        await store.ForgetLoose((await Loose(store)).Select(one => one.Number).ToList(), Cancellation);
    }

    private static Task<IReadOnlyList<LooseArtifact>> Loose(IJobStore store) => store.Loose(0, 1000, Cancellation);

    private static Func<IJobStore, Task<string>> Step(Func<IJobStore, Task<string>> step) => step;

    private static string Text<T>(T answer) => System.Text.Json.JsonSerializer.Serialize(answer);
}
