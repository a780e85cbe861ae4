using Microsoft.AspNetCore.Builder;

namespace OrleansDiffusion.Api.Access;

/// <summary>Who may call an endpoint.</summary>
internal enum Role
{
    /// <summary>Probes, and readers of the API's description.</summary>
    Anybody,

    /// <summary>The owner of a key, for what is his.</summary>
    Tenant,

    Admin,

    /// <summary>An administrator, or a program on this very machine: metrics.</summary>
    Operator,
}

/// <summary>Says on an endpoint who may call it; the rule nearest to the endpoint counts.</summary>
internal sealed record AccessRule(Role MayCall);

internal static class AccessRuleExtensions
{
    public static TBuilder AllowedTo<TBuilder>(this TBuilder builder, Role role) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new AccessRule(role));
}
