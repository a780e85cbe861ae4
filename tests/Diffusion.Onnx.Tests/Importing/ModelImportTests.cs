using System.Security.Cryptography;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Diffusion.Onnx.Tests.Importing;

public sealed class ModelImportTests(ImportedEmoji emoji) : IClassFixture<ImportedEmoji>, IDisposable
{
    /// <summary>Of the largest output: what sums in another order make of the last digits.</summary>
    private const double TuningTolerance = 1e-5;

    private static readonly int[] Batches = [1, 2, 8];

    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<TheoryDataRow<string, GraphTuning, int>> Runs() =>
        from component in ImportedEmoji.Components
        from tuning in Enum.GetValues<GraphTuning>()
        from batch in Batches
        select new TheoryDataRow<string, GraphTuning, int>(component, tuning, batch);

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task An_imported_component_computes_the_same_bits_as_its_source(string component, GraphTuning tuning, int batch)
    {
        var provider = OnnxProvider.Cpu with { ThreadCount = 2, Tuning = tuning };
        using var lane = new DeviceThread("cpu0");
        using var source = OnnxModelLoader.Load(ImportedEmoji.Source, provider, [component]);
        using var imported = await ImportedModelLoader.Load(emoji.Folder, provider, lane, components: [component]);

        Assert.Equal(
            Inputs.Run(component, source.Sessions[component], batch), Inputs.Run(component, imported.Sessions[component], batch));
    }

    [Fact]
    public void The_two_tunings_differ_in_the_last_digits_only()
    {
        foreach (var component in ImportedEmoji.Components)
        {
            float[] Run(GraphTuning tuning)
            {
                using var model = OnnxModelLoader.Load(ImportedEmoji.Source, OnnxProvider.Cpu with { ThreadCount = 2, Tuning = tuning }, [component]);
                return Inputs.Run(component, model.Sessions[component], batch: 2);
            }

            var (machine, portable) = (Run(GraphTuning.Machine), Run(GraphTuning.Portable));
            Assert.InRange(machine.Zip(portable, (one, other) => Math.Abs(one - other)).Max(), 0, TuningTolerance * machine.Max(Math.Abs));
        }
    }

    [Fact]
    public async Task The_same_model_gives_the_same_bytes()
    {
        var second = Path.Combine(_folder.Path, "second");

        await ModelImport.Run(ImportedEmoji.Source, second, OnnxProvider.Cpu);

        Assert.Equal(Digests(emoji.Folder), Digests(second));
    }

    [Fact]
    public void The_record_names_the_source_and_every_file()
    {
        var read = ImportRecord.Read(emoji.Folder)!;

        Assert.Equal(("cpu", "extended", 1024), (read.Provider, read.Optimization, read.OutsideBytesMin));
        Assert.Equal(64, read.SourceDigest.Length);
        Assert.StartsWith("onnxruntime 1.", read.Runtime);
        Assert.Empty(read.WidenedComponents);
        Assert.Equal(ModelLayout.FilesOf(emoji.Folder), read.Files.Select(file => file.Path));
        Assert.All(read.Files, file => Assert.Equal(Digest(Path.Combine(emoji.Folder, file.Path)), file.Sha256));
        Assert.Equal(
            ModelLayout.FilesOf(ImportedEmoji.Source).Order(), ModelLayout.FilesOf(emoji.Folder).Where(file => !file.EndsWith(".bin")).Order());
    }

    [Fact]
    public void What_it_was_measured_to_need_is_never_less_than_its_weights_and_travels_with_it()
    {
        string[] loaded = ["text_encoder/weights.bin", "unet/weights.bin", "vae_decoder/weights.bin"];
        var weightsBytes = loaded.Sum(file => new FileInfo(Path.Combine(emoji.Folder, file)).Length);
        var small = Path.Combine(_folder.Path, "small");
        Directory.CreateDirectory(small);
        emoji.Record.Write(small);
        new ImportTrial(1, "of a process that had the memory already").Write(small);

        Assert.Equal(weightsBytes, ImportTrial.NeedOf(small));
        Assert.True(ImportTrial.NeedOf(emoji.Folder) >= weightsBytes);
        Assert.Contains(ImportTrial.FileName, emoji.Record.TravellingFiles(emoji.Folder));
        Assert.Null(ImportTrial.NeedOf(_folder.Path));
    }

    [Fact]
    public void Large_weights_begin_at_a_page()
    {
        var large = ImportedGraph.Read(emoji.Folder, "unet").Weights.Where(weight => weight.Bytes >= 1 << 20).ToList();

        Assert.NotEmpty(large);
        Assert.All(large, weight => Assert.Equal(0, weight.Offset % 4096));
    }

    [Fact]
    public async Task What_is_imported_is_not_imported_again()
    {
        var target = Path.Combine(_folder.Path, "imported");
        await ModelImport.Run(ImportedEmoji.Source, target, OnnxProvider.Cpu);
        var written = File.GetLastWriteTimeUtc(Path.Combine(target, ImportRecord.FileName));

        var again = await ModelImport.Run("/no/such/folder", target, OnnxProvider.Cpu);

        Assert.Equal(emoji.Record.SourceDigest, again.SourceDigest);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(target, ImportRecord.FileName)));
    }

    [Fact]
    public async Task What_an_import_left_behind_when_it_died_does_not_disturb_the_next()
    {
        var target = Path.Combine(_folder.Path, "imported");
        _folder.Write("imported.importing/unet/weights.bin", [1, 2, 3]);
        _folder.Write("imported/unet/model.onnx", [1, 2, 3]); // Without a record it is none.

        await ModelImport.Run(ImportedEmoji.Source, target, OnnxProvider.Cpu);

        Assert.Equal(Digests(emoji.Folder), Digests(target));
        Assert.Equal([target], Directory.EnumerateDirectories(_folder.Path));
    }

    [Fact]
    public async Task A_source_that_was_changed_since_is_refused()
    {
        var target = Path.Combine(_folder.Path, "imported");

        var refused = await Assert.ThrowsAsync<InferenceException>(
            () => ModelImport.Run(ImportedEmoji.Source, target, OnnxProvider.Cpu, version: "000000000000"));

        Assert.StartsWith($"{ImportedEmoji.Source} was changed: it is version ", refused.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Nothing_is_imported_for_a_gpu()
    {
        var refused = await Assert.ThrowsAsync<InferenceException>(
            () => ModelImport.Run(ImportedEmoji.Source, Path.Combine(_folder.Path, "imported"), OnnxProvider.Cuda()));

        Assert.Equal("Models are imported for the provider 'cpu' only, not for 'cuda'.", refused.Message);
    }

    [Fact]
    public async Task A_cancelled_import_publishes_nothing()
    {
        var target = Path.Combine(_folder.Path, "imported");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => ModelImport.Run(ImportedEmoji.Source, target, OnnxProvider.Cpu, cancellation: new CancellationToken(canceled: true)));

        Assert.False(Directory.Exists(target));
    }

    [Fact]
    public async Task A_file_of_weights_that_is_cut_short_is_named()
    {
        using var arriving = new ArrivingFolder(emoji.Folder);
        using var lane = new DeviceThread("cpu0");
        var weights = Path.Combine(arriving.Path, "unet", "weights.bin");
        await using (var file = File.OpenWrite(weights)) file.SetLength(file.Length - 1);

        var refused = await Assert.ThrowsAsync<InferenceException>(
            () => ImportedModelLoader.Load(arriving.Path, OnnxProvider.Cpu with { Tuning = GraphTuning.Portable }, lane, arriving, ["unet"]));

        Assert.StartsWith($"{weights} is cut short: ", refused.Message);
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<string> Digests(string folder) =>
        from file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        where Path.GetFileName(file) != ImportTrial.FileName
        orderby file
        select $"{Path.GetRelativePath(folder, file)} {Digest(file)}";

    private static string Digest(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
