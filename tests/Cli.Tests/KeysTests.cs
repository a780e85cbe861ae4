namespace OrleansDiffusion.Cli.Tests;

public sealed class KeysTests : IDisposable
{
    /// <summary>Nobody listens there.</summary>
    private const string Nowhere = "Host=127.0.0.1;Port=1;Database=pictures;Username=nobody";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_key_of_a_data_folder_is_made_listed_and_removed()
    {
        var added = await Od("keys", "add", "--tenant", "studio");
        var listed = await Od("keys", "list");
        var id = listed.Output.Split(' ', '\n').Single(word => word.StartsWith("key_", StringComparison.Ordinal));
        var removed = await Od("keys", "remove", id);
        var again = await Od("keys", "remove", id);

        Assert.StartsWith("od-", added.Output);
        Assert.Contains("studio", listed.Output, StringComparison.Ordinal);
        Assert.True(removed.ExitCode == 0, removed.All);
        Assert.True(again.ExitCode == 1, again.All);
    }

    [Fact]
    public async Task Keys_of_a_cluster_are_in_its_database_and_one_that_does_not_answer_is_one_line()
    {
        var listed = await Od("keys", "list", "--db", Nowhere);

        Assert.Equal(1, listed.ExitCode);
        Assert.Equal("od: The database pictures at 127.0.0.1:1 cannot be reached: Connection refused.", listed.Errors.Trim());
    }

    public void Dispose() => _folder.Dispose();

    private Task<Finished> Od(params string[] arguments) => OdProcess.Run(_folder.Path, arguments);
}
