using OrleansDiffusion.Jobs;
using OrleansDiffusion.OrleansStandin.Driving;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>Everything that a seed decides before the first turn: the machines, what is ordered, and what goes wrong.</summary>
internal sealed record Plan
{
    public required int Seed { get; init; }

    public required IReadOnlyList<string> Machines { get; init; }

    public required int DevicesPerMachine { get; init; }

    /// <summary>Room for one model, or for two.</summary>
    public required long DeviceBytes { get; init; }

    public required IReadOnlyList<string> Models { get; init; }

    public required PoolPolicy Policy { get; init; }

    public required IReadOnlyList<Order> Orders { get; init; }

    public required IReadOnlyList<Mishap> Mishaps { get; init; }

    /// <summary>Until everything is calm again.</summary>
    public required TimeSpan StormTime { get; init; }

    public required Storm Storm { get; init; }

    public Plan Calmed() => this with { Mishaps = [], Storm = Storm.None };
}

/// <summary>What one customer asks for.</summary>
/// <param name="TenantId">Whose job it is.</param>
/// <param name="Key">Its idempotency key.</param>
/// <param name="Request">With its seed, so that the picture is known beforehand.</param>
/// <param name="At">When, after the beginning.</param>
/// <param name="CancelAfter">So long after it was accepted it is not wanted any more; null when it is wanted.</param>
/// <param name="IsWatched">Somebody watches it to its end.</param>
/// <param name="IsSentTwice">A second client sends the same.</param>
internal sealed record Order(
    string TenantId, string Key, GenerationRequest Request, TimeSpan At, TimeSpan? CancelAfter, bool IsWatched, bool IsSentTwice)
{
    public string JobId => Jobs.JobId.FromIdempotencyKey(TenantId, Key);
}

internal enum MishapKind
{
    /// <summary>The machine is off at once.</summary>
    Dies,

    /// <summary>All machines are off at once.</summary>
    PowerCut,

    /// <summary>The others take it for dead while it goes on for a while.</summary>
    IsCutOff,

    /// <summary>It stops in order, and gives its jobs back.</summary>
    Leaves,

    /// <summary>The stores refuse.</summary>
    StoresFail,

    /// <summary>The stores take seconds.</summary>
    StoresCrawl,
}

/// <param name="At">After the beginning.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Machine">To which; unused for stores.</param>
/// <param name="Lasts">Until it is over, or the machine is back.</param>
internal sealed record Mishap(TimeSpan At, MishapKind Kind, int Machine, TimeSpan Lasts);

/// <summary>What goes wrong all the time while the storm lasts.</summary>
internal sealed record Storm
{
    public static Storm None { get; } = new();

    public NetworkFaults Network { get; init; } = NetworkFaults.None;

    /// <summary>Of all calls to a device, those that throw.</summary>
    public double DeviceFailures { get; init; }

    /// <summary>Of all calls to a store, those that throw, half of them after the write was done.</summary>
    public double StoreFailures { get; init; }

    /// <summary>The longest way of a call to a store.</summary>
    public TimeSpan StoreDelayMax { get; init; } = TimeSpan.FromMilliseconds(2);
}
