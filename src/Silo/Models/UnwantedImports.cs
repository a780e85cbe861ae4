namespace OrleansDiffusion.Silo.Models;

/// <summary>Which imports, or downloads, are of model versions that have not been registered for so long that they may go.</summary>
/// <param name="kept">So long.</param>
/// <param name="versionOf">Of the model, by the name of what was made of it.</param>
internal sealed class UnwantedImports(TimeSpan kept, Func<string, string> versionOf)
{
    private readonly Dictionary<string, DateTimeOffset> _since = new(StringComparer.Ordinal);

    /// <summary>One look at everything. What is wanted again begins anew.</summary>
    /// <param name="names">What is here.</param>
    /// <param name="versions">Model versions that are registered.</param>
    /// <param name="now">When it was looked.</param>
    /// <returns>Those that were unwanted in every look of that time.</returns>
    public IReadOnlyList<string> Due(IReadOnlyCollection<string> names, IReadOnlySet<string> versions, DateTimeOffset now)
    {
        var unwanted = names.Where(name => !versions.Contains(versionOf(name))).ToHashSet(StringComparer.Ordinal);
        foreach (var wanted in _since.Keys.Where(name => !unwanted.Contains(name)).ToList()) _since.Remove(wanted);
        foreach (var name in unwanted) _since.TryAdd(name, now);
        return [.. unwanted.Where(name => now - _since[name] >= kept).Order(StringComparer.Ordinal)];
    }
}
