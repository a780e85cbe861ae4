namespace OrleansDiffusion.Silo.Models;

/// <summary>Which imports, or downloads, are of model versions that have not been registered for so long that they may go.</summary>
internal sealed class UnwantedImports(TimeSpan kept)
{
    private readonly Dictionary<string, DateTimeOffset> _since = new(StringComparer.Ordinal);

    /// <summary>One look at everything. What is wanted again begins anew.</summary>
    /// <param name="names">Imports that are here: VERSION-cpu.</param>
    /// <param name="versions">Model versions that are registered.</param>
    /// <param name="now">When it was looked.</param>
    /// <returns>Those that were unwanted in every look of that time.</returns>
    public IReadOnlyList<string> Due(IReadOnlyCollection<string> names, IReadOnlySet<string> versions, DateTimeOffset now)
    {
        var unwanted = names.Where(name => !versions.Contains(VersionOf(name))).ToHashSet(StringComparer.Ordinal);
        foreach (var wanted in _since.Keys.Where(name => !unwanted.Contains(name)).ToList()) _since.Remove(wanted);
        foreach (var name in unwanted) _since.TryAdd(name, now);
        return [.. unwanted.Where(name => now - _since[name] >= kept).Order(StringComparer.Ordinal)];
    }

    /// <summary>Of the model, by the name of what was made of it.</summary>
    public static string VersionOf(string name) => name[..Math.Max(0, name.LastIndexOf('-'))];
}
