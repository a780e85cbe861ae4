namespace OrleansDiffusion.Weights;

/// <summary>How patient a reader of an origin is.</summary>
public sealed record OriginOptions
{
    /// <summary>How often a read that broke off is taken up again. More outlives longer trouble, and tells later. Default: 5.</summary>
    public int RetryCountMax { get; init; } = 5;

    /// <summary>Before the first retry; each further pause is twice as long, with jitter, up to 30 s. Default: 500 ms.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A connection without a byte for so long has broken off. Default: 30 s.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
