namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>Which samples can share a run: equal shapes and, where the graph takes one timestep for all, equal timesteps.</summary>
internal static class StepGroups
{
    /// <summary>Every sample in exactly one group of at most <paramref name="batchMax"/>, in the order given.</summary>
    public static List<List<Sample>> Split(IReadOnlyList<Sample> active, int batchMax, bool timestepPerRow)
    {
        var groups = new List<List<Sample>>();
        foreach (var sample in active)
        {
            var group = groups.Find(candidate => candidate.Count < batchMax && Match(candidate[0], sample, timestepPerRow));
            if (group is null) groups.Add(group = []);
            group.Add(sample);
        }

        return groups;
    }

    private static bool Match(Sample one, Sample other, bool timestepPerRow) =>
        one.LatentHeight == other.LatentHeight
        && one.LatentWidth == other.LatentWidth
        && one.Positive!.TokenCount == other.Positive!.TokenCount
        && (timestepPerRow || one.Timestep.Equals(other.Timestep));
}
