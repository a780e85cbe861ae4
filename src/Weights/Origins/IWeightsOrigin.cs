namespace OrleansDiffusion.Weights;

/// <summary>Where a model comes from when no peer has it: a folder, a web server, a bucket. Safe for many callers at once.</summary>
public interface IWeightsOrigin
{
    /// <summary>For messages; holds no secret.</summary>
    string Name { get; }

    /// <summary>Fills a buffer with the file's bytes from an offset on; tries again by itself where that may help.</summary>
    /// <exception cref="WeightsException">It cannot be read, or ends before that.</exception>
    Task Read(string path, long offset, Memory<byte> into, CancellationToken cancellation);
}
