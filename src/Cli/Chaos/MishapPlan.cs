namespace OrleansDiffusion.Cli.Chaos;

/// <summary>
/// What goes wrong in a run, from its seed alone. Every kind has its turn before one comes too often; all of it is over
/// when the run is, at least one silo of several is left alone at any time, and PostgreSQL is away for a quarter of the
/// run at most.
/// </summary>
internal static class MishapPlan
{
    /// <summary>What a target is left in peace for after a mishap: a silo that comes back shall have joined.</summary>
    public static readonly TimeSpan Respite = TimeSpan.FromSeconds(5);

    public const double DatabaseShareMax = 0.25;

    private static readonly TimeSpan FirstAt = TimeSpan.FromSeconds(2);

    /// <summary>How often a kind is in the bag that mishaps are drawn from, and how long it lasts.</summary>
    private static readonly (MishapKind Kind, int Weight, double SecondsMin, double SecondsMax)[] Kinds =
    [
        (MishapKind.KillSilo, 4, 0.5, 10),
        (MishapKind.FreezeSilo, 3, 0.5, 15),
        (MishapKind.DrainSilo, 2, 1, 10),
        (MishapKind.StopSilo, 2, 1, 10),
        (MishapKind.KillApi, 2, 0.5, 6),
        (MishapKind.FreezeApi, 1, 0.5, 10),
        (MishapKind.StopApi, 1, 0.5, 6),
        (MishapKind.StopDatabase, 1, 2, 30),
        (MishapKind.KillDatabase, 1, 2, 30),
    ];

    public static IReadOnlyList<Mishap> Of(int seed, TimeSpan duration, int siloCount)
    {
        var dice = new Dice((ulong)seed);
        List<Mishap> plan = [];
        List<MishapKind> bag = [];
        for (var at = FirstAt; at < duration; at += dice.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(12)))
        {
            if (bag.Count == 0) bag = [.. Kinds.SelectMany(kind => Enumerable.Repeat(kind.Kind, kind.Weight))];
            var drawn = dice.Of(bag);
            bag.Remove(drawn);
            if (Draw(dice, drawn, at, siloCount) is var mishap && MayHappen(mishap, plan, duration, siloCount)) plan.Add(mishap);
        }

        return plan;
    }

    private static Mishap Draw(Dice dice, MishapKind kind, TimeSpan at, int siloCount)
    {
        var (_, _, min, max) = Kinds.Single(row => row.Kind == kind);
        var lasts = dice.Between(TimeSpan.FromSeconds(min), TimeSpan.FromSeconds(max));
        var mishap = new Mishap(at, kind, "api", lasts);
        if (mishap.IsOfDatabase) return mishap with { Target = Mishap.Database };
        return mishap.IsOfSilo ? mishap with { Target = $"silo-{1 + dice.Below(siloCount)}" } : mishap;
    }

    private static bool MayHappen(Mishap next, List<Mishap> plan, TimeSpan duration, int siloCount)
    {
        if (next.Until > duration) return false;
        var atOnce = plan.Where(before => next.At < before.Until + Respite).ToList();
        if (atOnce.Any(before => before.Target == next.Target)) return false;
        if (next.IsOfDatabase) return plan.Where(before => before.IsOfDatabase).Sum(before => before.Lasts.TotalSeconds) + next.Lasts.TotalSeconds
            <= duration.TotalSeconds * DatabaseShareMax;
        return !next.IsOfSilo || siloCount == 1 || atOnce.Count(before => before.IsOfSilo) < siloCount - 1;
    }
}
