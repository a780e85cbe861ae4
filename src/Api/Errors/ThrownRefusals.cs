using Microsoft.AspNetCore.Http;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Api.Errors;

/// <summary>What a caller is told of an exception. Details of an internal one stay in the log.</summary>
internal static class ThrownRefusals
{
    private static readonly TimeSpan StorageRetryAfter = TimeSpan.FromSeconds(5);

    public static Refusal Of(Exception thrown) => thrown switch
    {
        DiffusionException { Refusal: var refusal } => refusal,
        StorageException { Code: var code } => new Refusal(code, ErrorTable.Of(code).Title) { RetryAfter = StorageRetryAfter },
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new Refusal(ErrorCode.BodyTooLarge, "The body is too large."),
        BadHttpRequestException bad => new Refusal(ErrorCode.InvalidRequest, bad.Message),
        TimeoutException => new Refusal(ErrorCode.Timeout, "The cluster did not answer in time.") { RetryAfter = TimeSpan.FromSeconds(1) },
        _ => new Refusal(ErrorCode.Internal, "Something went wrong inside; the server's log has the request id."),
    };
}
