namespace OrleansDiffusion.Diffusion;

public enum ImageFormat
{
    Png,
    Jpeg,
    Webp,
}

/// <summary>A picture as 8-bit RGB.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Rgb">byte[height*width*3], row-major, R G B.</param>
public sealed record RgbImage(int Width, int Height, byte[] Rgb);

/// <summary>Turns pixels into files and back. Implementations are safe for use by several threads.</summary>
public interface IImageCodec
{
    /// <param name="image">The pixels.</param>
    /// <param name="format">The file format.</param>
    /// <param name="qualityPercent">1..100 for JPEG and WebP (100 is lossless for WebP); ignored for PNG.</param>
    /// <param name="parameters">Generation parameters kept inside the file (PNG text `parameters`, XMP elsewhere), or null.</param>
    byte[] Encode(RgbImage image, ImageFormat format, int qualityPercent, string? parameters);

    /// <exception cref="FormatException">Not a picture that can be read, or larger than <paramref name="pixelCountMax"/>.</exception>
    RgbImage Decode(ReadOnlySpan<byte> file, long pixelCountMax);

    /// <summary>The parameters that <see cref="Encode"/> kept, or null.</summary>
    string? ReadParameters(ReadOnlySpan<byte> file);
}
