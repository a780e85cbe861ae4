using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo.Models;

namespace OrleansDiffusion.Silo.Tests.Downloads;

/// <summary>A board that gives every claim.</summary>
internal sealed class Claims : ISharedImports
{
    public List<string> Claimed { get; } = [];

    public List<string> Left { get; } = [];

    public IReadOnlyList<string> Names => [];

    public string ImportFolder { get; init; } = "";

    public Task<ImportedFolder?> Open(
        string name, ModelEntry model, bool mustBeWhole, IProgress<Grains.LoadProgress> progress, CancellationToken cancellation) =>
        Task.FromResult<ImportedFolder?>(null);

    public bool LetGo(string name) => false;

    public Task<bool> Claim(string name, CancellationToken cancellation)
    {
        Claimed.Add(name);
        return Task.FromResult(true);
    }

    public Task Publish(string name, string folder, CancellationToken cancellation) => Task.CompletedTask;

    public Task Leave(string name)
    {
        Left.Add(name);
        return Task.CompletedTask;
    }
}
