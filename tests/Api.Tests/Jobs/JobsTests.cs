using System.Net;
using System.Text.Json;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Api.Tests.Hosting;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Tests.Jobs;

public sealed class JobsTests
{
    [Fact]
    public async Task A_submission_answers_with_the_job_and_its_address()
    {
        await using var api = await ApiHost.StartAsync();
        GenerationRequest? submitted = null;
        api.Client.Submit = (request, _) =>
        {
            submitted = request;
            return new JobView(Sample.Queued, Sample.Waiting);
        };

        var answer = await api.PostAsync("/v1/jobs", """
            {"model": "emoji", "prompt": "a red apple", "negative_prompt": "a worm", "width": 64, "height": 72, "steps": 25, "guidance": 7.5,
             "seed": 7, "count": 2, "sampler": "ddim", "format": "png", "quality": 91, "previews": 3, "priority": -4, "deadline_seconds": 2.5}
            """);

        Assert.Equal((HttpStatusCode.Accepted, "application/json"), (answer.Status, answer.ContentType));
        Assert.Equal(($"/v1/jobs/{Sample.JobId}", "no-store"), (answer.Header("Location"), answer.Header("Cache-Control")));
        Assert.Equal(
            new GenerationRequest
            {
                Model = "emoji", Prompt = "a red apple", NegativePrompt = "a worm", Width = 64, Height = 72, Steps = 25, Guidance = 7.5,
                Seed = 7, Count = 2, Sampler = "ddim", Format = "png", QualityPercent = 91, PreviewCount = 3, Priority = -4, DeadlineSeconds = 2.5,
            },
            submitted);
        Assert.Equal(WireText.QueuedJob, answer.Text);
    }

    [Fact]
    public async Task What_is_absent_or_null_is_left_to_the_model()
    {
        await using var api = await ApiHost.StartAsync();
        List<GenerationRequest> submitted = [];
        api.Client.Submit = (request, _) =>
        {
            submitted.Add(request);
            return new JobView(Sample.Queued, Sample.Waiting);
        };

        await api.PostAsync("/v1/jobs", """{"prompt": "x"}""");
        await api.PostAsync("/v1/jobs", """
            {"model": null, "prompt": "x", "negative_prompt": null, "width": null, "height": null, "size": null, "steps": null, "guidance": null,
             "seed": null, "count": null, "sampler": null, "format": null, "quality": null, "previews": null, "priority": null}
            """);

        Assert.Equal([new GenerationRequest { Prompt = "x" }, new GenerationRequest { Prompt = "x" }], submitted);
    }

    [Fact]
    public async Task A_size_stands_for_width_and_height()
    {
        await using var api = await ApiHost.StartAsync();

        var answer = await api.PostAsync("/v1/jobs", """{"prompt": "x", "size": "128x32"}""");

        var request = answer.Json.GetProperty("request");
        Assert.Equal((128, 32), (request.GetProperty("width").GetInt32(), request.GetProperty("height").GetInt32()));
    }

    [Fact]
    public async Task A_repeated_submission_is_ok_rather_than_accepted()
    {
        await using var api = await ApiHost.StartAsync();
        SubmitOptions? options = null;
        api.Client.Submit = (_, given) =>
        {
            options = given;
            return new JobView(Sample.Queued, Sample.Waiting);
        };

        var first = await api.PostAsync("/v1/jobs", """{"prompt": "x"}""", ("Idempotency-Key", "order-17"));
        api.Client.Get = id => id == JobId.FromIdempotencyKey(GrainKeys.DefaultTenant, "order-17") ? new JobView(Sample.Queued, Sample.Waiting) : null;
        var second = await api.PostAsync("/v1/jobs", """{"prompt": "x"}""", ("Idempotency-Key", "order-17"));

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.OK), (first.Status, second.Status));
        Assert.Equal("order-17", options?.IdempotencyKey);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("")]
    public async Task A_bad_idempotency_key_is_a_problem_of_its_own(string key)
    {
        await using var api = await ApiHost.StartAsync();

        var answer = await api.PostAsync("/v1/jobs", """{"prompt": "x"}""", ("Idempotency-Key", key));

        Assert.Equal(["Idempotency-Key: must have 1 to 200 visible ASCII characters."], answer.Problems);
    }

    [Fact]
    public async Task A_key_that_belongs_to_another_request_is_refused()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.Submit = (_, _) => throw new DiffusionException(new Refusal(ErrorCode.IdempotencyKeyReused, "That was another request."));

        var answer = await api.PostAsync("/v1/jobs", """{"prompt": "x"}""", ("Idempotency-Key", "order-17"));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency_key_reused"), (answer.Status, answer.Json.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_finished_job_shows_everything_that_is_known_of_it()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.Get = id => id == Sample.JobId ? new JobView(Sample.Done, Sample.Stepping with { Phase = "done" }) : null;

        var answer = await api.GetAsync($"/v1/jobs/{Sample.JobId}");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(WireText.DoneJob, answer.Text);
    }

    [Fact]
    public async Task A_failed_job_says_why()
    {
        await using var api = await ApiHost.StartAsync();
        var failed = Sample.Queued with { Status = JobStatus.Failed, Error = new JobError(ErrorCode.DeviceFailed, "The device ran hot.") };
        api.Client.Get = _ => new JobView(failed, Sample.Waiting);

        var answer = await api.GetAsync($"/v1/jobs/{Sample.JobId}");

        Assert.Equal("""{"code":"device_failed","message":"The device ran hot."}""", answer.Json.GetProperty("error").GetRawText());
    }

    [Theory]
    [InlineData("GET", "/v1/jobs/job_x")]
    [InlineData("GET", "/v1/jobs/job_x/events")]
    [InlineData("DELETE", "/v1/jobs/job_x")]
    public async Task An_unknown_job_is_not_found(string method, string path)
    {
        await using var api = await ApiHost.StartAsync();

        var answer = await api.SendAsync(new HttpMethod(method), path);

        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.Equal(
            ("job_not_found", "There is no job job_x."),
            (answer.Json.GetProperty("code").GetString(), answer.Json.GetProperty("detail").GetString()));
    }

    [Theory]
    [InlineData(true, "true")]
    [InlineData(false, "false")]
    public async Task A_cancellation_answers_with_the_job_and_whether_it_changed(bool isCancelledNow, string changed)
    {
        await using var api = await ApiHost.StartAsync();
        List<string> cancelled = [];
        api.Client.Cancel = id =>
        {
            cancelled.Add(id);
            return isCancelledNow;
        };
        api.Client.Get = _ => new JobView(Sample.Queued with { Status = JobStatus.Cancelled }, Sample.Waiting);

        var answer = await api.SendAsync(HttpMethod.Delete, $"/v1/jobs/{Sample.JobId}");

        Assert.Equal((HttpStatusCode.OK, changed), (answer.Status, answer.Header("x-job-changed")));
        Assert.Equal("cancelled", answer.Json.GetProperty("status").GetString());
        Assert.Equal([Sample.JobId], cancelled);
    }

    [Fact]
    public async Task A_list_passes_its_filter_on_and_its_cursor_back()
    {
        await using var api = await ApiHost.StartAsync();
        List<JobFilter> filters = [];
        api.Client.ListJobs = filter =>
        {
            filters.Add(filter);
            return new JobList([Sample.Done], "next one");
        };

        var answer = await api.GetAsync("/v1/jobs?status=succeeded&model=emoji&cursor=a%20b&limit=200");
        await api.GetAsync("/v1/jobs?status=&model=&cursor=&limit=");

        Assert.Equal([new JobFilter(JobStatus.Succeeded, "emoji", "a b", 200), new JobFilter(null, null, null, 50)], filters);
        Assert.Equal("next one", answer.Json.GetProperty("next_cursor").GetString());
        var job = answer.Json.GetProperty("jobs")[0];
        Assert.Equal(Sample.JobId, job.GetProperty("id").GetString());
        Assert.Equal(("done", 1.0), (job.GetProperty("progress").GetProperty("phase").GetString(), job.GetProperty("progress").GetProperty("fraction").GetDouble()));
    }

    [Fact]
    public async Task An_unfinished_job_of_a_list_shows_where_it_stands_now()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.ListJobs = _ => new JobList([Sample.Queued, Sample.Queued with { Id = "gone" }], null);
        api.Client.Get = id => id == Sample.JobId ? new JobView(Sample.Queued with { Status = JobStatus.Running }, Sample.Stepping) : null;

        var jobs = (await api.GetAsync("/v1/jobs")).Json.GetProperty("jobs");

        Assert.Equal(("running", 5), (jobs[0].GetProperty("status").GetString(), jobs[0].GetProperty("progress").GetProperty("step").GetInt32()));
        Assert.Equal(("gone", "queued"), (jobs[1].GetProperty("id").GetString(), jobs[1].GetProperty("status").GetString()));
    }

    [Fact]
    public async Task A_bad_query_is_refused_in_full()
    {
        await using var api = await ApiHost.StartAsync();

        var answer = await api.GetAsync("/v1/jobs?status=lost&limit=201&stauts=queued");

        Assert.Equal(
            [
                "status: must be one of queued, running, succeeded, failed, cancelled, not \"lost\".",
                "limit: must be a whole number from 1 to 200, not \"201\".",
                "stauts: is not a known field; did you mean status?",
            ],
            answer.Problems);
        Assert.Equal(["stauts: is not a known field; did you mean status?"], (await api.GetAsync("/v1/jobs?stauts=queued")).Problems);
    }
}
