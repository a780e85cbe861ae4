namespace OrleansDiffusion.Diffusion.Onnx.Tests.Importing;

/// <summary>The demo model, imported once for all tests that only read it.</summary>
public sealed class ImportedEmoji : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public static string Source { get; } = Path.Combine(RepositoryRoot(), "models", "emoji");

    public static IReadOnlyList<string> Components { get; } = ["text_encoder", "vae_encoder", "unet", "vae_decoder"];

    public string Folder => Path.Combine(_folder.Path, "imported");

    public ImportRecord Record { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Record = await ModelImport.Run(Source, Folder, OnnxProvider.Cpu);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OrleansDiffusion.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("No repository above.");
    }
}
