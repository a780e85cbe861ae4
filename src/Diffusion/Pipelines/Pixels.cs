namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>From a decoder's numbers to bytes.</summary>
internal static class Pixels
{
    private const string NotNumbers =
        "The decoder gave numbers that are none (NaN). A model whose decoder needs float32 was converted to half precision.";

    /// <summary>-1..1 to 0..1, what lies outside clamped.</summary>
    public static float ToUnit(float number) => Math.Clamp(number * 0.5f + 0.5f, 0f, 1f);

    /// <summary>0..1 to 0..255; halves go to the even neighbour, as in the reference.</summary>
    public static byte ToByte(float unit) => (byte)MathF.Round(unit * 255, MidpointRounding.ToEven);

    /// <param name="planes">float[3*height*width] in -1..1: all of red, then green, then blue.</param>
    /// <exception cref="InferenceException">A number is NaN: the decoder overflowed, as half precision does with some models.</exception>
    public static RgbImage FromPlanes(ReadOnlySpan<float> planes, int width, int height)
    {
        var (count, rgb) = (width * height, new byte[planes.Length]);
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = planes.Slice(channel * count, count);
            for (var pixel = 0; pixel < count; pixel++)
            {
                if (float.IsNaN(plane[pixel])) throw new InferenceException(NotNumbers);
                rgb[pixel * 3 + channel] = ToByte(ToUnit(plane[pixel]));
            }
        }

        return new RgbImage(width, height, rgb);
    }
}
