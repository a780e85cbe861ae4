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
