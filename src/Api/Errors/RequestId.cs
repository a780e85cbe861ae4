using System.Buffers;
using Microsoft.AspNetCore.Http;
using OrleansDiffusion.Client.Http;

namespace OrleansDiffusion.Api.Errors;

/// <summary>Gives every request a name that its answer, its errors and the log share; the caller's own is kept.</summary>
internal sealed class RequestId(RequestDelegate next)
{
    private const int LengthMax = 128;

    private static readonly SearchValues<char> Letters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-");

    public static string Of(HttpContext http) => http.TraceIdentifier;

    public Task InvokeAsync(HttpContext http)
    {
        var given = http.Request.Headers[ApiHeaders.RequestId].ToString();
        if (given is { Length: > 0 and <= LengthMax } && !given.AsSpan().ContainsAnyExcept(Letters)) http.TraceIdentifier = given;
        http.Response.OnStarting(static state =>
        {
            var context = (HttpContext)state;
            context.Response.Headers[ApiHeaders.RequestId] = context.TraceIdentifier;
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return Task.CompletedTask;
        }, http);
        return next(http);
    }
}
