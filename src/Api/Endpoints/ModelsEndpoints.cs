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

/// <summary>Models, for both dialects: OpenAI's clients read the fields they know.</summary>
internal static class ModelsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var models = routes.MapGroup(ApiPaths.Models).WithTags("Models").AllowedTo(Role.Tenant);
        models.MapGet("", List).WithName("listModels")
            .WithSummary("Lists the models.")
            .Produces<ModelListBody>()
            .Refuses(401, 503);
        models.MapGet("{id}", Get).WithName("getModel")
            .WithSummary("Shows a model.")
            .Produces<ModelBody>()
            .Refuses(401, 404, 503);
        models.MapPost("", Add).WithName("addModel").AllowedTo(Role.Admin)
            .WithSummary("Checks a folder on the cluster's disks and registers it as a model, or begins to fetch one from an address.")
            .Accepts<AddModelBody>("application/json")
            .Produces<AddedModelBody>(StatusCodes.Status201Created)
            .Produces<AdditionBody>(StatusCodes.Status202Accepted)
            .Refuses(400, 401, 403, 413, 415, 422, 503, 507);
        models.MapPut("{id}/policy", SetPolicy).WithName("setModelPolicy").AllowedTo(Role.Admin)
            .WithSummary("Sets how many replicas of a model there should be and on what devices. What is absent is as by default.")
            .Accepts<SetPolicyBody>("application/json")
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(400, 401, 403, 404, 413, 415, 503, 507);
        models.MapDelete("{id}", Remove).WithName("removeModel").AllowedTo(Role.Admin)
            .WithSummary("Unloads and forgets a model; its files stay.")
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(401, 403, 404, 409, 503);
    }

    private static async Task<IResult> List(Caller caller, IDiffusionClientFactory clients, CancellationToken cancellation)
    {
        var models = await clients.ForTenant(caller.TenantId).ListModelsAsync(cancellation);
        return Wire.Json(new ModelListBody([.. models.Select(model => ModelBody.From(model, caller.IsAdmin))]));
    }

    private static async Task<IResult> Get(string id, Caller caller, IDiffusionClientFactory clients, CancellationToken cancellation)
    {
        var models = await clients.ForTenant(caller.TenantId).ListModelsAsync(cancellation);
        return models.FirstOrDefault(model => model.Name == id) is { } found
            ? Wire.Json(ModelBody.From(found, caller.IsAdmin))
            : NoSuchModel(id).ToResult();
    }

    private static async Task<IResult> Add(
        HttpContext http, Caller caller, IDiffusionClientFactory clients, JsonBody body, CancellationToken cancellation)
    {
        var read = await body.ReadAsync(http.Request, cancellation);
        if (read.Form is not { } form) return read.Refused!.ToResult();
        var (folder, name, url) = (form.Text("folder"), form.Text("name"), form.Text("url"));
        CheckPlace(form, folder, url);
        if (name is not null && !ModelName.IsValid(name)) form.Reject("name", $"{ModelName.Rule}.");
        if (form.Finish() is { All.Count: > 0 } problems) return Problem.Of(problems.All, problems.AreAllUnknownFields).ToResult();

        if (url is not null)
        {
            var addition = await clients.ForTenant(caller.TenantId).BeginAdditionAsync(url, name, cancellation);
            http.Response.Headers.Location = $"{ApiPaths.Additions}/{addition.Id}";
            return Wire.Json(AdditionBody.From(addition), StatusCodes.Status202Accepted);
        }

        var answer = await clients.ForTenant(caller.TenantId).AddModelAsync(folder!, name, cancellation);
        if (answer.Added is not { } added) return answer.Refused!.ToResult();
        http.Response.Headers.Location = $"{ApiPaths.Models}/{added.Name}";
        return Wire.Json(new AddedModelBody(ModelBody.From(added, caller.IsAdmin), answer.Warnings), StatusCodes.Status201Created);
    }

    private static void CheckPlace(JsonForm form, string? folder, string? url)
    {
        if (!form.Has("folder") && !form.Has("url")) form.Reject("folder", "must name a folder on the cluster's disks, unless url names an address.");
        if (folder is not null && url is not null) form.Reject("url", "must not be there beside folder.");
        if (folder is not null && ModelAddress.IsMeant(folder)) form.Reject("folder", "must be a folder; an address is written as url.");
        if (url is not null && ModelAddress.ProblemOf(url) is { } problem) form.Reject("url", problem);
    }

    private static async Task<IResult> SetPolicy(
        string id, HttpContext http, Caller caller, IDiffusionClientFactory clients, JsonBody body, CancellationToken cancellation)
    {
        var read = await body.ReadAsync(http.Request, cancellation);
        if (read.Form is not { } form) return read.Refused!.ToResult();
        var policy = PolicyForm.Read(form);
        var (unread, judged) = (form.Finish(), PoolPolicyRules.Check(policy));
        if (unread.All.Count + judged.Count > 0)
            return Problem.Of([.. unread.All, .. judged], unread.AreAllUnknownFields && judged.Count == 0).ToResult();

        await clients.ForTenant(caller.TenantId).SetPolicyAsync(id, policy, cancellation);
        return Results.NoContent();
    }

    private static async Task<IResult> Remove(string id, Caller caller, IDiffusionClientFactory clients, CancellationToken cancellation) =>
        await clients.ForTenant(caller.TenantId).RemoveModelAsync(id, cancellation) ? Results.NoContent() : NoSuchModel(id).ToResult();

    private static Refusal NoSuchModel(string id) => new(ErrorCode.ModelNotFound, $"The model '{FieldNames.Shortened(id)}' does not exist.");
}
