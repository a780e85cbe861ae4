using System.CommandLine;
using OrleansDiffusion.Cli.Clusters;

namespace OrleansDiffusion.Cli.Tests;

/// <summary>What a silo is told of its weights.</summary>
public sealed class WeightsOptionsTests
{
    [Theory]
    [InlineData("20GiB", 20L << 30)]
    [InlineData("1.5tib", 3L << 39)]
    [InlineData("500 MB", 500_000_000L)]
    [InlineData("1048576", 1L << 20)]
    [InlineData("1048576B", 1L << 20)]
    public void A_size_is_read_as_people_write_it(string text, long bytes) => Assert.Equal(bytes, ByteSize.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("GiB")]
    [InlineData("-1GiB")]
    [InlineData("1KiB")]
    [InlineData("2000TiB")]
    [InlineData("twenty")]
    [InlineData("1e9")]
    public void What_is_no_size_is_refused(string text)
    {
        Assert.Null(ByteSize.Parse(text));
        foreach (var option in (string[])["--weights-budget", "--weights-memory"])
        {
            var parse = new RootCommand { SiloCommand.Create() }.Parse(["silo", option, text]);
            Assert.Contains(parse.Errors, error => error.Message.StartsWith($"{option}: ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_silo_keeps_weights_in_memory_only_when_it_is_told_how_much()
    {
        var silo = new RootCommand { SiloCommand.Create() };

        Assert.Equal(0, silo.Parse(["silo"]).GetValue<long>("--weights-memory"));
        Assert.Equal(8L << 30, silo.Parse(["silo", "--weights-memory", "8GiB"]).GetValue<long>("--weights-memory"));
    }

    [Fact]
    public void A_local_clusters_secret_is_made_once_and_is_its_owners_alone()
    {
        var folder = Directory.CreateTempSubdirectory("od-secret-");
        try
        {
            var secret = LocalSecret.Of(folder.FullName);

            Assert.Equal(64, secret.Length);
            Assert.Equal(secret, LocalSecret.Of(folder.FullName));
            var file = Assert.Single(folder.GetFiles());
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
