using System.Text;

namespace OrleansDiffusion.Weights.Tests.Chunks;

public sealed class ChunkManifestTests
{
    private static readonly string Hash = new('a', 64);

    [Fact]
    public async Task A_folder_is_cut_into_chunks_with_the_same_files_and_version_as_its_model_manifest()
    {
        var model = await ModelManifest.Read(EmojiFolder.Original);

        var manifest = await ChunkedFolder.Read(EmojiFolder.Original, chunkBytes: 64 << 10);

        Assert.Equal(model.Digest, manifest.Model.Digest);
        Assert.Equal(model.Files, manifest.Model.Files);
        foreach (var file in manifest.Files)
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(EmojiFolder.Original, file.Path));
            Assert.Equal(bytes.Chunk(64 << 10).Select(chunk => SmallModel.Hash(chunk)), file.Chunks);
        }
    }

    [Fact]
    public async Task Every_byte_is_told_once_while_it_is_hashed()
    {
        var bytes = 0L;

        var manifest = await ChunkedFolder.Read(EmojiFolder.Original, hashed: more => Interlocked.Add(ref bytes, more));

        Assert.Equal(manifest.Model.TotalBytes, bytes);
    }

    [Fact]
    public void What_is_written_reads_back_as_the_same()
    {
        var manifest = SmallModel.Usual().Manifest;

        var read = ChunkManifest.Parse(manifest.ToJson(), manifest.Digest);

        Assert.Equal(manifest.Digest, read.Digest);
        Assert.Equal(manifest.ToJson().ToArray(), read.ToJson().ToArray());
        Assert.Equal(manifest.Chunks.Select(chunk => (chunk.Number, chunk.Sha256)), read.Chunks.Select(chunk => (chunk.Number, chunk.Sha256)));
    }

    [Fact]
    public void The_order_of_files_and_of_spaces_does_not_matter()
    {
        var manifest = SmallModel.Usual().Manifest;
        var spaced = Encoding.UTF8.GetString(manifest.ToJson().Span).Replace(",", " , ", StringComparison.Ordinal);

        Assert.Equal(manifest.Digest, new ChunkManifest(manifest.ChunkBytes, manifest.Files.Reverse()).Digest);
        Assert.Equal(manifest.Digest, ChunkManifest.Parse(Encoding.UTF8.GetBytes(spaced)).Digest);
    }

    [Fact]
    public void Chunks_cover_each_file_without_gap()
    {
        var manifest = SmallModel.Usual().Manifest;

        Assert.Equal(Enumerable.Range(0, 20), manifest.Chunks.Select(chunk => chunk.Number));
        foreach (var file in manifest.Contents)
        {
            var offset = 0L;
            foreach (var chunk in manifest.ChunksOf(file))
            {
                Assert.Equal(offset, chunk.Offset);
                offset += chunk.Bytes;
            }

            Assert.Equal(file.Bytes, offset);
        }
    }

    [Fact]
    public void Files_with_equal_content_share_their_chunks()
    {
        var bytes = new byte[3000];
        var manifest = SmallModel.With(("unet/a", bytes), ("unet/b", bytes)).Manifest;

        Assert.Equal(2, manifest.Files.Count);
        Assert.Equal(3, manifest.Chunks.Count);
        Assert.Equal(3000, manifest.ContentBytes);
        Assert.Equal(6000, manifest.Model.TotalBytes);
    }

    [Fact]
    public void Files_come_in_the_order_of_loading()
    {
        var manifest = SmallModel.Of(
            1, ("vae_decoder/model.onnx", 1), ("unet/model.onnx", 2), ("text_encoder/model.onnx", 3), ("model_index.json", 4), ("tokenizer/vocab.json", 5),
            ("unet/config.json", 6), ("tokenizer/merges.txt", 7), ("scheduler/table.bin", 8)).Manifest;

        Assert.Equal(
            [
                "model_index.json", "tokenizer/merges.txt", "tokenizer/vocab.json", "unet/config.json", "scheduler/table.bin",
                "text_encoder/model.onnx", "unet/model.onnx", "vae_decoder/model.onnx",
            ],
            LoadOrder.Of(manifest).Select(file => file.Path));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("unet/../../outside")]
    [InlineData("unet//model.onnx")]
    [InlineData("unet\\model.onnx")]
    [InlineData("C:/model.onnx")]
    [InlineData("unet/.hidden")]
    [InlineData("unet/a\nb")]
    [InlineData("")]
    public void A_path_that_may_lead_elsewhere_is_refused(string path) =>
        Assert.Equal($"The manifest is not valid: '{path}' is not a plain path inside the model's folder.", Refusal(new ChunkedFile(path, 1, Hash, [Hash])));

    [Fact]
    public void What_contradicts_itself_is_refused_with_every_reason()
    {
        Assert.Equal("The manifest is not valid: a: 1025 bytes are 2 chunks, not 1.", Refusal(new ChunkedFile("a", 1025, Hash, [Hash])));
        Assert.Equal("The manifest is not valid: a: its length -1 is not between 0 and 17592186044416.", Refusal(new ChunkedFile("a", -1, Hash, [])));
        Assert.Equal("The manifest is not valid: a: 'AB' is not a SHA-256 of 64 lower-case digits.", Refusal(new ChunkedFile("a", 1, "AB", [Hash])));
        Assert.Equal("The manifest is not valid: a: chunk 0: 'x' is not a SHA-256 of 64 lower-case digits.", Refusal(new ChunkedFile("a", 1, Hash, ["x"])));
        Assert.Equal("The manifest is not valid: It lists 0 files, not 1 to 10000.", Refusal());
        Assert.Equal(
            "The manifest is not valid: 'a' is listed twice. 'a' is a file and a folder.",
            Refusal(new("a", 1, Hash, [Hash]), new("a", 1, Hash, [Hash]), new("a/b", 1, Hash, [Hash])));
        Assert.Equal(
            "The manifest is not valid: a and b have one SHA-256 but not the same chunks.",
            Refusal(new("a", 1, Hash, [Hash]), new("b", 1, Hash, [new('b', 64)])));
    }

    [Theory]
    [InlineData("null", "The manifest cannot be read: it is null.")]
    [InlineData("""{"format":"od-chunks-9","chunkBytes":1024,"files":[]}""", "The manifest cannot be read: its format is 'od-chunks-9', not 'od-chunks-1'.")]
    public void Json_of_another_kind_is_refused(string json, string message) =>
        Assert.Equal(message, Assert.Throws<WeightsException>(() => ChunkManifest.Parse(Encoding.UTF8.GetBytes(json))).Message);

    [Theory]
    [InlineData("{")]
    [InlineData("""{"format":"od-chunks-1","chunkBytes":1024}""")]
    [InlineData("""{"format":"od-chunks-1","chunkBytes":1024,"files":null}""")]
    [InlineData("""{"format":"od-chunks-1","chunkBytes":1024,"files":[null]}""")]
    [InlineData("""{"format":"od-chunks-1","chunkBytes":1024,"files":[],"more":1}""")]
    [InlineData("""{"format":"od-chunks-1","chunkBytes":1024,"chunkBytes":1024,"files":[]}""")]
    [InlineData("""{"format":"od-chunks-1","chunkBytes":1024,"files":[{"path":null,"bytes":0,"sha256":"","chunks":[]}]}""")]
    [InlineData("""{"format":"od-chunks-1","chunkBytes":1024,"files":[{"path":"a","bytes":1,"sha256":"","chunks":[null]}]}""")]
    public void Json_with_holes_or_more_is_refused(string json) =>
        Assert.Equal(
            WeightsError.ManifestInvalid, Assert.Throws<WeightsException>(() => ChunkManifest.Parse(Encoding.UTF8.GetBytes(json))).Error);

    [Fact]
    public void Another_manifest_than_the_expected_one_is_refused()
    {
        var (one, other) = (SmallModel.Usual(1).Manifest, SmallModel.Usual(2).Manifest);

        var refusal = Assert.Throws<WeightsException>(() => ChunkManifest.Parse(one.ToJson(), other.Digest));

        Assert.Equal($"The manifest's digest is {one.Digest}, not {other.Digest}.", refusal.Message);
    }

    [Fact]
    public void A_bitmap_of_another_size_is_none()
    {
        Assert.Null(ChunkSet.FromBytes(9, [0xff]));
        Assert.Null(ChunkSet.FromBytes(9, [0xff, 0b10]));
        Assert.Equal([0, 8], ChunkSet.FromBytes(9, [1, 1])!.Numbers);
    }

    private static string Refusal(params ChunkedFile[] files) => Assert.Throws<WeightsException>(() => new ChunkManifest(1024, files)).Message;
}
