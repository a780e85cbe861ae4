namespace OrleansDiffusion.Jobs;

/// <summary>
/// The third depth of standby: which silos hold which weights ahead, on their disks and in their memory. The most wanted
/// come first, by <see cref="StandbyModel.Worth"/>; what is held already counts several times as much as what would have to
/// come, and stays where it is. So nothing moves back and forth, and what was decided is decided again once it is done.
/// </summary>
public static class WeightsStandby
{
    /// <summary>So much more must a model be wanted to take another's room on a disk: it costs a fetch from other silos.</summary>
    public const double DiskHoldFactor = 4;

    /// <summary>So much more, to take another's room in memory: it costs reading a disk.</summary>
    public const double MemoryHoldFactor = 2;

    /// <summary>By silo; each has its orders, if only that nothing is wanted.</summary>
    /// <param name="models">Of which at least one silo has all weights; names are unique.</param>
    /// <param name="nodes">Those that may hold something ahead.</param>
    public static IReadOnlyDictionary<string, WeightsOrders> Decide(IReadOnlyList<StandbyModel> models, IReadOnlyList<StandbyNode> nodes)
    {
        var sizes = models.ToDictionary(model => model.Name, model => model.Bytes, StringComparer.Ordinal);
        var shelves = nodes.OrderBy(node => node.SiloId, StringComparer.Ordinal).Select(node => new StandbyShelf(node, sizes)).ToList();
        var left = models.ToDictionary(model => model.Name, model => Math.Clamp(model.Target, 0, shelves.Count), StringComparer.Ordinal);
        foreach (var (model, where, _, _) in Claims(models, shelves))
        {
            if (left[model.Name] == 0) continue;
            if (where is { } holder)
            {
                if (holder.TryPlace(model)) left[model.Name]--;
            }
            else if (BestFor(model, shelves)?.TryPlace(model) == true)
            {
                left[model.Name]--;
            }
            else
            {
                left[model.Name] = 0; // Room only becomes less.
            }
        }

        return shelves.ToDictionary(shelf => shelf.Node.SiloId, shelf => shelf.Orders(models), StringComparer.Ordinal);
    }

    /// <summary>In the order in which they get their room: where it is held, and then anywhere; of equal ones, all models' first before any second.</summary>
    private static IEnumerable<Claim> Claims(IReadOnlyList<StandbyModel> models, List<StandbyShelf> shelves)
    {
        var held =
            from model in models
            from shelf in shelves
            where shelf.MayHold(model) && shelf.TierOf(model) > WeightsTier.None
            select new Claim(model, shelf, model.Worth * DiskHoldFactor, 0);
        var open =
            from model in models
            from rank in Enumerable.Range(1, Math.Clamp(model.Target, 0, shelves.Count))
            select new Claim(model, null, model.Worth, rank);
        return held.Concat(open).OrderByDescending(claim => claim.Worth).ThenBy(claim => claim.Rank)
            .ThenBy(claim => claim.Model.Name, StringComparer.Ordinal)
            .ThenByDescending(claim => claim.Shelf?.HasAll(claim.Model)); // And by their silos' names, in which order they came.
    }

    /// <summary>Where a replica could come at once, and then where most room is left.</summary>
    private static StandbyShelf? BestFor(StandbyModel model, List<StandbyShelf> shelves) =>
        shelves.Where(shelf => shelf.MayHold(model) && shelf.TierOf(model) == WeightsTier.None && shelf.HasRoomFor(model))
            .OrderByDescending(shelf => shelf.Node.LoadableNow.Contains(model.Name)).ThenByDescending(shelf => shelf.FreeBytes).FirstOrDefault();

    /// <param name="Model">Who wants room.</param>
    /// <param name="Shelf">Where it is held; null: anywhere that it is not.</param>
    /// <param name="Worth">Of having it.</param>
    /// <param name="Rank">0 where it is held, else which of its model's.</param>
    private sealed record Claim(StandbyModel Model, StandbyShelf? Shelf, double Worth, int Rank);
}
