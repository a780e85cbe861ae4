using Microsoft.AspNetCore.Http;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Errors;

/// <summary>Words for the errors that routing answers with a status alone.</summary>
internal static class BareErrors
{
    public static Refusal? Of(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new Refusal(ErrorCode.NotFound, $"There is nothing at {http.Request.Path}."),
        StatusCodes.Status405MethodNotAllowed => new Refusal(
            ErrorCode.MethodNotAllowed, $"{http.Request.Path} does not take {http.Request.Method}, only {http.Response.Headers.Allow}."),
        StatusCodes.Status415UnsupportedMediaType => UnsupportedMedia(http.Request.ContentType),
        _ => null,
    };

    public static Refusal UnsupportedMedia(string? contentType) => new(
        ErrorCode.UnsupportedMediaType,
        $"The body must be application/json in UTF-8, not {(string.IsNullOrEmpty(contentType) ? "of an unnamed type" : contentType)}.");
}
