using Microsoft.AspNetCore.Http;
using OrleansDiffusion.Client.Http;

namespace OrleansDiffusion.Api.Errors;

/// <summary>Whose error shape a caller of a path expects.</summary>
internal enum Dialect
{
    /// <summary>RFC 9457.</summary>
    Native,

    /// <summary>{"error": {...}}.</summary>
    OpenAi,

    /// <summary>A problem document that carries OpenAI's object too: both kinds of clients call this path.</summary>
    Shared,
}

internal static class Dialects
{
    public static Dialect Of(PathString path) =>
        path.StartsWithSegments("/v1/images") ? Dialect.OpenAi
        : path.StartsWithSegments(ApiPaths.Models) ? Dialect.Shared
        : Dialect.Native;
}
