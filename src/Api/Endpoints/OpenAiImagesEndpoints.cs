using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Api.Access;
using OrleansDiffusion.Api.Errors;
using OrleansDiffusion.Api.OpenAi;
using OrleansDiffusion.Api.OpenApi;
using OrleansDiffusion.Api.Requests;
using OrleansDiffusion.Api.Streaming;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Endpoints;

/// <summary>OpenAI's images endpoint.</summary>
internal static class OpenAiImagesEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/images/generations", Generate).WithName("generateImages").WithTags("OpenAI").AllowedTo(Role.Tenant)
            .WithSummary("Makes pictures while the caller waits; leaving cancels the job. With stream, server-sent events.")
            .Accepts<ImageRequestBody>("application/json")
            .Produces<ImagesBody>()
            .Produces<ImageEventBody>(contentType: "text/event-stream")
            .RefusesAsOpenAi(400, 401, 404, 413, 415, 422, 429, 500, 503, 507);

    private static async Task<IResult> Generate(
        HttpContext http, Caller caller, IDiffusionClientFactory clients, ImageServices services, CancellationToken cancellation)
    {
        var read = await services.Body.ReadAsync(http.Request, cancellation);
        if (read.Form is not { } form) return read.Refused!.ToResult();
        var client = clients.ForTenant(caller.TenantId);
        var request = ImageForm.Read(form);
        if (form.Finish() is { All.Count: > 0 } problems)
            return (await services.Review.RefuseAsync(problems, request.Generation, request.InDialect, client, cancellation)).ToResult();

        var job = new ImageJob(client, await SubmitAsync(client, request), services.Logger);
        try
        {
            return request.IsStream ? await StreamAsync(http, job, request, services.Streams) : await AnswerAsync(http, job, request, services);
        }
        finally
        {
            if (http.RequestAborted.IsCancellationRequested) await job.AbandonAsync();
        }
    }

    /// <summary>Not to be cancelled: a caller that leaves just now would leave a job behind that nobody knows.</summary>
    private static async Task<JobView> SubmitAsync(IDiffusionClient client, ImageRequest request)
    {
        try
        {
            return await client.SubmitAsync(request.Generation, cancellation: CancellationToken.None);
        }
        catch (DiffusionException refused) when (refused.Refusal.Problems.Count > 0)
        {
            throw new DiffusionException(OpenAiNames.In(refused.Refusal, request.InDialect), refused);
        }
    }

    private static async Task<IResult> StreamAsync(HttpContext http, ImageJob job, ImageRequest request, EventStreams streams)
    {
        await streams.SendAsync(http, new ImageStream(job, request).Messages);
        return Results.Empty;
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, ImageJob job, ImageRequest request, ImageServices services)
    {
        using var life = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, services.Lifetime.ApplicationStopping);
        var record = await job.FinishAsync(life.Token);
        var publicUrl = services.Options.Value.PublicUrl;
        return Wire.Json(await ImageReply.OfAsync(job, record, request, artifact => ImageReply.UrlOf(artifact, http.Request, publicUrl), life.Token));
    }
}

/// <summary>What the endpoint works with.</summary>
internal sealed record ImageServices(
    JsonBody Body,
    RequestReview Review,
    EventStreams Streams,
    IHostApplicationLifetime Lifetime,
    IOptions<DiffusionApiOptions> Options,
    ILogger<ImageJob> Logger);
