using System.Net;
using System.Text.Json;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>Reads why the server said no. A proxy on the way may say it without a problem document.</summary>
internal static class HttpRefusal
{
    private const int QuotedCharactersMax = 200;

    public static Refusal From(HttpResponseMessage response, string body)
    {
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json" && Problem(body) is { } problem)
            return problem.ToRefusal();
        var quoted = body.Length <= QuotedCharactersMax ? body : body[..QuotedCharactersMax];
        return new Refusal(CodeOf(response.StatusCode), $"The server answered {(int)response.StatusCode} {response.ReasonPhrase}: {quoted}")
        {
            RetryAfter = response.Headers.RetryAfter?.Delta,
        };
    }

    private static ProblemBody? Problem(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<ProblemBody>(body, WireJson.Options);
        }
        catch (JsonException)
        {
            return null; // The caller quotes what came instead.
        }
    }

    private static ErrorCode CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => ErrorCode.Unauthorized,
        HttpStatusCode.Forbidden => ErrorCode.Forbidden,
        HttpStatusCode.NotFound => ErrorCode.NotFound,
        HttpStatusCode.RequestEntityTooLarge => ErrorCode.BodyTooLarge,
        HttpStatusCode.TooManyRequests => ErrorCode.QuotaExceeded,
        HttpStatusCode.GatewayTimeout => ErrorCode.Timeout,
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable => ErrorCode.NotReady,
        < HttpStatusCode.InternalServerError => ErrorCode.InvalidRequest,
        _ => ErrorCode.Internal,
    };
}
