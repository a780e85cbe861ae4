using System.Collections.Frozen;

namespace OrleansDiffusion.Jobs;

/// <summary>What every edge needs to know of a refusal to say it in its own dialect.</summary>
/// <param name="Code">The reason.</param>
/// <param name="WireName">snake_case; part of the public API, so it never changes.</param>
/// <param name="HttpStatus">RFC 9110, and RFC 4918 for 507.</param>
/// <param name="Title">One short sentence that is the same every time; details go elsewhere.</param>
/// <param name="RetryHelps">The same request may succeed later without being changed.</param>
public sealed record ErrorRow(ErrorCode Code, string WireName, int HttpStatus, string Title, bool RetryHelps);

/// <summary>One row per <see cref="ErrorCode"/>: the only place that knows names and statuses.</summary>
public static class ErrorTable
{
    public static IReadOnlyList<ErrorRow> Rows { get; } =
    [
        new(ErrorCode.InvalidRequest, "invalid_request", 400, "The request has fields that cannot be accepted.", false),
        new(ErrorCode.UnknownField, "unknown_field", 400, "The request has a field that does not exist.", false),
        new(ErrorCode.MalformedJson, "malformed_json", 400, "The body is not valid JSON.", false),
        new(ErrorCode.UnsupportedMediaType, "unsupported_media_type", 415, "The content type is not supported.", false),
        new(ErrorCode.BodyTooLarge, "body_too_large", 413, "The body is too large.", false),
        new(ErrorCode.Unauthorized, "unauthorized", 401, "A valid API key is needed.", false),
        new(ErrorCode.Forbidden, "forbidden", 403, "This API key may not do that.", false),
        new(ErrorCode.NotFound, "not_found", 404, "There is nothing here.", false),
        new(ErrorCode.JobNotFound, "job_not_found", 404, "There is no such job.", false),
        new(ErrorCode.ModelNotFound, "model_not_found", 404, "There is no such model.", false),
        new(ErrorCode.ModelInvalid, "model_invalid", 422, "The model folder is broken.", false),
        new(ErrorCode.ModelInUse, "model_in_use", 409, "The model is in use.", true),
        new(ErrorCode.IdempotencyKeyReused, "idempotency_key_reused", 422, "The idempotency key belongs to a different request.", false),
        new(ErrorCode.QueueFull, "queue_full", 503, "The queue is full.", true),
        new(ErrorCode.QuotaExceeded, "quota_exceeded", 429, "The quota is used up.", true),
        new(ErrorCode.DoesNotFit, "does_not_fit", 422, "No device can take this.", false),
        new(ErrorCode.NoCapacity, "no_capacity", 503, "No device is available.", true),
        new(ErrorCode.NotReady, "not_ready", 503, "The service is not ready yet.", true),
        new(ErrorCode.DeviceFailed, "device_failed", 500, "The device failed.", true),
        new(ErrorCode.RetriesExhausted, "retries_exhausted", 500, "Every attempt failed.", false),
        new(ErrorCode.StorageFull, "storage_full", 507, "The storage is full.", true),
        new(ErrorCode.StorageUnavailable, "storage_unavailable", 503, "The storage cannot be reached.", true),
        new(ErrorCode.Cancelled, "cancelled", 409, "The job was cancelled.", false),
        new(ErrorCode.Timeout, "timeout", 504, "It took too long.", true),
        new(ErrorCode.Internal, "internal", 500, "Something went wrong inside.", false),
        new(ErrorCode.MethodNotAllowed, "method_not_allowed", 405, "This method does not work here.", false),
        new(ErrorCode.DeadlineUnmet, "deadline_unmet", 503, "It cannot be done in time.", true),
        new(ErrorCode.OriginFailed, "origin_failed", 502, "The place that the model comes from cannot be read.", true),
    ];

    private static readonly FrozenDictionary<ErrorCode, ErrorRow> ByCode = Rows.ToFrozenDictionary(row => row.Code);

    private static readonly FrozenDictionary<string, ErrorRow> ByWireName =
        Rows.ToFrozenDictionary(row => row.WireName, StringComparer.Ordinal);

    public static ErrorRow Of(ErrorCode code) => ByCode[code];

    /// <summary>The row of a name that came over the wire, or null: a newer server may know more reasons than we do.</summary>
    public static ErrorRow? Find(string? wireName) => wireName is null ? null : ByWireName.GetValueOrDefault(wireName);
}
