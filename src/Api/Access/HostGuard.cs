using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Api.Errors;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Access;

/// <summary>
/// On a keyless server the browser on this machine is trusted, but not every page in it: one whose name was pointed at
/// 127.0.0.1 (DNS rebinding) would count as the same origin. So only names of this machine are answered.
/// </summary>
internal sealed class HostGuard(RequestDelegate next, IOptions<DiffusionApiOptions> options)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (options.Value.RequireApiKey || !IsOnLoopback(http.Connection) || IsOurName(http.Request.Host.Host)) return next(http);
        var refusal = new Refusal(
            ErrorCode.Forbidden,
            $"This server has no API keys and answers to localhost only, not to '{http.Request.Host.Host}'. Require keys, or allow the name.");
        return refusal.ToResult().ExecuteAsync(http);
    }

    private static bool IsOnLoopback(ConnectionInfo connection) =>
        connection.LocalIpAddress is { } address && IPAddress.IsLoopback(address);

    private bool IsOurName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address))
        || host.Equals(options.Value.PublicUrl?.Host, StringComparison.OrdinalIgnoreCase)
        || options.Value.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);
}
