namespace OrleansDiffusion.Weights;

/// <summary>What kept weights from arriving.</summary>
public enum WeightsError
{
    /// <summary>The manifest contradicts itself, or another one about the same file.</summary>
    ManifestInvalid,

    /// <summary>The model is larger than what the budget leaves beside the models in use.</summary>
    CacheFull,

    /// <summary>Another process has this cache.</summary>
    CacheInUse,

    /// <summary>The disk refused to be written.</summary>
    DiskFailed,

    /// <summary>The origin cannot be read, and no peer has what is missing.</summary>
    OriginFailed,

    /// <summary>The origin gives other bytes than the manifest names.</summary>
    OriginWrong,
}

/// <summary>Weights did not arrive; the message says which and why, in one line.</summary>
public sealed class WeightsException(WeightsError error, string message, Exception? inner = null) : Exception(message, inner)
{
    public WeightsError Error { get; } = error;
}
