namespace OrleansDiffusion.Client.Http;

/// <summary>Headers of the REST API beside the standard ones.</summary>
public static class ApiHeaders
{
    /// <summary>On a submission: the same key is the same job, however often it is sent.</summary>
    public const string IdempotencyKey = "Idempotency-Key";

    /// <summary>On every answer, and on a request that names its own.</summary>
    public const string RequestId = "x-request-id";

    /// <summary>On the answer to a cancellation: "true" when the job was cancelled by it, "false" when it was final before.</summary>
    public const string JobChanged = "x-job-changed";
}
