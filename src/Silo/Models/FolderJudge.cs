using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Weights;
using DiffusionFolder = OrleansDiffusion.Diffusion.Pipelines.ModelFolder;
using WeightsFolder = OrleansDiffusion.Weights.ModelFolder;

namespace OrleansDiffusion.Silo.Models;

/// <summary>
/// Judges a folder twice: as files (whole, inside the folder, of one piece) and as a pipeline (can it be served). What
/// both find is said once.
/// </summary>
internal static class FolderJudge
{
    /// <summary>Reads every byte of a sound one, for its version.</summary>
    public static async Task<ModelInspection> Examine(string folder, CancellationToken cancellation)
    {
        var (files, config, problems) = await Task.Run(() => Judge(folder), cancellation);
        if (problems.Count > 0) return new ModelInspection { Folder = folder, Problems = problems, Warnings = Words(files) };

        var manifest = await ModelManifest.Read(folder, cancellation: cancellation);
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

    /// <summary>What is wrong with a folder of which graphs and weights are still to be fetched, or lie there in part.</summary>
    public static IReadOnlyList<FieldProblem> ProblemsOfOutline(string folder) =>
        [.. Judge(folder).Problems.Where(problem => !IsOfGraph(FileOf(problem.Field)))];

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

    private static bool IsOfGraph(string file) =>
        file.Split('/') is [var component, .. { Length: > 0 } rest]
        && ModelLayout.GraphComponents.Contains(component)
        && rest is not [ModelLayout.ConfigFile];

    /// <summary>The file of `unet/config.json: sample_size`.</summary>
    private static string FileOf(string field) => field.Split(':')[0];

    private static List<string> Words(ModelReport files) =>
        [.. files.Warnings.Select(warning => $"{warning.Field}: {warning.Message}")];
}
