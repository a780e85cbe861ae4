namespace OrleansDiffusion.Cli.Tests;

public sealed class GenerateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task The_same_command_twice_gives_the_identical_file()
    {
        var first = await Generate("a red apple", "--seed", "7", "-o", _folder.File("one.png"));
        var second = await Generate("a red apple", "--seed", "7", "-o", _folder.File("two.png"));

        Assert.True(first.ExitCode == 0, first.All);
        Assert.True(second.ExitCode == 0, second.All);
        Assert.Contains("seed 7", first.Output, StringComparison.Ordinal);
        Assert.Contains("emoji", first.Output, StringComparison.Ordinal);
        var picture = await File.ReadAllBytesAsync(_folder.File("one.png"));
        Assert.Equal(picture, await File.ReadAllBytesAsync(_folder.File("two.png")));
        Assert.Equal((64, 64), PngSize(picture));
    }

    [Fact]
    public async Task Count_gives_as_many_files_and_the_second_is_what_its_own_seed_gives()
    {
        var both = await Generate("a star", "--seed", "10", "--count", "2", "--steps", "6", "-o", _folder.File("star.png"));
        var alone = await Generate("a star", "--seed", "11", "--steps", "6", "-o", _folder.File("alone.png"));

        Assert.True(both.ExitCode == 0, both.All);
        Assert.True(alone.ExitCode == 0, alone.All);
        Assert.Equal(Pixels(_folder.File("star-2.png")), Pixels(_folder.File("alone.png")));
        Assert.NotEqual(Pixels(_folder.File("star-1.png")), Pixels(_folder.File("star-2.png")));
    }

    [Theory]
    [InlineData("ddim")]
    [InlineData("euler")]
    [InlineData("euler-a")]
    [InlineData("dpmpp-2m")]
    [InlineData("dpmpp-2m-karras")]
    [InlineData("lcm")]
    public async Task Every_sampler_draws(string sampler)
    {
        var drawn = await Generate("a red heart", "--sampler", sampler, "--steps", "8", "-o", _folder.File("heart.png"));

        Assert.True(drawn.ExitCode == 0, drawn.All);
        Assert.Contains(sampler, drawn.Output, StringComparison.Ordinal);
        Assert.Equal((64, 64), PngSize(await File.ReadAllBytesAsync(_folder.File("heart.png"))));
    }

    [Theory]
    [InlineData("jpeg", 0xff, 0xd8)]
    [InlineData("webp", (byte)'R', (byte)'I')]
    public async Task The_format_is_what_was_asked_for(string format, byte first, byte second)
    {
        var drawn = await Generate("a cat face", "--format", format, "--steps", "4", "-o", _folder.File("cat.img"));

        Assert.True(drawn.ExitCode == 0, drawn.All);
        Assert.Equal((byte[])[first, second], (await File.ReadAllBytesAsync(_folder.File("cat.img")))[..2]);
    }

    [Theory]
    [InlineData("--sampler", "nonsense", "sampler", "euler-a")]
    [InlineData("--model", "nonsense", "nonsense", "emoji")]
    [InlineData("--size", "65x64", "width", "64")]
    [InlineData("--size", "100000x64", "width", "")]
    [InlineData("--steps", "0", "steps", "1")]
    [InlineData("--steps", "100000", "steps", "")]
    [InlineData("--guidance", "-3", "guidance", "")]
    [InlineData("--count", "1000", "count", "")]
    [InlineData("--seed", "-1", "seed", "")]
    [InlineData("--format", "gif", "format", "png")]
    public async Task Bad_values_are_named_with_what_would_be_right(string option, string value, string field, string alternative)
    {
        var refused = await Generate("a red apple", option, value, "-o", _folder.File("never.png"));

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(field, refused.Errors, StringComparison.Ordinal);
        Assert.Contains(alternative, refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.All, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("never.png")));
    }

    [Fact]
    public async Task A_prompt_that_was_cut_is_told()
    {
        var drawn = await Generate(string.Join(' ', Enumerable.Repeat("a red apple", 40)), "--steps", "2", "-o", _folder.File("cut.png"));

        Assert.True(drawn.ExitCode == 0, drawn.All);
        Assert.Contains("note:", drawn.Output, StringComparison.Ordinal);
        Assert.Contains("32", drawn.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_does_not_exist_is_said_before_the_work()
    {
        var refused = await Generate("a red apple", "-o", Path.Combine(_folder.Path, "missing", "apple.png"));

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("missing", refused.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "data")));
    }

    public void Dispose() => _folder.Dispose();

    private Task<Finished> Generate(string prompt, params string[] more) =>
        OdProcess.Run(_folder.File("data"), ["generate", prompt, .. more]);

    /// <summary>Of a PNG's header: two big-endian integers after the IHDR tag.</summary>
    private static (int Width, int Height) PngSize(byte[] png)
    {
        Assert.Equal((byte[])[0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        return (System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)),
            System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }

    /// <summary>The compressed pixel data of a PNG: equal for equal pixels, whatever the text chunks say.</summary>
    private static byte[] Pixels(string file)
    {
        var png = File.ReadAllBytes(file).AsSpan();
        var data = new List<byte>();
        for (var at = 8; at < png.Length;)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png[at..]);
            if (png.Slice(at + 4, 4).SequenceEqual("IDAT"u8)) data.AddRange(png.Slice(at + 8, length));
            at += length + 12;
        }

        return [.. data];
    }
}
