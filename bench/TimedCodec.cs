using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansDiffusion.Diffusion;

namespace OrleansDiffusion.Bench;

/// <summary>Notes how long every file took to make.</summary>
internal sealed class TimedCodec(IImageCodec codec) : IImageCodec
{
    private readonly ConcurrentQueue<double> _milliseconds = new();

    public byte[] Encode(RgbImage image, ImageFormat format, int qualityPercent, string? parameters)
    {
        var started = Stopwatch.GetTimestamp();
        var file = codec.Encode(image, format, qualityPercent, parameters);
        _milliseconds.Enqueue(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        return file;
    }

    public RgbImage Decode(ReadOnlySpan<byte> file, long pixelCountMax) => codec.Decode(file, pixelCountMax);

    public string? ReadParameters(ReadOnlySpan<byte> file) => codec.ReadParameters(file);

    /// <summary>Of the files made last.</summary>
    public IReadOnlyList<double> Last(int count) => [.. _milliseconds.TakeLast(count)];
}
