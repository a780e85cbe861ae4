using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Api.Errors;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Access;

/// <summary>Finds out who is calling and lets in whom the endpoint's rule allows.</summary>
internal sealed class CallerGate(RequestDelegate next, KeyRing keys, IOptions<DiffusionApiOptions> options)
{
    private const string Scheme = "Bearer ";

    private static readonly Refusal NoKey = new(
        ErrorCode.Unauthorized, "Send an API key: Authorization: Bearer od-... (the operator makes keys with `od keys add`).");

    private static readonly Refusal WrongKey = new(ErrorCode.Unauthorized, "This API key is not known here.");

    private static readonly Refusal NotAdmin = new(ErrorCode.Forbidden, "This needs an administrator's API key.");

    public async Task InvokeAsync(HttpContext http)
    {
        var role = http.GetEndpoint()?.Metadata.GetMetadata<AccessRule>()?.MayCall ?? Role.Anybody;
        if (role != Role.Anybody && await JudgeAsync(http, role) is { } refusal)
        {
            if (refusal.Code == ErrorCode.Unauthorized && MayBePassword(http)) AskForPassword(http.Response);
            await refusal.ToResult().ExecuteAsync(http);
            return;
        }

        await next(http);
    }

    private async Task<Refusal?> JudgeAsync(HttpContext http, Role role)
    {
        if (!options.Value.RequireApiKey || (role == Role.Operator && IsThisMachine(http)))
        {
            http.Features.Set(Caller.Owner);
            return null;
        }

        if (SecretOf(http) is not { } secret) return NoKey;
        if (await keys.FindAsync(secret, http.RequestAborted) is not { } caller) return WrongKey;
        if (role is Role.Admin or Role.Operator && !caller.IsAdmin) return NotAdmin;
        http.Features.Set(caller);
        return null;
    }

    private static string? SecretOf(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return header[Scheme.Length..].Trim();
        return MayBePassword(http) ? BasicPassword.Of(header) : null;
    }

    private static bool MayBePassword(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<AsksForPassword>() is not null;

    private static void AskForPassword(HttpResponse response) => response.OnStarting(() =>
    {
        response.Headers.WWWAuthenticate = AsksForPassword.Challenge;
        return Task.CompletedTask;
    });

    /// <summary>A proxy on this machine speaks for others.</summary>
    private static bool IsThisMachine(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !http.Request.Headers.ContainsKey("X-Forwarded-For") && !http.Request.Headers.ContainsKey("Forwarded");
}
