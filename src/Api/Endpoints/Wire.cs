using Microsoft.AspNetCore.Http;
using OrleansDiffusion.Client.Http;

namespace OrleansDiffusion.Api.Endpoints;

/// <summary>Answers in the API's spelling. What they tell is of this moment, so nobody keeps them.</summary>
internal static class Wire
{
    public static IResult Json<T>(T body, int statusCode = StatusCodes.Status200OK) => new NoStoreJson<T>(body, statusCode);

    private sealed class NoStoreJson<T>(T body, int statusCode) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.CacheControl = "no-store";
            return Results.Json(body, WireJson.Options, statusCode: statusCode).ExecuteAsync(httpContext);
        }
    }
}
