using OrleansDiffusion.Silo;

namespace OrleansDiffusion.Cli.Benchmarks;

internal static class BenchModel
{
    /// <exception cref="NodeStartException">No folder was given and there is no demo model beside this program.</exception>
    public static string Folder(DirectoryInfo? given) =>
        given?.FullName ?? Connections.LocalNode.DemoModel()
        ?? throw new NodeStartException("There is no demo model here; name a model with --model-folder.");
}
