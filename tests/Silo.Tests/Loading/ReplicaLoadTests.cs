using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Diffusion.Onnx.Tests;
using OrleansDiffusion.Diffusion.Onnx.Tests.Importing;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo.Models;
using OrleansDiffusion.Silo.Tests.Downloads;

namespace OrleansDiffusion.Silo.Tests.Loading;

public sealed class ReplicaLoadTests
{
    private static readonly string[] ImportedPhases =
    [
        "tokenizer",
        "text_encoder_map", "text_encoder_create", "unet_map", "unet_create", "vae_decoder_map", "vae_decoder_create",
        "text_encoder_warm", "unet_warm", "vae_decoder_warm",
    ];

    [Theory]
    [InlineData(Prepacking.Always)]
    [InlineData(Prepacking.Never)]
    public async Task The_picture_is_the_same_from_the_models_own_folder_and_from_the_imported_one(Prepacking prepack)
    {
        using var node = new EmojiNode(prepack);
        var model = await node.Inspect();
        var before = await node.Draw(model);

        await node.Import(model);
        var phases = new PhaseBook();
        await using (await node.Load(model, phases)) Assert.Equal(ImportedPhases, phases.Names);

        Assert.Equal(before, await node.Draw(model));
    }

    [Fact]
    public async Task Each_component_is_warmed_when_its_weights_are_there()
    {
        using var node = new EmojiNode(Prepacking.Never);
        var model = await node.Inspect();
        await node.Import(model);
        using var arriving = new ArrivingFolder(node.Imports.Find(model.Version, OnnxProvider.Cpu)!.Path);
        var phases = new PhaseBook();
        var loading = node.Load(model, phases, new OneFolder(new ImportedFolder(arriving.Path, arriving)));

        await phases.WhenEntered("text_encoder_fetch");
        arriving.Fill("text_encoder");
        await phases.WhenEntered("text_encoder_warm");
        await phases.WhenEntered("unet_fetch");
        arriving.Fill("unet");
        await phases.WhenEntered("vae_decoder_fetch");
        Assert.False(loading.IsCompleted);
        arriving.Fill("vae_decoder");

        await using var runtime = await loading;
        using var sample = await runtime.Begin(EmojiNode.Apple, 0, default, CancellationToken.None);
        Assert.Equal(await node.Draw(model), await EmojiNode.Finish(runtime, sample));
    }

    [Fact]
    public async Task A_picture_keeps_the_sessions_that_it_began_with_and_the_next_one_gets_the_tuned_ones()
    {
        using var node = new EmojiNode(Prepacking.Auto);
        var model = await node.Inspect();
        await node.Import(model);
        node.Options.Prepack = Prepacking.Never;
        var portable = await node.Draw(model);
        node.Options.Prepack = Prepacking.Always;
        var tuned = await node.Draw(model);
        node.Options.Prepack = Prepacking.Auto;

        await using var runtime = await node.Load(model);
        using var first = await runtime.Begin(EmojiNode.Apple, 0, default, CancellationToken.None);
        for (var step = 0; step < 8; step++)
        {
            Assert.Same(Task.CompletedTask, runtime.Tuning);
            await runtime.Step([first], 1, CancellationToken.None);
        }

        await runtime.Tuning;
        using var second = await runtime.Begin(EmojiNode.Apple, 0, default, CancellationToken.None);
        Assert.NotEqual(first.ShapeKey, second.ShapeKey);
        Assert.Equal(portable, await EmojiNode.Finish(runtime, first));
        Assert.Equal(tuned, await EmojiNode.Finish(runtime, second));
    }

    [Fact]
    public async Task The_pictures_of_the_two_tunings_differ_by_one_level_at_most()
    {
        using var node = new EmojiNode(Prepacking.Always);
        var model = await node.Inspect();
        var tuned = await node.Draw(model);
        node.Options.Prepack = Prepacking.Never;
        var portable = await node.Draw(model);

        Assert.InRange(tuned.Zip(portable, (one, other) => Math.Abs(one - other)).Max(), 0, 1);
    }

    [Fact]
    public async Task A_replica_that_is_freed_while_it_tunes_itself_frees_both()
    {
        using var node = new EmojiNode(Prepacking.Auto);
        var model = await node.Inspect();
        await node.Import(model);
        var runtime = await node.Load(model);
        using var sample = await runtime.Begin(EmojiNode.Apple, 0, default, CancellationToken.None);
        await runtime.Step([sample], 8, CancellationToken.None);

        await runtime.DisposeAsync();

        Assert.True(runtime.Tuning.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_registered_model_is_imported_beside_the_nodes_work()
    {
        using var node = new EmojiNode();
        await node.Imports.StartAsync(CancellationToken.None);
        var model = await node.Inspect();

        var line = await node.Log.FirstLine;
        await node.Imports.StopAsync(CancellationToken.None);

        Assert.StartsWith($"{EmojiNode.Source} was imported as version {model.Version} in ", line);
        var folder = Path.Combine(node.DataFolder, "imported", $"{model.Version}-cpu");
        Assert.Equal(folder, node.Imports.Find(model.Version, OnnxProvider.Cpu)!.Path);
        Assert.Null(node.Imports.Find(model.Version, OnnxProvider.Cuda()));
    }

    [Fact]
    public async Task A_node_that_cannot_import_says_so_once_and_draws_all_the_same()
    {
        using var node = new EmojiNode();
        var model = await node.Inspect();
        await File.WriteAllTextAsync(Path.Combine(node.DataFolder, "imported"), "a file where the folder should be");

        await node.Import(model);
        await node.Import(model);

        var (level, text) = Assert.Single(node.Log.Lines);
        Assert.Equal(LogLevel.Warning, level);
        Assert.StartsWith($"{EmojiNode.Source}, version {model.Version}, is not imported and loads the slow way: ", text);
        Assert.Equal(64 * 64 * 3, (await node.Draw(model)).Length);
    }

    [Fact]
    public async Task A_claim_to_import_what_cannot_be_imported_is_given_up_each_time()
    {
        using var folder = new TemporaryFolder();
        var claims = new Claims { ImportFolder = Path.Combine(folder.Path, "imported") };
        using var imports = new ImportedModels(
            new NodeOptions { DataFolder = folder.Path }, Options.Create(new ReplicaOptions()), TimeProvider.System, new LogBook<ImportedModels>(), claims);

        await imports.Import("v", Path.Combine(folder.Path, "gone"), OnnxProvider.Cpu, TestContext.Current.CancellationToken);
        await imports.Import("v", Path.Combine(folder.Path, "gone"), OnnxProvider.Cpu, TestContext.Current.CancellationToken);

        Assert.Equal(["v-cpu"], claims.Claimed);
        Assert.Equal(["v-cpu", "v-cpu"], claims.Left);
    }

    private sealed class OneFolder(ImportedFolder folder) : IImportedModels
    {
        public ValueTask<ImportedFolder?> Open(
            ModelEntry model, OnnxProvider provider, bool mustBeWhole, IProgress<Grains.LoadProgress> progress, CancellationToken cancellation) =>
            new(folder);

        public void Want(string version, string folder, OnnxProvider provider) => throw new NotSupportedException("Everything is imported.");
    }
}
