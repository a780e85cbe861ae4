using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard.Mock;

/// <summary>The REST API that the dashboard uses, over the mock's state.</summary>
internal static class MockRoutes
{
    private const int PageCountDefault = 30;

    public static void Map(WebApplication app, MockServer server)
    {
        app.MapPost("/v1/jobs", (HttpContext context, JsonObject body) => Submit(server, context, body));
        app.MapGet("/v1/jobs", (string? status, string? cursor, int? limit) => List(server, status, cursor, limit));
        app.MapGet("/v1/jobs/{id}", (string id) => server.Jobs.Find(id) is { } job ? Json(job.ToWire()) : NoJob());
        app.MapDelete("/v1/jobs/{id}", (string id) => Cancel(server.Jobs, id));
        app.MapGet("/v1/jobs/{id}/events", (HttpContext context, string id) => WatchAsync(server.Jobs, context, id));
        app.MapGet("/v1/feed", (HttpContext context) => server.Jobs.Feed.ServeAsync(context, () => null, _ => false));
        app.MapGet("/v1/artifacts/{id}", (string id) => server.Jobs.Picture(id) is { } file ? Results.Bytes(file, "image/png") : NoJob());
        app.MapGet("/v1/models", () => Json(new { Object = "list", Data = server.Models }));
        app.MapPut("/v1/models/{id}/policy", (string id, JsonObject body) => SetPolicy(server, id, body));
        app.MapGet("/v1/cluster/events", (HttpContext context) =>
            server.Cluster.Events.ServeAsync(context, () => new SseEvent("cluster", server.Cluster.ToWire()), _ => false));
    }

    public static IResult Problem(int status, string code, string detail, params (string Field, string Message)[] errors) =>
        Results.Json(Refusal(code, detail, errors), Wire.Json, "application/problem+json", status);

    public static object Refusal(string code, string detail, params (string Field, string Message)[] errors) => new
    {
        Type = $"urn:orleansdiffusion:error:{code}",
        Title = code,
        Detail = detail,
        Code = code,
        Errors = errors.Select(error => new { error.Field, error.Message }),
        RequestId = "request-1",
    };

    private static IResult Submit(MockServer server, HttpContext context, JsonObject body)
    {
        if (TakeRefusal(server) is { } refused) return refused;
        var (job, isRepeat) = server.Jobs.Submit(body, context.Request.Headers["Idempotency-Key"].ToString());
        if (!server.LosesAnswers) return Json(job.ToWire(), isRepeat ? 200 : 202);
        context.Abort();
        return Results.Empty;
    }

    private static IResult SetPolicy(MockServer server, string id, JsonObject policy)
    {
        server.PutPolicies.Add((id, policy));
        if (TakeRefusal(server) is { } refused) return refused;
        server.Cluster.Policy = policy;
        server.Cluster.Tell();
        return Results.NoContent();
    }

    private static IResult? TakeRefusal(MockServer server)
    {
        if (server.NextRefusal is not { } refusal) return null;
        server.NextRefusal = null;
        return Results.Json(refusal.Problem, Wire.Json, "application/problem+json", refusal.Status);
    }

    private static IResult List(MockServer server, string? status, string? cursor, int? limit)
    {
        if (cursor is not null && server.RefusesLaterPages)
        {
            server.RefusedPageCount++;
            return Problem(503, "storage_unavailable", "The job store is away.");
        }

        var (page, next) = server.Jobs.List(status, cursor, limit ?? PageCountDefault);
        return Json(new { Jobs = page.Select(job => job.ToWire()), NextCursor = next });
    }

    private static IResult Cancel(MockJobs jobs, string id)
    {
        if (jobs.Find(id) is not { } job) return NoJob();
        job.Cancel();
        return Json(job.ToWire());
    }

    private static async Task WatchAsync(MockJobs jobs, HttpContext context, string id)
    {
        if (jobs.Find(id) is { } job)
            await job.Events.ServeAsync(context, job.StateEvent, item => item.Name == "done");
        else
            await NoJob().ExecuteAsync(context);
    }

    private static IResult Json(object value, int status = 200) => Results.Json(value, Wire.Json, statusCode: status);

    private static IResult NoJob() => Problem(404, "job_not_found", "There is no such job.");
}
