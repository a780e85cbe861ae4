using System.Buffers.Binary;
using System.IO.Compression;

namespace OrleansDiffusion.Diffusion.Onnx.Tests.Pipelines;

/// <summary>Reads the one kind of PNG that the golden data has: 8-bit RGB, not interlaced.</summary>
internal static class PngFile
{
    private const int SignatureBytes = 8, PixelBytes = 3;

    public static RgbImage Read(string path)
    {
        var file = File.ReadAllBytes(path);
        var (width, height, data) = (0, 0, new MemoryStream());
        for (var at = SignatureBytes; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var kind = file.AsSpan(at + 4, 4);
            var body = file.AsSpan(at + 8, length);
            if (kind.SequenceEqual("IHDR"u8))
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(body), BinaryPrimitives.ReadInt32BigEndian(body[4..]));
                if (!body[8..13].SequenceEqual(new byte[] { 8, 2, 0, 0, 0 })) throw new NotSupportedException($"{path} is no plain 8-bit RGB picture.");
            }

            if (kind.SequenceEqual("IDAT"u8)) data.Write(body);
            at += length + 12;
        }

        data.Position = 0;
        using var rows = new ZLibStream(data, CompressionMode.Decompress);
        return new RgbImage(width, height, Unfilter(rows, width * PixelBytes, height));
    }

    private static byte[] Unfilter(ZLibStream rows, int rowBytes, int height)
    {
        var pixels = new byte[rowBytes * height];
        for (var row = 0; row < height; row++)
        {
            var filter = rows.ReadByte();
            var line = pixels.AsSpan(row * rowBytes, rowBytes);
            rows.ReadExactly(line);
            for (var x = 0; x < rowBytes; x++)
            {
                var left = x >= PixelBytes ? line[x - PixelBytes] : 0;
                var up = row > 0 ? pixels[(row - 1) * rowBytes + x] : 0;
                var upLeft = row > 0 && x >= PixelBytes ? pixels[(row - 1) * rowBytes + x - PixelBytes] : 0;
                line[x] += (byte)(filter switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, _ => Paeth(left, up, upLeft) });
            }
        }

        return pixels;
    }

    private static int Paeth(int left, int up, int upLeft)
    {
        var estimate = left + up - upLeft;
        var (a, b, c) = (Math.Abs(estimate - left), Math.Abs(estimate - up), Math.Abs(estimate - upLeft));
        return a <= b && a <= c ? left : b <= c ? up : upLeft;
    }
}
