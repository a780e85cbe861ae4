using System.Security.Cryptography;

namespace OrleansDiffusion.Weights.Tests;

public sealed class ModelManifestTests : IDisposable
{
    private readonly EmojiFolder _folder = new();

    [Fact]
    public async Task Files_are_listed_in_order_with_length_and_hash()
    {
        var manifest = await ModelManifest.Read(_folder.Path);

        Assert.Equal(manifest.Files.Select(file => file.Path).Order(StringComparer.Ordinal), manifest.Files.Select(file => file.Path));
        Assert.Equal(
            [
                "generation_config.json", "model_index.json", "scheduler/scheduler_config.json", "text_encoder/config.json",
                "text_encoder/model.onnx", "tokenizer/merges.txt", "tokenizer/special_tokens_map.json", "tokenizer/tokenizer_config.json",
                "tokenizer/vocab.json", "unet/config.json", "unet/model.onnx", "vae_decoder/config.json", "vae_decoder/model.onnx",
                "vae_encoder/config.json", "vae_encoder/model.onnx",
            ],
            manifest.Files.Select(file => file.Path));
        Assert.All(manifest.Files, file =>
        {
            Assert.Equal(new FileInfo(_folder.At(file.Path)).Length, file.Bytes);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(_folder.Read(file.Path))), file.Sha256);
        });
    }

    [Fact]
    public async Task The_same_files_elsewhere_are_the_same_model() =>
        Assert.Equal((await ModelManifest.Read(EmojiFolder.Original)).Digest, (await ModelManifest.Read(_folder.Path)).Digest);

    [Fact]
    public async Task The_version_is_the_start_of_the_digest()
    {
        var manifest = await ModelManifest.Read(_folder.Path);

        Assert.Matches("^[0-9a-f]{64}$", manifest.Digest);
        Assert.Equal(manifest.Digest[..12], manifest.Version);
    }

    [Fact]
    public async Task Any_changed_byte_is_another_version()
    {
        var before = await ModelManifest.Read(_folder.Path);
        var weights = _folder.Read("unet/model.onnx");
        weights[^1] ^= 1;
        _folder.Write("unet/model.onnx", weights);

        Assert.NotEqual(before.Digest, (await ModelManifest.Read(_folder.Path)).Digest);
    }

    [Fact]
    public async Task A_renamed_file_is_another_version()
    {
        var before = await ModelManifest.Read(_folder.Path);
        File.Move(_folder.At("unet/config.json"), _folder.At("unet/config2.json"));

        Assert.NotEqual(before.Digest, (await ModelManifest.Read(_folder.Path)).Digest);
    }

    [Fact]
    public async Task What_is_not_the_model_does_not_count()
    {
        var before = await ModelManifest.Read(_folder.Path);
        _folder.Write("README.md", "Another text.");
        _folder.Write("unet/.cache", "Something hidden.");
        _folder.Write("pictures/apple.png", [1, 2, 3]);

        Assert.Equal(before.Digest, (await ModelManifest.Read(_folder.Path)).Digest);
    }

    [Fact]
    public void The_order_in_which_files_are_given_does_not_matter()
    {
        ManifestFile[] files = [new("b", 2, "22"), new("a", 1, "11"), new("B", 3, "33")];

        Assert.Equal(new ModelManifest(files).Digest, new ModelManifest(files.Reverse()).Digest);
        Assert.Equal(["B", "a", "b"], new ModelManifest(files).Files.Select(file => file.Path));
    }

    [Fact]
    public async Task Progress_ends_with_all_bytes()
    {
        var progress = new List<long>();

        var manifest = await ModelManifest.Read(_folder.Path, progress.Add);

        Assert.Equal(progress.Order(), progress);
        Assert.Equal(manifest.TotalBytes, progress[^1]);
        Assert.Equal(ModelFolder.Check(_folder.Path).TotalBytes, manifest.TotalBytes);
    }

    [Fact]
    public async Task Hashing_can_be_cancelled() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ModelManifest.Read(_folder.Path, cancellation: new CancellationToken(canceled: true)));

    [Fact]
    public async Task Links_count_as_the_files_behind_them()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        var before = await ModelManifest.Read(_folder.Path);
        var blob = Path.Combine(_folder.Path, "blob");
        File.Move(_folder.At("unet/model.onnx"), blob);
        File.CreateSymbolicLink(_folder.At("unet/model.onnx"), blob);

        Assert.Equal(before.Digest, (await ModelManifest.Read(_folder.Path)).Digest);
        Assert.Equal(before.TotalBytes, _folder.Check().TotalBytes);
        Assert.Empty(_folder.Problems());
    }

    public void Dispose() => _folder.Dispose();
}
