using OrleansDiffusion.Diffusion;

namespace OrleansDiffusion.Images.Tests;

/// <summary>Pictures with known pixels.</summary>
internal static class Pictures
{
    /// <summary>Smooth colour ramps, as easy for JPEG as photographs are.</summary>
    public static RgbImage Ramp(int width, int height)
    {
        var rgb = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var pixel = (y * width + x) * 3;
                rgb[pixel] = (byte)(255 * x / width);
                rgb[pixel + 1] = (byte)(255 * y / height);
                rgb[pixel + 2] = (byte)(255 - 255 * x / width);
            }
        }

        return new RgbImage(width, height, rgb);
    }

    /// <summary>Every pixel different from its neighbours: shows any loss.</summary>
    public static RgbImage Noise(int width, int height, int seed)
    {
        var rgb = new byte[width * height * 3];
        new Random(seed).NextBytes(rgb);
        return new RgbImage(width, height, rgb);
    }

    public static int WorstDifference(RgbImage one, RgbImage other) =>
        one.Rgb.Zip(other.Rgb, (left, right) => Math.Abs(left - right)).Max();
}
