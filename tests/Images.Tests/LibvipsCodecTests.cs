using FsCheck;
using FsCheck.Fluent;
using OrleansDiffusion.Diffusion;

namespace OrleansDiffusion.Images.Tests;

public sealed class LibvipsCodecTests
{
    private const long ManyPixels = 1 << 24;

    /// <summary>The largest error of one channel that quality 90 leaves in a smooth picture: 4 for JPEG and 7 for WebP.</summary>
    private const int LossyTolerance = 8;

    private readonly LibvipsCodec _codec = new();

    [Theory]
    [InlineData(ImageFormat.Png, 1)]
    [InlineData(ImageFormat.Webp, 100)]
    public void Lossless_formats_keep_every_pixel(ImageFormat format, int quality) =>
        Prop.ForAll(
            Gen.Choose(1, 70).Two().SelectMany(sides => Gen.Choose(0, 1000).Select(seed => Pictures.Noise(sides.Item1, sides.Item2, seed))).ToArbitrary(),
            picture =>
            {
                var read = _codec.Decode(_codec.Encode(picture, format, quality, null), ManyPixels);
                return read.Width == picture.Width && read.Height == picture.Height && read.Rgb.AsSpan().SequenceEqual(picture.Rgb);
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    public void Lossy_formats_keep_what_the_eye_sees(ImageFormat format)
    {
        var picture = Pictures.Ramp(96, 64);

        var read = _codec.Decode(_codec.Encode(picture, format, 90, null), ManyPixels);

        Assert.Equal((96, 64), (read.Width, read.Height));
        Assert.InRange(Pictures.WorstDifference(picture, read), 1, LossyTolerance);
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    public void Less_quality_is_a_smaller_file(ImageFormat format)
    {
        var picture = Pictures.Noise(64, 64, 1);

        Assert.True(_codec.Encode(picture, format, 30, null).Length < _codec.Encode(picture, format, 90, null).Length);
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    public void The_same_picture_gives_the_same_file(ImageFormat format)
    {
        var picture = Pictures.Noise(64, 48, 3);

        var files = Enumerable.Range(0, 3).Select(_ => new LibvipsCodec().Encode(picture, format, 85, "a red apple\nSeed: 7")).ToArray();

        Assert.Equal(files[0], files[1]);
        Assert.Equal(files[0], files[2]);
    }

    [Fact]
    public void Files_say_what_they_are()
    {
        var picture = Pictures.Ramp(8, 8);

        Assert.Equal("89504E470D0A1A0A", Convert.ToHexString(_codec.Encode(picture, ImageFormat.Png, 90, null)[..8]));
        Assert.Equal("FFD8FF", Convert.ToHexString(_codec.Encode(picture, ImageFormat.Jpeg, 90, null)[..3]));
        Assert.Equal("WEBP"u8, _codec.Encode(picture, ImageFormat.Webp, 90, null).AsSpan(8, 4));
    }

    [Fact]
    public void Many_threads_may_use_one_codec()
    {
        var expected = Enumerable.Range(0, 8).Select(seed => _codec.Encode(Pictures.Noise(40, 40, seed), ImageFormat.Png, 90, $"seed {seed}")).ToArray();

        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, turn =>
        {
            var seed = turn % 8;
            var picture = Pictures.Noise(40, 40, seed);
            var file = _codec.Encode(picture, ImageFormat.Png, 90, $"seed {seed}");
            Assert.Equal(expected[seed], file);
            Assert.Equal(picture.Rgb, _codec.Decode(file, ManyPixels).Rgb);
            Assert.Equal($"seed {seed}", _codec.ReadParameters(_codec.Encode(picture, ImageFormat.Jpeg, 90, $"seed {seed}")));
            Assert.Throws<FormatException>(() => _codec.Decode(file.AsSpan(0, file.Length / 2), ManyPixels));
        });
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(8, -1)]
    [InlineData(70_000, 1)]
    public void A_picture_without_sensible_sides_is_refused(int width, int height) =>
        Assert.Throws<ArgumentException>(() => _codec.Encode(new RgbImage(width, height, new byte[8 * 8 * 3]), ImageFormat.Png, 90, null));

    [Fact]
    public void Pixels_that_do_not_fill_the_sides_are_refused() =>
        Assert.Throws<ArgumentException>(() => _codec.Encode(new RgbImage(8, 8, new byte[8 * 8 * 4]), ImageFormat.Png, 90, null));

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void Quality_out_of_range_is_refused_where_it_matters(int quality)
    {
        var picture = Pictures.Ramp(8, 8);

        Assert.Throws<ArgumentOutOfRangeException>(() => _codec.Encode(picture, ImageFormat.Jpeg, quality, null));
        Assert.Throws<ArgumentOutOfRangeException>(() => _codec.Encode(picture, ImageFormat.Webp, quality, null));
        Assert.NotEmpty(_codec.Encode(picture, ImageFormat.Png, quality, null));
    }

    [Fact]
    public void What_the_format_cannot_hold_is_said_with_the_reason()
    {
        var picture = new RgbImage(16_384, 1, new byte[16_384 * 3]);

        var exception = Assert.Throws<FormatException>(() => _codec.Encode(picture, ImageFormat.Webp, 90, null));

        Assert.NotEmpty(exception.Message);
    }
}
