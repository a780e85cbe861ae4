using OrleansDiffusion.Diffusion;

namespace OrleansDiffusion.Images;

/// <summary>
/// PNG, JPEG and WebP by libvips. The same pixels, format, quality and parameters give the same bytes: a picture is
/// known by the hash of its file. Safe for use by several threads.
/// </summary>
public sealed class LibvipsCodec : IImageCodec
{
    /// <summary>
    /// Longest parameters, in UTF-16 characters. A JPEG holds 60,000 bytes of XMP, and a character takes up to five there
    /// (an ampersand, for one). Twice the longest prompt fits.
    /// </summary>
    public const int ParameterCharactersMax = 11_000;

    /// <summary>A side longer than this is refused: JPEG holds no more, and WebP a quarter of it.</summary>
    public const int SidePixelsMax = 65_500;

    private const string PngKeyword = "parameters";
    private const string XmpField = "xmp-data";
    private const string White = "background=255 255 255";

    /// <exception cref="PlatformNotSupportedException">There is no libvips for this machine; the message says what to do.</exception>
    public LibvipsCodec() => VipsLibrary.EnsureStarted();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// Sizes that do not fit the pixels, a quality out of range, or parameters longer than <see cref="ParameterCharactersMax"/>.
    /// </exception>
    /// <exception cref="FormatException">The format cannot hold the picture, such as WebP beyond 16383 pixels a side.</exception>
    public byte[] Encode(RgbImage image, ImageFormat format, int qualityPercent, string? parameters)
    {
        Check(image, format, qualityPercent);
        var text = parameters is null ? null : FileText.Clean(parameters, ParameterCharactersMax);
        using var pixels = VipsImage.FromRgb(image.Rgb, image.Width, image.Height);
        if (text is not null && format != ImageFormat.Png) pixels.SetField(XmpField, XmpParameters.Packet(text));
        var file = Save(pixels, format, qualityPercent);
        return text is not null && format == ImageFormat.Png ? PngText.Insert(file, PngKeyword, text) : file;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Turned upright by its EXIF orientation, converted to 8-bit sRGB, transparency laid on white. A picture that is
    /// cut short is refused, not filled with grey.
    /// </remarks>
    public unsafe RgbImage Decode(ReadOnlySpan<byte> file, long pixelCountMax)
    {
        fixed (byte* data = file)
        {
            using var loaded = Load(file, data);
            // Before a pixel is computed: a small file may unpack to gigabytes.
            if ((long)loaded.Width * loaded.Height > pixelCountMax)
                throw new FormatException($"The picture has {loaded.Width}x{loaded.Height} pixels; at most {pixelCountMax} are allowed.");
            using var upright = VipsOperation.Apply("autorot", loaded);
            using var colours = VipsOperation.Apply("colourspace", upright, "space=srgb");
            using var opaque = colours.HasAlpha ? VipsOperation.Apply("flatten", colours, White) : VipsOperation.Apply("copy", colours);
            using var bytes = VipsOperation.Apply("cast", opaque, "format=uchar");
            return new RgbImage(bytes.Width, bytes.Height, bytes.ToPixels());
        }
    }

    /// <inheritdoc/>
    /// <exception cref="FormatException">Not a picture that can be read.</exception>
    public unsafe string? ReadParameters(ReadOnlySpan<byte> file)
    {
        if (FormatOf(file) == ImageFormat.Png) return PngText.Find(file, PngKeyword);
        fixed (byte* data = file)
        {
            using var loaded = Load(file, data);
            return loaded.FindField(XmpField) is { } packet ? XmpParameters.Find(packet) : null;
        }
    }

    /// <summary>Reads the header; pixels follow when they are asked for, while <paramref name="data"/> is still fixed.</summary>
    private static unsafe VipsImage Load(ReadOnlySpan<byte> file, byte* data)
    {
        using var operation = new VipsOperation(FormatOf(file) switch
        {
            ImageFormat.Png => "pngload_buffer",
            ImageFormat.Jpeg => "jpegload_buffer",
            _ => "webpload_buffer",
        });
        operation.SetBytes("buffer", data, file.Length);
        operation.Run("fail_on=error");
        return operation.TakeImage("out");
    }

    private static byte[] Save(VipsImage image, ImageFormat format, int qualityPercent)
    {
        var (name, options) = format switch
        {
            ImageFormat.Png => ("pngsave_buffer", "compression=6"),
            ImageFormat.Jpeg => ("jpegsave_buffer", $"Q={qualityPercent},optimize_coding=true"),
            ImageFormat.Webp => ("webpsave_buffer", qualityPercent == 100 ? "lossless=true" : $"Q={qualityPercent}"),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "No such picture format."),
        };
        using var operation = new VipsOperation(name);
        operation.SetImage("in", image);
        operation.Run(options);
        return operation.TakeBytes("buffer");
    }

    private static void Check(RgbImage image, ImageFormat format, int qualityPercent)
    {
        if (image.Width is < 1 or > SidePixelsMax || image.Height is < 1 or > SidePixelsMax)
            throw new ArgumentException($"A picture has sides of 1..{SidePixelsMax} pixels, not {image.Width}x{image.Height}.", nameof(image));
        var bytes = 3L * image.Width * image.Height;
        if (image.Rgb.LongLength != bytes)
            throw new ArgumentException($"{image.Width}x{image.Height} pixels are {bytes} bytes, not {image.Rgb.Length}.", nameof(image));
        if (format != ImageFormat.Png && qualityPercent is < 1 or > 100)
            throw new ArgumentOutOfRangeException(nameof(qualityPercent), qualityPercent, "Quality is 1..100.");
    }

    private static ImageFormat FormatOf(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(PngSignature)) return ImageFormat.Png;
        if (file.StartsWith(JpegSignature)) return ImageFormat.Jpeg;
        if (file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8)) return ImageFormat.Webp;
        throw new FormatException("Neither PNG nor JPEG nor WebP.");
    }

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> JpegSignature => [0xFF, 0xD8, 0xFF];
}
