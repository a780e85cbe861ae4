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

/// <summary>Models that are being fetched from addresses.</summary>
internal static class AdditionsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var additions = routes.MapGroup(ApiPaths.Additions).WithTags("Models").AllowedTo(Role.Admin);
        additions.MapGet("", List).WithName("listAdditions")
            .WithSummary("Lists the models that are being fetched from addresses, and how the last ones ended.")
            .Produces<AdditionListBody>()
            .Refuses(401, 403, 503);
        additions.MapGet("{id}", Get).WithName("getAddition")
            .WithSummary("Shows how far a model is that is being fetched, or what came of it.")
            .Produces<AdditionBody>()
            .Refuses(401, 403, 404, 503);
        additions.MapDelete("{id}", Cancel).WithName("cancelAddition")
            .WithSummary("Stops fetching a model. What was fetched stays for the next time.")
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(401, 403, 404, 503);
    }

    private static async Task<IResult> List(Caller caller, IDiffusionClientFactory clients, CancellationToken cancellation)
    {
        var additions = await clients.ForTenant(caller.TenantId).ListAdditionsAsync(cancellation);
        return Wire.Json(new AdditionListBody([.. additions.Select(AdditionBody.From)]));
    }

    private static async Task<IResult> Get(string id, Caller caller, IDiffusionClientFactory clients, CancellationToken cancellation)
    {
        var additions = await clients.ForTenant(caller.TenantId).ListAdditionsAsync(cancellation);
        return additions.FirstOrDefault(addition => addition.Id == id) is { } found ? Wire.Json(AdditionBody.From(found)) : Nothing(id).ToResult();
    }

    private static async Task<IResult> Cancel(string id, Caller caller, IDiffusionClientFactory clients, CancellationToken cancellation) =>
        await clients.ForTenant(caller.TenantId).CancelAdditionAsync(id, cancellation) ? Results.NoContent() : Nothing(id).ToResult();

    private static Refusal Nothing(string id) => new(ErrorCode.NotFound, $"No model is being fetched as '{FieldNames.Shortened(id)}'.");
}
