using OrleansDiffusion.Diffusion;

namespace OrleansDiffusion.Grains;

/// <summary>Makes files of pixels beside the grain's turns, since a large picture takes long to compress.</summary>
public interface IPictureEncoder
{
    /// <inheritdoc cref="IImageCodec.Encode"/>
    Task<byte[]> Encode(RgbImage image, ImageFormat format, int qualityPercent, string? parameters);
}

/// <summary>Encodes on the thread pool. A simulation that runs on one thread registers one that encodes in place.</summary>
internal sealed class PooledPictureEncoder(IImageCodec codec) : IPictureEncoder
{
    public Task<byte[]> Encode(RgbImage image, ImageFormat format, int qualityPercent, string? parameters) =>
        Task.Run(() => codec.Encode(image, format, qualityPercent, parameters));
}
