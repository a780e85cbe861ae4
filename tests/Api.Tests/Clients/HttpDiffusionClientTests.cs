using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Api.Tests.Hosting;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Tests.Clients;

/// <summary>The client over HTTP sees what the client under the gateway says.</summary>
public sealed class HttpDiffusionClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_submission_arrives_whole_and_the_job_comes_back_whole()
    {
        await using var api = await ApiHost.StartAsync();
        var request = new GenerationRequest
        {
            Model = "emoji", Prompt = "a red apple \U0001F34E", NegativePrompt = "a worm", Width = 64, Height = 72, Steps = 25, Guidance = 7.5, Seed = 4294967295,
            Count = 2, Sampler = "ddim", Format = "png", QualityPercent = 91, PreviewCount = 3, Priority = -4, DeadlineSeconds = 2.5,
        };
        (GenerationRequest?, SubmitOptions?) arrived = default;
        api.Client.Submit = (given, options) =>
        {
            arrived = (given, options);
            return new JobView(Sample.Queued, Sample.Waiting);
        };

        var job = await Client(api).SubmitAsync(request, new SubmitOptions("order-17"), Cancellation);

        Assert.Equal((request, new SubmitOptions("order-17")), arrived);
        Same.Job(Sample.Queued, job.Record);
        Assert.Equal(Sample.Waiting, job.Progress);
    }

    [Fact]
    public async Task A_finished_job_comes_back_whole()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.Get = id => id == Sample.JobId ? new JobView(Sample.Done, Sample.Stepping) : null;

        var job = await Client(api).GetAsync(Sample.JobId, Cancellation);

        Same.Job(Sample.Done, job!.Record);
        Assert.Equal(Sample.Stepping, job.Progress);
        Assert.Null(await Client(api).GetAsync("job_other", Cancellation));
    }

    [Fact]
    public async Task A_refusal_comes_back_whole()
    {
        await using var api = await ApiHost.StartAsync();
        var refusal = new Refusal(ErrorCode.DeadlineUnmet, "Full.")
        {
            RetryAfter = TimeSpan.FromSeconds(2.5), Eta = TimeSpan.FromSeconds(40), Problems = [new FieldProblem("model", "is busy.")],
        };
        api.Client.Submit = (_, _) => throw new DiffusionException(refusal);

        var thrown = await Assert.ThrowsAsync<DiffusionException>(() => Client(api).SubmitAsync(new GenerationRequest { Prompt = "x" }, null, Cancellation));

        Assert.Equal((refusal.Code, refusal.Message, refusal.RetryAfter, refusal.Eta),
            (thrown.Refusal.Code, thrown.Refusal.Message, thrown.Refusal.RetryAfter, thrown.Refusal.Eta));
        Assert.Equal(refusal.Problems, thrown.Refusal.Problems);
    }

    [Fact]
    public async Task Bad_fields_come_back_by_name()
    {
        await using var api = await ApiHost.StartAsync();

        var thrown = await Assert.ThrowsAsync<DiffusionException>(
            () => Client(api).SubmitAsync(new GenerationRequest { Prompt = "x", Width = 65, Steps = 0 }, null, Cancellation));

        Assert.Equal(ErrorCode.InvalidRequest, thrown.Refusal.Code);
        Assert.Equal(["width", "steps"], thrown.Refusal.Problems.Select(problem => problem.Field));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cancellation_says_whether_it_did_something(bool isCancelledNow)
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.Cancel = _ => isCancelledNow;
        api.Client.Get = _ => new JobView(Sample.Queued with { Status = JobStatus.Cancelled }, Sample.Waiting);

        Assert.Equal(isCancelledNow, await Client(api).CancelAsync(Sample.JobId, Cancellation));
    }

    [Fact]
    public async Task A_cancellation_of_nothing_is_refused()
    {
        await using var api = await ApiHost.StartAsync();

        var thrown = await Assert.ThrowsAsync<DiffusionException>(() => Client(api).CancelAsync("job_x", Cancellation));

        Assert.Equal(ErrorCode.JobNotFound, thrown.Refusal.Code);
    }

    [Fact]
    public async Task Lists_come_back_whole()
    {
        await using var api = await ApiHost.StartAsync();
        JobFilter? asked = null;
        api.Client.ListJobs = filter =>
        {
            asked = filter;
            return new JobList([Sample.Done], "next & more");
        };
        var filter = new JobFilter(JobStatus.Succeeded, "emoji", "a&b c", 7);

        var list = await Client(api).ListJobsAsync(filter, Cancellation);

        Assert.Equal(filter, asked);
        Assert.Equal("next & more", list.NextCursor);
        Same.Job(Sample.Done, Assert.Single(list.Jobs));
    }

    [Fact]
    public async Task Models_come_back_whole()
    {
        await using var api = await ApiHost.StartAsync();

        Same.Model(Sample.Model, Assert.Single(await Client(api).ListModelsAsync(Cancellation)));
    }

    [Fact]
    public async Task A_model_is_added_and_removed()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.AddModel = (folder, name) => new AddModelAnswer(Sample.Model with { Folder = folder, Name = name! }, null, ["slow"]);
        api.Client.RemoveModel = name => name == "emoji";

        var added = await Client(api).AddModelAsync("/models/new", "fresh", Cancellation);

        Assert.Equal(("/models/new", "fresh"), (added.Added!.Folder, added.Added.Name));
        Assert.Equal(["slow"], added.Warnings);
        Assert.True(await Client(api).RemoveModelAsync("emoji", Cancellation));
        Assert.False(await Client(api).RemoveModelAsync("other", Cancellation));
    }

    [Fact]
    public async Task A_model_is_added_from_an_address_and_its_way_is_told()
    {
        await using var api = await ApiHost.StartAsync();
        var looks = 0;
        api.Client.BeginAddition = (url, name) => Sample.Addition with { Url = url, Name = name! };
        api.Client.Additions = () => looks++ == 0
            ? [Sample.Addition]
            : [Sample.Addition with { State = AdditionState.Added, Answer = new AddModelAnswer(Sample.Model, null, ["slow"]) }];
        var told = new List<ModelAddition>();

        var added = await Client(api).AddModelFromAsync("https://models.test/emoji/", "emoji", new Told(told), cancellation: Cancellation);

        Same.Model(Sample.Model, added.Added!);
        Assert.Equal(["slow"], added.Warnings);
        Assert.Equal([Sample.Addition, Sample.Addition], told[..2]);
        Assert.Equal(AdditionState.Added, told[2].State);
    }

    [Fact]
    public async Task An_addition_that_fails_is_refused_with_its_reasons()
    {
        await using var api = await ApiHost.StartAsync();
        var refusal = new Refusal(ErrorCode.OriginFailed, "It cannot be read.") { Problems = [new FieldProblem("unet/model.onnx", "is missing.")] };
        api.Client.Additions = () => [Sample.Addition with { State = AdditionState.Failed, Answer = new AddModelAnswer(null, refusal, []) }];

        var refused = await Assert.ThrowsAsync<DiffusionException>(() =>
            Client(api).AddModelFromAsync("https://models.test/emoji/", cancellation: Cancellation));

        Assert.Equal((refusal.Code, refusal.Message, refusal.Problems[0]), (refused.Refusal.Code, refused.Message, refused.Refusal.Problems[0]));
    }

    [Fact]
    public async Task An_addition_is_cancelled_by_its_id()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.CancelAddition = id => id == "add_0123";

        Assert.True(await Client(api).CancelAdditionAsync("add_0123", Cancellation));
        Assert.False(await Client(api).CancelAdditionAsync("add_4567", Cancellation));
    }

    [Fact]
    public async Task A_policy_arrives_as_it_was_sent()
    {
        await using var api = await ApiHost.StartAsync();
        (string, PoolPolicy?) told = default;
        api.Client.SetPolicy = (name, policy) =>
        {
            told = (name, policy);
            return true;
        };

        await Client(api).SetPolicyAsync("emoji", Sample.Model.Policy, Cancellation);
        Assert.Equal(("emoji", Sample.Model.Policy), told);
        await Client(api).SetPolicyAsync("emoji", new PoolPolicy(), Cancellation);
        Assert.Equal(("emoji", new PoolPolicy()), told);
    }

    [Fact]
    public async Task The_cluster_comes_back_whole()
    {
        var time = new ManualTime();
        await using var api = await ApiHost.StartAsync(parts: new ApiParts { Time = time });

        var view = await Client(api).GetClusterAsync(Cancellation);
        var pools = await Client(api).GetPoolsAsync(Cancellation);
        var grains = await Client(api).GetGrainStatisticsAsync(Cancellation);

        Assert.Equal(Sample.Now, view.At);
        Same.Silo(Sample.Silo, Assert.Single(view.Silos));
        Assert.Equal([Sample.Weights], view.Weights);
        Same.Pool(Sample.Pool, Assert.Single(pools));
        Assert.Equal([Sample.Grain], grains);
    }

    [Fact]
    public async Task Pictures_are_generated_with_their_progress()
    {
        await using var api = await ApiHost.StartAsync();
        Drawing.On(api, Sample.Done, Sample.Event(JobEventKind.Preview, Sample.Queued, Sample.Stepping, 2, [9, 8]));
        api.Client.Get = _ => new JobView(Sample.Queued, Sample.Waiting);
        api.Parts.Jobs.Artifact = (_, id) => Sample.Done.Artifacts.Single(artifact => artifact.Id == id);
        api.Parts.Artifacts.File = id => new MemoryStream(id == Sample.ArtifactId ? [1, 2] : [3, 4]);
        var events = new Heard();

        var result = await Client(api).GenerateAsync(new GenerationRequest { Prompt = "x" }, events, Cancellation);

        Same.Job(Sample.Done, result.Job);
        Assert.Equal([[1, 2], [3, 4]], result.Pictures);
        Assert.Equal([JobEventKind.State, JobEventKind.Preview, JobEventKind.Done], events.Kinds);
        Assert.Equal([9, 8], events.Preview!);
    }

    [Theory]
    [InlineData(JobStatus.Failed, ErrorCode.DeviceFailed, "It ran hot.")]
    [InlineData(JobStatus.Cancelled, ErrorCode.Cancelled, "job_0123456789abcdefghjkmnpqrs was cancelled.")]
    public async Task A_generation_that_brings_no_pictures_says_why(JobStatus status, ErrorCode code, string message)
    {
        await using var api = await ApiHost.StartAsync();
        var error = status == JobStatus.Failed ? new JobError(code, message) : null;
        Drawing.On(api, Sample.Queued with { Status = status, Error = error });
        api.Client.Get = _ => new JobView(Sample.Queued, Sample.Waiting);

        var thrown = await Assert.ThrowsAsync<DiffusionException>(() => Client(api).GenerateAsync(new GenerationRequest { Prompt = "x" }, null, Cancellation));

        Assert.Equal((code, message), (thrown.Refusal.Code, thrown.Refusal.Message));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said_so()
    {
        var api = await ApiHost.StartAsync();
        var address = api.Address;
        await api.DisposeAsync();
        using var http = new HttpClient { BaseAddress = address };

        var thrown = await Assert.ThrowsAsync<DiffusionException>(() => new HttpDiffusionClient(http).ListModelsAsync(Cancellation));

        Assert.Equal(ErrorCode.NotReady, thrown.Refusal.Code);
        Assert.StartsWith($"{address} does not answer: ", thrown.Refusal.Message, StringComparison.Ordinal);
    }

    private static HttpDiffusionClient Client(ApiHost api) => new(api.Http);

    private sealed class Heard : IProgress<JobEvent>
    {
        public List<JobEventKind> Kinds { get; } = [];

        public byte[]? Preview { get; private set; }

        public void Report(JobEvent value)
        {
            Kinds.Add(value.Kind);
            Preview ??= value.Preview;
        }
    }

    private sealed class Told(List<ModelAddition> additions) : IProgress<ModelAddition>
    {
        public void Report(ModelAddition value) => additions.Add(value);
    }
}
