using OrleansDiffusion.Diffusion;

namespace OrleansDiffusion.Images.Tests;

/// <summary>Pictures as other programs write them: grey, with palette, transparent, 16 bits, turned by EXIF.</summary>
public sealed class ForeignPictureTests
{
    private readonly LibvipsCodec _codec = new();

    [Fact]
    public void Grey_becomes_rgb() => Assert.Equal([10, 10, 10, 200, 200, 200], Rgb(PngOf(2, 1, colorType: 0, 8, [10, 200])));

    [Fact]
    public void Sixteen_bits_become_eight() => Assert.Equal([0x12, 0x34, 0xFF], Rgb(PngOf(1, 1, colorType: 2, 16, [0x12, 0, 0x34, 0, 0xFF, 0xFF])));

    [Fact]
    public void Transparency_is_laid_on_white() =>
        Assert.Equal([255, 255, 255, 1, 2, 3], Rgb(PngOf(2, 1, colorType: 6, 8, [9, 9, 9, 0, 1, 2, 3, 255])));

    [Fact]
    public void A_picture_is_turned_upright_by_its_exif_orientation()
    {
        var wide = Pictures.Ramp(64, 32);
        var turned = _codec.Decode(WithOrientation(_codec.Encode(wide, ImageFormat.Jpeg, 95, null), orientation: 6), 1 << 20);

        Assert.Equal((32, 64), (turned.Width, turned.Height));
        // A quarter turn clockwise: the lower left corner, where green is brightest, comes to the upper left.
        Assert.InRange(turned.Rgb[1], 235, 255);
    }

    private byte[] Rgb(byte[] png) => _codec.Decode(png, 100).Rgb;

    private static byte[] PngOf(int width, int height, byte colorType, byte bits, byte[] row) => PngFile.Write(width, height, colorType, bits, row);

    /// <summary>Puts an EXIF segment with nothing but an orientation right after the start of a JPEG file.</summary>
    private static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] tiff = [.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
        byte[] body = [.. "Exif\0\0"u8, .. tiff];
        return [0xFF, 0xD8, 0xFF, 0xE1, 0, (byte)(body.Length + 2), .. body, .. jpeg.AsSpan(2)];
    }
}
