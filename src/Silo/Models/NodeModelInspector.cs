using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo.Devices;
using OrleansDiffusion.Weights;
using DiffusionFolder = OrleansDiffusion.Diffusion.Pipelines.ModelFolder;
using WeightsFolder = OrleansDiffusion.Weights.ModelFolder;

namespace OrleansDiffusion.Silo.Models;

/// <summary>
/// Judges a folder twice: as files (whole, inside the folder, of one piece) and as a pipeline (can it be served). What
/// both find is said once. What is sound will be imported, so that its first load here may be a fast one.
/// </summary>
internal sealed class NodeModelInspector(NodeDevices devices, IImportedModels imports) : IModelInspector
{
    public async Task<ModelInspection> Inspect(string folder, CancellationToken cancellation)
    {
        folder = Path.GetFullPath(folder);
        var (files, config, problems) = await Task.Run(() => Judge(folder), cancellation);
        if (problems.Count > 0) return new ModelInspection { Folder = folder, Problems = problems, Warnings = Words(files) };

        var manifest = await ModelManifest.Read(folder, cancellation: cancellation);
        foreach (var provider in devices.Providers) imports.Want(manifest.Version, folder, provider);
        return new ModelInspection
        {
            Folder = folder,
            Warnings = Words(files),
            Version = manifest.Version,
            FileBytes = manifest.TotalBytes,
            MemoryBytes = files.Memory.CpuBytes,
            Facts = FactsReader.Read(config!),
        };
    }

    private static (ModelReport Files, ModelConfig? Config, IReadOnlyList<FieldProblem> Problems) Judge(string folder)
    {
        var files = WeightsFolder.Check(folder);
        var (config, pipelineProblems) = DiffusionFolder.Read(folder);
        var problems = files.Problems.Select(problem => new FieldProblem(problem.Field, problem.Message)).ToList();
        var said = problems.Select(problem => FileOf(problem.Field)).ToHashSet(StringComparer.Ordinal);
        problems.AddRange(
            from problem in pipelineProblems
            where !said.Contains(FileOf(problem.Where)) && !said.Any(file => file.StartsWith($"{problem.Where}/", StringComparison.Ordinal))
            select new FieldProblem(problem.Where, problem.Message));
        return (files, config, problems);
    }

    /// <summary>The file of `unet/config.json: sample_size`.</summary>
    private static string FileOf(string field) => field.Split(':')[0];

    private static List<string> Words(ModelReport files) =>
        [.. files.Warnings.Select(warning => $"{warning.Field}: {warning.Message}")];
}
