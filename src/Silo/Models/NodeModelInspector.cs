using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Silo.Devices;
using OrleansDiffusion.Silo.Downloads;

namespace OrleansDiffusion.Silo.Models;

/// <summary>Judges folders, fetched ones too. What is sound will be imported, so that its first load here may be a fast one.</summary>
internal sealed class NodeModelInspector(
    NodeDevices devices, IImportedModels imports, DownloadedModels downloads, ISharedImports? shared = null) : IModelInspector
{
    public async Task<ModelInspection> Inspect(string folder, CancellationToken cancellation)
    {
        var found = await FolderJudge.Examine(Path.GetFullPath(folder), cancellation);
        if (found.Version is { } version)
            foreach (var provider in devices.Providers) imports.Want(version, found.Folder, provider);
        return found;
    }

    public async Task<ModelInspection> Fetch(string url, IProgress<ModelFetchProgress> progress, CancellationToken cancellation)
    {
        var found = await downloads.Fetch(url, progress, cancellation);
        if (found.Version is { } version)
            foreach (var provider in devices.Providers) await Import(version, found.Folder, provider, cancellation);
        return found;
    }

    /// <summary>Claimed before other silos hear of the model: they wait for the import and do not read the origin themselves.</summary>
    private async Task Import(string version, string folder, OnnxProvider provider, CancellationToken cancellation)
    {
        if (shared is not null && provider.Name == OnnxProvider.CpuName)
            await shared.Claim(ModelImport.FolderName(version, provider), cancellation);
        imports.Want(version, folder, provider);
    }
}
