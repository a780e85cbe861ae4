using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>
/// What this silo knows of the catalog, so that a submission costs no call to the one grain that owns it. At most
/// <see cref="Lifetime"/> old; a model that is not found is asked for at once.
/// </summary>
internal sealed class CatalogCache(IGrainFactory grains, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1);

    private volatile Snapshot _snapshot = new([], DateTimeOffset.MinValue);

    /// <summary>The model of that name; for no name, the one that was registered first. Null when there is none.</summary>
    public async Task<ModelEntry?> Find(string? name)
    {
        var known = _snapshot;
        if (time.GetUtcNow() - known.ReadAt <= Lifetime && known.Find(name) is { } model) return model;
        return (await Read()).Find(name);
    }

    /// <summary>Names to choose from, for a message.</summary>
    public IEnumerable<string> Names => _snapshot.Models.Select(model => model.Name);

    private async Task<Snapshot> Read()
    {
        var readAt = time.GetUtcNow();
        var models = await grains.GetGrain<ICatalogGrain>(GrainKeys.Catalog).List();
        return _snapshot = new([.. models.OrderBy(model => model.AddedAt).ThenBy(model => model.Name, StringComparer.Ordinal)], readAt);
    }

    private sealed record Snapshot(IReadOnlyList<ModelEntry> Models, DateTimeOffset ReadAt)
    {
        public ModelEntry? Find(string? name) => Models.FirstOrDefault(model => name is null || model.Name == name);
    }
}
