namespace OrleansDiffusion.EndToEnd.Tests.Dashboard.Mock;

/// <summary>Draws a small picture for a seed: shaded discs on a ground, blurred by noise while it is "in work".</summary>
internal static class Painter
{
    /// <param name="seed">The same seed is the same picture.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="noise">0 for the finished picture, 1 for nothing but noise.</param>
    public static byte[] Paint(long seed, int width, int height, double noise = 0)
    {
        var random = new Random((int)(seed & 0x7fffffff));
        var ground = HsvToRgb(random.NextDouble(), 0.12 + (0.5 * random.NextDouble()), 0.95);
        var discs = Enumerable.Range(0, 5).Select(_ => Disc.Roll(random)).ToArray();
        var rgb = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var color = ColorAt((x + 0.5) / width, (y + 0.5) / height, ground, discs);
                for (var channel = 0; channel < 3; channel++)
                {
                    var value = (color[channel] * (1 - noise)) + (random.NextDouble() * noise);
                    rgb[(((y * width) + x) * 3) + channel] = (byte)Math.Clamp(value * 255, 0, 255);
                }
            }
        }

        return PngFile.Encode(rgb, width, height);
    }

    private static double[] ColorAt(double x, double y, double[] ground, Disc[] discs)
    {
        var color = ground;
        foreach (var disc in discs)
        {
            var distance = Math.Sqrt(Math.Pow(x - disc.X, 2) + Math.Pow(y - disc.Y, 2)) / disc.Radius;
            if (distance > 1) continue;
            var light = 1 - (0.45 * distance * distance) + (0.15 * (disc.Y - y) / disc.Radius);
            color = [.. disc.Color.Select(part => part * light)];
        }

        return color;
    }

    private static double[] HsvToRgb(double hue, double saturation, double value)
    {
        double Part(double n)
        {
            var k = (n + (hue * 6)) % 6;
            return value - (value * saturation * Math.Max(0, Math.Min(Math.Min(k, 4 - k), 1)));
        }

        return [Part(5), Part(3), Part(1)];
    }

    private sealed record Disc(double X, double Y, double Radius, double[] Color)
    {
        public static Disc Roll(Random random) => new(
            0.25 + (0.5 * random.NextDouble()), 0.25 + (0.5 * random.NextDouble()), 0.08 + (0.24 * random.NextDouble()),
            HsvToRgb(random.NextDouble(), 0.75, 0.95));
    }
}
