using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OrleansDiffusion.Api.OpenAi;
using OrleansDiffusion.Client.Http;

namespace OrleansDiffusion.Api.OpenApi;

/// <summary>What the API's description says of an endpoint beyond what its handler's signature tells.</summary>
internal static class EndpointDescriptions
{
    /// <summary>A parameter that the handler reads itself, so that all of them are judged at once.</summary>
    /// <param name="Name">As callers write it.</param>
    /// <param name="IsHeader">A header; otherwise part of the query.</param>
    /// <param name="Description">For readers.</param>
    internal sealed record ParameterDescription(string Name, bool IsHeader, string Description);

    public static RouteHandlerBuilder TakesQuery(this RouteHandlerBuilder builder, string name, string description) =>
        builder.WithMetadata(new ParameterDescription(name, false, description));

    public static RouteHandlerBuilder TakesHeader(this RouteHandlerBuilder builder, string name, string description) =>
        builder.WithMetadata(new ParameterDescription(name, true, description));

    /// <summary>The statuses with which it says no, in the native dialect.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder builder, params ReadOnlySpan<int> statusCodes)
    {
        foreach (var status in statusCodes) builder.Produces<ProblemBody>(status, "application/problem+json");
        return builder;
    }

    /// <summary>The statuses with which it says no, in OpenAI's dialect.</summary>
    public static RouteHandlerBuilder RefusesAsOpenAi(this RouteHandlerBuilder builder, params ReadOnlySpan<int> statusCodes)
    {
        foreach (var status in statusCodes) builder.Produces<OpenAiErrorReply>(status, "application/json");
        return builder;
    }
}
