using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansDiffusion.Api.Access;
using OrleansDiffusion.Api.Errors;
using OrleansDiffusion.Api.OpenApi;
using OrleansDiffusion.Api.Requests;
using OrleansDiffusion.Client;
using OrleansDiffusion.Client.Http;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Endpoints;

/// <summary>Jobs: submit, list, look, cancel.</summary>
internal static class JobsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapGroup(ApiPaths.Jobs).WithTags("Jobs").AllowedTo(Role.Tenant);
        jobs.MapPost("", Submit).WithName("submitJob")
            .WithSummary("Submits a job; it is durable as soon as this answers.")
            .Accepts<JobRequestBody>("application/json")
            .Produces<JobBody>(StatusCodes.Status202Accepted)
            .Produces<JobBody>()
            .TakesHeader(ApiHeaders.IdempotencyKey, "1-200 characters; the same key is the same job, however often it is sent.")
            .Refuses(400, 401, 404, 413, 415, 422, 429, 503, 507);
        jobs.MapGet("", List).WithName("listJobs")
            .WithSummary("Lists jobs, newest first.")
            .Produces<JobListBody>()
            .TakesQuery("status", "Only jobs in this state.")
            .TakesQuery("model", "Only jobs of this model.")
            .TakesQuery("cursor", "next_cursor of the page before.")
            .TakesQuery("limit", $"Jobs of a page, 1 to {QueryForm.PageCountMax}; 50 when absent.")
            .Refuses(400, 401, 503);
        jobs.MapGet("{id}", Get).WithName("getJob")
            .WithSummary("Shows a job and where it stands.")
            .Produces<JobBody>()
            .Refuses(401, 404, 503);
        jobs.MapDelete("{id}", Cancel).WithName("cancelJob")
            .WithSummary("Cancels a job; one that is final stays as it is.")
            .Produces<JobBody>()
            .Refuses(401, 404, 503);
    }

    public static Refusal NoSuchJob(string id) => new(ErrorCode.JobNotFound, $"There is no job {FieldNames.Shortened(id)}.");

    private static async Task<IResult> Submit(
        HttpContext http, Caller caller, IDiffusionClientFactory clients, JsonBody body, RequestReview review, CancellationToken cancellation)
    {
        var read = await body.ReadAsync(http.Request, cancellation);
        if (read.Form is not { } form) return read.Refused!.ToResult();
        var client = clients.ForTenant(caller.TenantId);
        var request = JobForm.Read(form);
        var key = IdempotencyKey.Read(http.Request, form);
        if (form.Finish() is { All.Count: > 0 } problems)
            return (await review.RefuseAsync(problems, request, problem => problem, client, cancellation)).ToResult();

        var isRepeat = key is not null && await client.GetAsync(JobId.FromIdempotencyKey(caller.TenantId, key), cancellation) is not null;
        var job = JobBody.From(await client.SubmitAsync(request, new SubmitOptions(key), cancellation));
        http.Response.Headers.Location = $"{ApiPaths.Jobs}/{job.Id}";
        return Wire.Json(job, isRepeat ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> List(
        HttpContext http, Caller caller, IDiffusionClientFactory clients, CancellationToken cancellation)
    {
        var (filter, refused) = QueryForm.Read(http.Request.Query);
        if (refused is not null) return refused.ToResult();
        var client = clients.ForTenant(caller.TenantId);
        var page = await client.ListJobsAsync(filter, cancellation);
        var jobs = await Task.WhenAll(page.Jobs.Select(job => Current(client, job, cancellation)));
        return Wire.Json(new JobListBody(jobs, page.NextCursor));
    }

    /// <summary>A row knows no queue position and no step: those of an unfinished job come from its grain.</summary>
    private static async Task<JobBody> Current(IDiffusionClient client, JobRecord job, CancellationToken cancellation) =>
        !job.Status.IsFinal() && await client.GetAsync(job.Id, cancellation) is { } current ? JobBody.From(current) : JobBody.From(job);

    private static async Task<IResult> Get(string id, Caller caller, IDiffusionClientFactory clients, CancellationToken cancellation) =>
        await clients.ForTenant(caller.TenantId).GetAsync(id, cancellation) is { } job
            ? Wire.Json(JobBody.From(job))
            : NoSuchJob(id).ToResult();

    private static async Task<IResult> Cancel(
        string id, HttpContext http, Caller caller, IDiffusionClientFactory clients, CancellationToken cancellation)
    {
        var client = clients.ForTenant(caller.TenantId);
        var isCancelledNow = await client.CancelAsync(id, cancellation);
        if (await client.GetAsync(id, cancellation) is not { } job) return NoSuchJob(id).ToResult();
        http.Response.Headers[ApiHeaders.JobChanged] = isCancelledNow ? "true" : "false";
        return Wire.Json(JobBody.From(job));
    }
}
