using Microsoft.AspNetCore.Http;
using OrleansDiffusion.Client.Http;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.OpenAi;

/// <summary>Refusals as OpenAI's clients know them.</summary>
internal static class OpenAiErrors
{
    /// <summary>
    /// Their clients repeat 409 by themselves, so that nothing final may be a 409; and a full queue is a rate limit to them.
    /// </summary>
    public static int StatusOf(ErrorCode code) => code switch
    {
        ErrorCode.QueueFull => StatusCodes.Status429TooManyRequests,
        ErrorCode.Cancelled => StatusCodes.Status422UnprocessableEntity,
        _ => ErrorTable.Of(code).HttpStatus,
    };

    public static OpenAiErrorBody BodyOf(Refusal refusal) => new(
        refusal.Message, TypeOf(StatusOf(refusal.Code)), ParamOf(refusal), CodeOf(refusal.Code));

    private static string? ParamOf(Refusal refusal) => refusal switch
    {
        { Problems: [var first, ..] } => first.Field,
        { Code: ErrorCode.ModelNotFound } => "model",
        _ => null,
    };

    private static string TypeOf(int status) => status switch
    {
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        >= StatusCodes.Status500InternalServerError => "server_error",
        _ => "invalid_request_error",
    };

    private static string CodeOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidRequest => "invalid_value",
        ErrorCode.UnknownField => "unknown_parameter",
        ErrorCode.Unauthorized => "invalid_api_key",
        ErrorCode.QueueFull => "rate_limit_exceeded",
        ErrorCode.QuotaExceeded => "insufficient_quota",
        _ => ErrorTable.Of(code).WireName,
    };
}

/// <summary>OpenAI's whole error answer.</summary>
internal sealed record OpenAiErrorReply(OpenAiErrorBody Error);
