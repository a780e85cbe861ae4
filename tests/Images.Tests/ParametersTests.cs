using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OrleansDiffusion.Diffusion;

namespace OrleansDiffusion.Images.Tests;

/// <summary>Generation parameters travel inside the file.</summary>
public sealed class ParametersTests
{
    private const string Apple = "a red apple\nNegative prompt: worm\nSteps: 25, Sampler: DDIM, CFG scale: 4.5, Seed: 7, Size: 64x64";

    private readonly LibvipsCodec _codec = new();
    private readonly RgbImage _picture = Pictures.Ramp(16, 16);

    public static TheoryData<ImageFormat> Formats => [ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.Webp];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Parameters_are_read_back(ImageFormat format) => Assert.Equal(Apple, ReadBack(format, Apple));

    [Theory]
    [MemberData(nameof(Formats))]
    public void Parameters_in_any_script_are_read_back(ImageFormat format)
    {
        const string text = "красное яблоко, 一个红苹果, 🍎, <b>&amp;\"'</b>, a\r\nb\tc  d ";

        Assert.Equal(text, ReadBack(format, text));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Any_text_is_read_back_but_for_what_no_file_can_hold(ImageFormat format) =>
        Prop.ForAll<string>(text =>
        {
            var sent = text ?? "";
            return ReadBack(format, sent) == FileText.Clean(sent, LibvipsCodec.ParameterCharactersMax);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Control_characters_and_half_characters_become_replacement_characters() =>
        Assert.Equal("a\uFFFDb\uFFFDc\uFFFD\t\n", FileText.Clean("a\0b\u001Bc\uD83C\t\n", 100));

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_longest_parameters_are_read_back_and_longer_ones_refused(ImageFormat format)
    {
        var longest = new string('&', LibvipsCodec.ParameterCharactersMax);

        Assert.Equal(longest, ReadBack(format, longest));
        Assert.Throws<ArgumentException>(() => ReadBack(format, longest + "x"));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_picture_without_parameters_has_none(ImageFormat format) =>
        Assert.Null(_codec.ReadParameters(_codec.Encode(_picture, format, 90, null)));

    [Theory]
    [MemberData(nameof(Formats))]
    public void Parameters_do_not_change_the_pixels(ImageFormat format) =>
        Assert.Equal(
            _codec.Decode(_codec.Encode(_picture, format, 90, null), 256).Rgb,
            _codec.Decode(_codec.Encode(_picture, format, 90, Apple), 256).Rgb);

    [Fact]
    public void Png_parameters_lie_in_a_plain_text_chunk_that_other_tools_read()
    {
        var file = _codec.Encode(_picture, ImageFormat.Png, 90, "a red apple");

        Assert.Equal("tEXtparameters\0a red apple", Encoding.Latin1.GetString(file, 37, 26));
    }

    [Theory]
    [InlineData("tEXt", false)]
    [InlineData("zTXt", true)]
    [InlineData("iTXt", false)]
    [InlineData("iTXt", true)]
    public void Every_kind_of_png_text_is_read(string type, bool isCompressed)
    {
        var text = Encoding.UTF8.GetBytes("a red apple");
        var content = isCompressed ? PngFile.Deflate(text) : text;
        byte[] flags = type switch
        {
            "iTXt" => [(byte)(isCompressed ? 1 : 0), 0, .. "en"u8, 0, .. "Parameter"u8, 0],
            "zTXt" => [0],
            _ => [],
        };

        Assert.Equal("a red apple", _codec.ReadParameters(PngWith(type, [.. "parameters"u8, 0, .. flags, .. content])));
    }

    [Fact]
    public void Text_that_unpacks_to_megabytes_is_no_text() =>
        Assert.Null(_codec.ReadParameters(PngWith("zTXt", [.. "parameters"u8, 0, 0, .. PngFile.Deflate(new byte[2 << 20])])));

    [Fact]
    public void Another_keyword_is_not_ours() =>
        Assert.Null(_codec.ReadParameters(PngWith("tEXt", [.. "Software"u8, 0, .. "GIMP"u8])));

    [Theory]
    [InlineData("<not xml")]
    [InlineData("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>")]
    [InlineData("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>")]
    public void Somebody_elses_packet_holds_no_parameters(string packet) =>
        Assert.Null(XmpParameters.Find(Encoding.UTF8.GetBytes(packet)));

    private string? ReadBack(ImageFormat format, string parameters) => _codec.ReadParameters(_codec.Encode(_picture, format, 90, parameters));

    private static byte[] PngWith(string type, byte[] body) => PngFile.Write(1, 1, colorType: 0, bits: 8, [1], (type, body));
}
