namespace OrleansDiffusion.Jobs;

/// <summary>Every reason for which the cluster says no. Each has one row in the error table.</summary>
public enum ErrorCode
{
    InvalidRequest,
    UnknownField,
    MalformedJson,
    UnsupportedMediaType,
    BodyTooLarge,
    Unauthorized,
    Forbidden,
    NotFound,
    JobNotFound,
    ModelNotFound,
    ModelInvalid,
    ModelInUse,
    IdempotencyKeyReused,
    QueueFull,
    QuotaExceeded,
    DoesNotFit,
    NoCapacity,
    NotReady,
    DeviceFailed,
    RetriesExhausted,
    StorageFull,
    StorageUnavailable,
    Cancelled,
    Timeout,
    Internal,
    MethodNotAllowed,
    DeadlineUnmet,
    OriginFailed,
}
