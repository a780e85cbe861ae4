using System.Text.Json.Serialization;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>A refusal, as RFC 9457 describes it (application/problem+json).</summary>
public sealed record ProblemBody
{
    /// <summary>urn:orleansdiffusion:error:{code}.</summary>
    public required string Type { get; init; }

    /// <summary>The same for every refusal of this code.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What was wrong this time.</summary>
    public required string Detail { get; init; }

    /// <summary>For programs, such as queue_full.</summary>
    public required string Code { get; init; }

    /// <summary>Everything that is wrong with the request, field by field.</summary>
    public required IReadOnlyList<FieldProblem> Errors { get; init; }

    /// <summary>When trying again makes sense; absent when it does not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RetryAfterSeconds { get; init; }

    /// <summary>When it would be done if it were accepted; only of deadline_unmet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? EtaSeconds { get; init; }

    /// <summary>Also in the x-request-id header and in the server's log.</summary>
    public string? RequestId { get; init; }

    /// <summary>The same in OpenAI's shape, on the paths that both dialects share.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OpenAiErrorBody? Error { get; init; }

    public Refusal ToRefusal() => new(ErrorNames.Parse(Code), Detail)
    {
        Problems = Errors,
        RetryAfter = RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Eta = EtaSeconds is { } eta ? TimeSpan.FromSeconds(eta) : null,
    };
}

/// <summary>OpenAI's error object; all four keys are always there.</summary>
/// <param name="Message">For people.</param>
/// <param name="Type">invalid_request_error, rate_limit_error, server_error...</param>
/// <param name="Param">The field at fault, or null.</param>
/// <param name="Code">For programs, or null.</param>
public sealed record OpenAiErrorBody(string Message, string Type, string? Param, string? Code);
