namespace OrleansDiffusion.Jobs.Tests;

public sealed class ByteTextTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1 KiB")]
    [InlineData(12_582_912, "12 MiB")]
    [InlineData(3_758_096_384, "3.5 GiB")]
    [InlineData(long.MaxValue, "8388608 TiB")]
    public void Sizes_read_like_sizes(long bytes, string text) => Assert.Equal(text, ByteText.Of(bytes));
}
