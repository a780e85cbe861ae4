namespace OrleansDiffusion.Engine.Surface.Tests;

/// <summary>Everything that one assembly shows of the types that another has as well must be there too, just so.</summary>
internal static class SurfaceComparison
{
    /// <param name="ours">May show less than <paramref name="official"/>, never more and nothing else.</param>
    /// <param name="official">The measure.</param>
    /// <returns>One line per difference.</returns>
    public static List<string> Differences(Surface ours, IEnumerable<Surface> official)
    {
        var measure = official.SelectMany(s => s.Types).ToLookup(t => t.Key, t => t.Value);
        return [.. ours.Types.Values.Where(t => measure.Contains(t.Name)).SelectMany(t => Differences(t, measure[t.Name].First()))];
    }

    private static IEnumerable<string> Differences(TypeSurface ours, TypeSurface official)
    {
        if (ours.Declaration != official.Declaration)
        {
            yield return $"{ours.Name} is declared {ours.Declaration}; official: {official.Declaration}";
        }

        foreach (var added in ours.Interfaces.Except(official.Interfaces))
        {
            yield return $"{ours.Name} implements {added}; the official type does not";
        }

        foreach (var (key, signature) in ours.Members)
        {
            if (!official.Members.TryGetValue(key, out var expected))
            {
                yield return $"{ours.Name}.{key} is not in the official type";
            }
            else if (signature != expected)
            {
                yield return $"{ours.Name}.{key} is {signature}; official: {expected}";
            }
        }
    }
}
