using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using OrleansDiffusion.Diffusion;

namespace OrleansDiffusion.Images.Tests;

/// <summary>What callers upload is not always a picture.</summary>
public sealed class BadPictureTests
{
    private const long ManyPixels = 1 << 24;

    private readonly LibvipsCodec _codec = new();

    public static TheoryData<ImageFormat> Formats => [ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.Webp];

    [Fact]
    public void Garbage_is_refused() =>
        Prop.ForAll<byte[]>(bytes => Refuses(bytes)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("89504E470D0A1A0A")]
    [InlineData("FFD8FF")]
    [InlineData("5249464600000000574542505650384C")]
    public void A_signature_alone_is_refused(string signature)
    {
        var exception = Assert.Throws<FormatException>(() => _codec.Decode(Convert.FromHexString(signature), ManyPixels));

        Assert.NotEmpty(exception.Message);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_cut_short_is_refused_wherever_it_is_cut(ImageFormat format)
    {
        var file = _codec.Encode(Pictures.Noise(32, 32, 5), format, 90, null);

        // The last bytes are padding and end marks: what is before them matters.
        for (var length = 0; length < file.Length - 16; length += 7)
        {
            Assert.True(Refuses(file[..length]), $"{format} cut to {length} of {file.Length} bytes was accepted");
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_damaged_file_is_refused_or_read_but_never_fatal(ImageFormat format)
    {
        var file = _codec.Encode(Pictures.Ramp(32, 32), format, 90, "a red apple");

        Prop.ForAll(Gen.Choose(0, file.Length - 1).Zip(Gen.Choose(1, 255)).ToArbitrary(), damage =>
        {
            var damaged = (byte[])file.Clone();
            damaged[damage.Item1] ^= (byte)damage.Item2;
            try
            {
                _codec.Decode(damaged, ManyPixels);
                _codec.ReadParameters(damaged);
            }
            catch (FormatException exception)
            {
                return exception.Message.Length > 0;
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_picture_larger_than_allowed_is_refused_by_its_header(ImageFormat format)
    {
        var file = _codec.Encode(Pictures.Ramp(100, 50), format, 90, null);

        var exception = Assert.Throws<FormatException>(() => _codec.Decode(file, 4999));

        Assert.Equal("The picture has 100x50 pixels; at most 4999 are allowed.", exception.Message);
        Assert.Equal(100, _codec.Decode(file, 5000).Width);
    }

    [Fact]
    public void A_header_that_claims_gigabytes_costs_none()
    {
        var file = _codec.Encode(Pictures.Ramp(8, 8), ImageFormat.Png, 90, null);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), 60_000);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), 60_000);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), Crc32.Of(file.AsSpan(12, 17)));

        var exception = Assert.Throws<FormatException>(() => _codec.Decode(file, ManyPixels));

        Assert.Equal($"The picture has 60000x60000 pixels; at most {ManyPixels} are allowed.", exception.Message);
    }

    [Theory]
    [InlineData("GIF89a")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>")]
    [InlineData("II*\0")]
    public void Other_formats_are_refused_by_name(string start)
    {
        var exception = Assert.Throws<FormatException>(() => _codec.Decode(System.Text.Encoding.Latin1.GetBytes(start), ManyPixels));

        Assert.Equal("Neither PNG nor JPEG nor WebP.", exception.Message);
    }

    private bool Refuses(byte[] bytes)
    {
        try
        {
            _codec.Decode(bytes, ManyPixels);
            return false;
        }
        catch (FormatException)
        {
            return true;
        }
    }
}
