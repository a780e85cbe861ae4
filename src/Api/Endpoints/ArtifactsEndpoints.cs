using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using OrleansDiffusion.Api.Access;
using OrleansDiffusion.Api.Errors;
using OrleansDiffusion.Api.OpenApi;
using OrleansDiffusion.Client.Http;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Api.Endpoints;

/// <summary>Finished pictures. Their names are their contents' hashes, so they never change.</summary>
internal static class ArtifactsEndpoints
{
    private const string ForEver = "private, max-age=31536000, immutable";

    private const int Sha256HexLength = 64;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var path = $"{ApiPaths.Artifacts}/{{id}}";
        routes.MapGet(path, Get).WithName("getArtifact").WithTags("Artifacts").AllowedTo(Role.Tenant)
            .WithSummary("A picture's file, whole or in ranges.")
            .Produces<Stream>(StatusCodes.Status200OK, "image/png", "image/jpeg", "image/webp")
            .Produces<Stream>(StatusCodes.Status206PartialContent, "image/png", "image/jpeg", "image/webp")
            .Produces(StatusCodes.Status304NotModified)
            .Produces(StatusCodes.Status416RangeNotSatisfiable)
            .Refuses(401, 404, 503);
        routes.MapMethods(path, [HttpMethods.Head], Get).AllowedTo(Role.Tenant).ExcludeFromDescription();
    }

    private static async Task<IResult> Get(
        string id, HttpContext http, Caller caller, IJobStore jobs, IArtifactStore artifacts, CancellationToken cancellation)
    {
        if (!IsName(id)) return NoSuchArtifact(id);
        if (await jobs.FindArtifact(caller.TenantId, id, cancellation) is not { } artifact) return NoSuchArtifact(id);
        if (await artifacts.Open(id, cancellation) is not { } file) return NoSuchArtifact(id);
        http.Response.Headers.CacheControl = ForEver;
        return Results.Stream(file, artifact.ContentType, entityTag: new EntityTagHeaderValue($"\"{id}\""), enableRangeProcessing: true);
    }

    private static bool IsName(string id) => id.Length == Sha256HexLength && id.All(char.IsAsciiHexDigitLower);

    private static IResult NoSuchArtifact(string id) =>
        new Refusal(ErrorCode.NotFound, $"There is no artifact {Requests.FieldNames.Shortened(id)}.").ToResult();
}
