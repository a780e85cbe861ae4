using Microsoft.AspNetCore.Builder;

namespace OrleansDiffusion.Api.Access;

/// <summary>Pages that a host adds beside the API, for a person with a browser.</summary>
public static class BrowserPages
{
    /// <summary>Where keys are asked for, an administrator's opens the page: as the password that the browser asks for, with any name.</summary>
    public static TBuilder ForAdministrators<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AccessRule(Role.Admin), new AsksForPassword());
}

/// <summary>
/// On an endpoint whose key may come as a password (HTTP Basic). Nowhere else: browsers send a password with whatever another
/// site has them ask for.
/// </summary>
internal sealed record AsksForPassword
{
    public const string Challenge = "Basic realm=\"API key of an administrator as the password\", charset=\"UTF-8\"";
}
