namespace OrleansDiffusion.Cli.Tests;

public sealed class ModelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_model_can_be_added_shown_and_removed()
    {
        var added = await Od("models", "add", Path.Combine(Checkout.Root, "models", "emoji"), "--name", "second");
        var listed = await Od("models", "list");
        var shown = await Od("models", "show", "second");
        var removed = await Od("models", "remove", "second");
        var after = await Od("models", "list");

        Assert.True(added.ExitCode == 0, added.All);
        Assert.Contains("second", listed.Output, StringComparison.Ordinal);
        Assert.Contains("32 tokens", shown.Output, StringComparison.Ordinal);
        Assert.Contains("multiples of 8", shown.Output, StringComparison.Ordinal);
        Assert.Matches(@"device memory +\S+ MiB, estimated", shown.Output);
        Assert.True(removed.ExitCode == 0, removed.All);
        Assert.DoesNotContain("second", after.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_is_changed_only_where_something_is_said()
    {
        var first = await Od("models", "policy", "emoji", "--max", "3", "--provider", "cuda", "--label", "gpu=h100", "--label", "zone=eu");
        var second = await Od("models", "policy", "emoji", "--min", "2", "--label", "gpu=l4");
        var shown = await Od("models", "show", "emoji");
        var refused = await Od("models", "policy", "emoji", "--min", "9");
        var wrong = await Od("models", "policy", "emoji", "--label", "gpu");

        Assert.True(first.ExitCode == 0, first.All);
        Assert.Contains("only a cuda device with gpu=h100, zone=eu", first.Output, StringComparison.Ordinal);
        Assert.True(second.ExitCode == 0, second.All);
        Assert.Contains("min 2, max 3, step 1", shown.Output, StringComparison.Ordinal);
        Assert.Matches(@"only a cuda device with gpu=l4\s*\n", shown.Output);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("must not be above max, which is 3; it is 9.", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("--label: 'gpu' is not name=value.", wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_policy_makes_of_history_and_of_the_time_of_day_can_be_said()
    {
        var set = await Od(
            "models", "policy", "emoji", "--standby-lapses", "--weights-standby", "2", "--keep-alive", "90", "--keep-alive-quantile", "0.9", "--keep-alive-max", "7200",
            "--wait-worth", "2.5", "--schedule", "mon-fri 9:00-18:00 Europe/Berlin min=4 standby=2", "--schedule", "sat,sun 22:00-6:00 standby=0");
        var kept = await Od("models", "policy", "emoji", "--max", "9");
        var cleared = await Od("models", "policy", "emoji", "--no-schedules", "--no-standby-lapses", "--keep-alive-quantile", "0");
        var both = await Od("models", "policy", "emoji", "--standby-lapses", "--no-standby-lapses");
        var wrong = await Od("models", "policy", "emoji", "--schedule", "someday 9:00-18:00 min=4");
        var refused = await Od("models", "policy", "emoji", "--schedule", "all 9:00-18:00 Atlantis min=4");

        Assert.True(set.ExitCode == 0, set.All);
        foreach (var shown in (Finished[])[set, kept])
        {
            var words = string.Join(' ', shown.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains("standby 1, while it is likely to be wanted", words, StringComparison.Ordinal);
            Assert.Contains("weights ahead on 2 silos", words, StringComparison.Ordinal);
            Assert.Contains("as long as 0.9 of the pool's gaps at most, where that is within 2 h, else 1.5 min at most; ", words, StringComparison.Ordinal);
            Assert.Contains("a second less of waiting is worth 2.5 idle ones", words, StringComparison.Ordinal);
            Assert.Contains("schedule workdays 09:00-18:00 Europe/Berlin min=4 standby=2", words, StringComparison.Ordinal);
            Assert.Contains("schedule weekend 22:00-06:00 UTC standby=0", words, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("schedule", cleared.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("while it is likely", cleared.Output, StringComparison.Ordinal);
        Assert.Contains("1.5 min, whatever the history", cleared.Output, StringComparison.Ordinal);
        Assert.Contains("--standby-lapses and --no-standby-lapses contradict each other.", both.Errors, StringComparison.Ordinal);
        Assert.Contains("--schedule: 'someday 9:00-18:00 min=4' is not DAYS FROM-TO", wrong.Errors, StringComparison.Ordinal);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("\"Atlantis\" is no time zone", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_a_folder_is_said_at_once()
    {
        var broken = _folder.File("broken");
        CopyFolder(Path.Combine(Checkout.Root, "models", "emoji"), broken);
        File.Delete(Path.Combine(broken, "vae_decoder", "model.onnx"));
        using (var unet = File.OpenWrite(Path.Combine(broken, "unet", "model.onnx"))) unet.SetLength(unet.Length / 2);
        await File.WriteAllTextAsync(Path.Combine(broken, "tokenizer", "vocab.json"), "{ \"a\": ");

        var refused = await Od("models", "add", broken);
        var listed = await Od("models", "list");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("vae_decoder/model.onnx", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("unet/model.onnx", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("tokenizer/vocab.json", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.All, StringComparison.Ordinal);
        Assert.DoesNotContain("broken", listed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_name_is_answered_with_the_known_ones()
    {
        var shown = await Od("models", "show", "nonsense");

        Assert.Equal(1, shown.ExitCode);
        Assert.Contains("nonsense", shown.Errors, StringComparison.Ordinal);
        Assert.Contains("emoji", shown.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task<Finished> Od(params string[] arguments) => OdProcess.Run(_folder.File("data"), arguments);

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
