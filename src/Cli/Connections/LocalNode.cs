using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Silo;

namespace OrleansDiffusion.Cli.Connections;

/// <summary>How a node inside this process is set up.</summary>
internal static class LocalNode
{
    public const string Tenant = GrainKeys.DefaultTenant;

    public static NodeOptions Options(DirectoryInfo data, bool loadModels) => new()
    {
        DataFolder = data.FullName,
        LoadModels = loadModels,
        SeedModelFolders = DemoModel() is { } folder ? [folder] : [],
    };

    /// <summary>The demo model of a source checkout, so that a first run has something to draw with.</summary>
    public static string? DemoModel()
    {
        var root = Environment.GetEnvironmentVariable("OD_ROOT");
        var folder = root is { Length: > 0 } ? Path.Combine(root, "models", "emoji") : Path.Combine(AppContext.BaseDirectory, "models", "emoji");
        return Directory.Exists(folder) ? folder : null;
    }
}
