using OrleansDiffusion.Cli.Chaos;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Cli.Tests.Chaos;

/// <summary>A run in which everything held, and one planted problem at a time.</summary>
public sealed class VerdictTests
{
    private static readonly Sketch Apple = new("a red apple", Seed: 1, Steps: 4, Count: 1);
    private static readonly string Digest = new('a', 64);
    private static readonly string OtherDigest = new('b', 64);

    private static readonly Accepted Asked = new("job_1", new Order("key-1", Apple, false, false, null, TimeSpan.Zero));
    private static readonly JobRecord Done = Record("job_1") with { Status = JobStatus.Succeeded, Epoch = 1, Artifacts = [Picture(Digest)] };

    private static readonly Findings Fine = new()
    {
        Accepted = [Asked],
        Stored = [Done],
        Told = new Dictionary<string, JobStatus> { ["job_1"] = JobStatus.Succeeded },
        Heard = [new("job_1", JobStatus.Succeeded, "watcher")],
        EndsLogged = new Dictionary<string, int> { ["job_1"] = 1 },
        Calm = new Dictionary<Sketch, IReadOnlyList<string>> { [Apple] = [Digest] },
        KillCount = 0,
        Loose = new HashSet<string>(),
        Files = [new($"aa/{Digest}", Digest, HasItsContent: true)],
    };

    [Fact]
    public void A_run_in_which_everything_held_has_nothing_to_say() => Assert.Empty(Verdict.Of(Fine));

    [Fact]
    public void A_lost_job_is_found() =>
        Assert.Contains("job_1 (key-1) was accepted and is in the store 0 times.", Verdict.Of(Fine with { Stored = [], Files = [] }));

    [Fact]
    public void A_job_that_is_there_twice_is_found() =>
        Assert.Equal(["job_1 (key-1) was accepted and is in the store 2 times."], Verdict.Of(Fine with { Stored = [Done, Done] }));

    [Fact]
    public void Two_jobs_of_one_key_are_found() => Assert.Contains(
        "The key key-1 stands for several jobs: job_1, job_2.",
        Verdict.Of(Fine with { Accepted = [Asked, Asked with { JobId = "job_2" }], Stored = [Done, Done with { Id = "job_2" }] }));

    [Fact]
    public void A_job_that_nobody_asked_for_is_found() => Assert.Equal(
        ["job_2 is in the store and was never accepted."], Verdict.Of(Fine with { Stored = [Done, Done with { Id = "job_2" }] }));

    [Fact]
    public void A_job_without_an_end_is_found() => Assert.Contains(
        "job_1 has not ended: it is Running under epoch 1.",
        Verdict.Of(Fine with { Stored = [Done with { Status = JobStatus.Running }] }));

    [Fact]
    public void A_failure_is_told_with_its_reason() => Assert.Contains(
        "job_1 failed: DeviceFailed It is broken.",
        Verdict.Of(Fine with { Stored = [Done with { Status = JobStatus.Failed, Error = new(ErrorCode.DeviceFailed, "It is broken.") }] }));

    [Fact]
    public void A_second_final_state_is_found_whoever_heard_of_it() => Assert.Equal(
        [
            "job_1 is Succeeded in the store, and the cluster says Cancelled.",
            "job_1 ended 2 times by the silos' logs.",
            "job_1 is Succeeded, and its watcher was told Failed.",
        ],
        Verdict.Of(Fine with
        {
            Told = new Dictionary<string, JobStatus> { ["job_1"] = JobStatus.Cancelled },
            EndsLogged = new Dictionary<string, int> { ["job_1"] = 2 },
            Heard = [new("job_1", JobStatus.Failed, "watcher")],
        }));

    [Fact]
    public void A_cancellation_that_nobody_asked_for_is_found() => Assert.Contains(
        "job_1 was cancelled and nobody asked for it.", Verdict.Of(Fine with { Stored = [Done with { Status = JobStatus.Cancelled }] }));

    [Fact]
    public void A_picture_that_differs_is_found() => Assert.Equal(
        [$"job_1 of {Apple} has other pictures than the calm run, under epoch 1: aaaaaaaa, not bbbbbbbb."],
        Verdict.Of(Fine with { Calm = new Dictionary<Sketch, IReadOnlyList<string>> { [Apple] = [OtherDigest] } }));

    [Fact]
    public void A_file_of_nobody_is_found() => Assert.Equal(
        [$"bb/{OtherDigest} belongs to no job."], Verdict.Of(Fine with { Files = [.. Fine.Files, new($"bb/{OtherDigest}", OtherDigest, true)] }));

    [Fact]
    public void A_file_that_is_known_to_be_loose_is_not_forgotten() => Assert.Empty(Verdict.Of(Fine with
    {
        Files = [.. Fine.Files, new($"bb/{OtherDigest}", OtherDigest, true)],
        Loose = new HashSet<string> { OtherDigest },
    }));

    [Fact]
    public void A_missing_file_is_found() =>
        Assert.Equal(["The picture aaaaaaaa of job_1 is not there."], Verdict.Of(Fine with { Files = [] }));

    [Fact]
    public void A_file_with_another_content_is_found() => Assert.Equal(
        [$"aa/{Digest} has not the content that its name promises."], Verdict.Of(Fine with { Files = [Fine.Files[0] with { HasItsContent = false }] }));

    [Fact]
    public void Half_written_files_are_allowed_to_processes_that_were_killed_one_for_each()
    {
        PictureFile[] files = [.. Fine.Files, new("temporary/a.x.1", "a.x.1", false)];

        Assert.Equal(["1 half-written files are left, of 0 processes that were killed."], Verdict.Of(Fine with { Files = files }));
        Assert.Empty(Verdict.Of(Fine with { Files = files, KillCount = 1 }));
    }

    [Fact]
    public void A_silos_log_tells_how_often_a_job_ended()
    {
        var ends = SiloLogs.Ends(
        [
            "04:33:01 info: OrleansDiffusion.Grains.JobGrain[1001] job_1 ended as Succeeded under epoch 1",
            "04:33:02 warn: OrleansDiffusion.Grains.JobGrain[1003] job_1 was written by another activation; epoch 2 changes nothing",
            "04:33:03 info: OrleansDiffusion.Grains.JobGrain[1001] job_1 ended as Cancelled under epoch 2",
        ]);

        Assert.Equal(new Dictionary<string, int> { ["job_1"] = 2 }, ends);
    }

    [Fact]
    public void A_gap_reaches_from_the_begin_to_the_end_when_nothing_happens()
    {
        var noon = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

        Assert.Equal((TimeSpan.FromSeconds(9), noon), Gaps.Longest([], noon, noon.AddSeconds(9)));
        Assert.Equal((TimeSpan.FromSeconds(6), noon.AddSeconds(3)), Gaps.Longest([noon.AddSeconds(3), noon.AddSeconds(1)], noon, noon.AddSeconds(9)));
    }

    private static JobRecord Record(string id) => new()
    {
        Id = id,
        TenantId = "default",
        RequestDigest = "",
        CreatedAt = DateTimeOffset.UnixEpoch,
        Spec = new GenerationSpec
        {
            Model = "emoji", ModelVersion = "v", Prompt = "a red apple", Width = 64, Height = 64, Steps = 4, Guidance = 1, Seed = 1, Sampler = "ddim",
            Count = 1, Format = "png", QualityPercent = 90,
        },
    };

    private static ArtifactRef Picture(string id) => new(id, 0, "image/png", 1, 64, 64, 1);
}
