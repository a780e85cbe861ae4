using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>Registered models.</summary>
public interface IModelStore
{
    Task<IReadOnlyList<ModelEntry>> List(CancellationToken cancellation);

    /// <summary>Adds or replaces by name.</summary>
    Task Put(ModelEntry model, CancellationToken cancellation);

    Task<bool> Remove(string name, CancellationToken cancellation);
}
