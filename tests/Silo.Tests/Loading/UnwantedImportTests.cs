using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo.Models;

namespace OrleansDiffusion.Silo.Tests.Loading;

/// <summary>Imports of models that are not registered any more: when they may go, and what keeps them.</summary>
public sealed class UnwantedImportTests
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);
    private static readonly DateTimeOffset Noon = DateTimeOffset.UnixEpoch.AddHours(12);

    private readonly UnwantedImports _unwanted = new(Kept, HeldWeights.VersionOf);

    [Fact]
    public void An_import_is_due_when_nobody_has_wanted_it_for_long_enough()
    {
        Assert.Empty(Look(Noon, "v1"));
        Assert.Empty(Look(Noon.AddMinutes(59)));
        Assert.Empty(Look(Noon.AddMinutes(118)));
        Assert.Equal(["v1-cpu"], Look(Noon.AddMinutes(119)));
        Assert.Equal(["v1-cpu"], Look(Noon.AddMinutes(120))); // It was used just then.
    }

    [Fact]
    public void A_model_that_is_registered_again_begins_anew()
    {
        Look(Noon);
        Look(Noon.AddMinutes(30), "v1");

        Assert.Empty(Look(Noon.AddMinutes(61)));
        Assert.Empty(Look(Noon.AddMinutes(120)));
        Assert.Equal(["v1-cpu"], Look(Noon.AddMinutes(121)));
    }

    [Fact]
    public async Task What_a_replica_is_loaded_from_stays_until_it_ends_and_the_next_start_finds_what_is_there()
    {
        using var node = new EmojiNode();
        var model = await node.Inspect();
        await node.Import(model);
        var name = ModelImport.FolderName(model.Version, OnnxProvider.Cpu);
        var runtime = await node.Load(model);

        Assert.False(node.Imports.LetGo(name));
        await runtime.DisposeAsync();
        Assert.Equal([name], new ImportFolders(Path.Combine(node.DataFolder, ImportedModels.FolderName)).Names);
        Assert.True(node.Imports.LetGo(name));

        Assert.Empty(node.Imports.Names);
        Assert.False(node.Imports.LetGo(name));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(node.DataFolder, ImportedModels.FolderName)));
    }

    [Fact]
    public async Task Nothing_goes_while_an_import_is_being_made()
    {
        using var node = new EmojiNode();
        var model = await node.Inspect();
        await node.Import(model);
        var name = ModelImport.FolderName(model.Version, OnnxProvider.Cpu);
        var folders = new ImportFolders(Path.Combine(node.DataFolder, ImportedModels.FolderName));

        var unfinished = Directory.CreateDirectory(folders.PathOf("v1-cpu.importing")).FullName;

        using (folders.TryLock())
        {
            Assert.False(node.Imports.LetGo(name));
            node.Imports.RemoveUnfinished();
        }

        Assert.True(Directory.Exists(unfinished));
        node.Imports.RemoveUnfinished();
        Assert.False(Directory.Exists(unfinished)); // Its process is gone.
        Assert.NotNull(ImportRecord.Read(folders.PathOf(name)));
    }

    private IReadOnlyList<string> Look(DateTimeOffset now, params string[] versions) => _unwanted.Due(["v1-cpu"], versions.ToHashSet(), now);
}
