using OrleansDiffusion.Jobs;
using OrleansDiffusion.OrleansStandin.Driving;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>Makes plans of seeds: from a quiet day with one machine's death to everything at once.</summary>
internal static class Plans
{
    public const string PoisonPrompt = "poison";

    private static readonly string[] Tenants = ["ann", "bob", "cy"];

    public static Plan Of(int seed)
    {
        var dice = new Random(seed * 7919);
        var machines = Enumerable.Range(0, dice.Next(2, 4)).Select(index => $"{(char)('a' + index)}").ToArray();
        string[] models = dice.Next(6) switch
        {
            0 => ["emoji", "photo", "sketch", "comic", "pixel"], // More than most plans have room for.
            1 or 2 => ["emoji", "photo"],
            _ => ["emoji"],
        };
        var stormTime = TimeSpan.FromSeconds(dice.Next(30, 90));
        double? rush = dice.Next(4) == 0 ? dice.NextDouble() * 0.5 : null; // Everybody comes at once.
        return new Plan
        {
            Seed = seed,
            Machines = machines,
            DevicesPerMachine = dice.Next(1, 3),
            DeviceBytes = Fakes.Models.MemoryBytes * dice.Next(1, 3) + 50,
            Models = models,
            Policy = new PoolPolicy { Step = 1, QueueCountMax = dice.Next(4, 9), BatchMax = dice.Next(1, 3) },
            Orders = [.. Enumerable.Range(0, dice.Next(5, 13)).Select(index => OrderOf(index, models, stormTime, rush, dice))],
            Mishaps = [.. Enumerable.Range(0, dice.Next(1, 7)).Select(_ => MishapOf(machines.Length, stormTime, dice))],
            StormTime = stormTime,
            Storm = StormOf(dice),
        };
    }

    private static Order OrderOf(int index, string[] models, TimeSpan stormTime, double? rush, Random dice)
    {
        var prompt = dice.Next(20) == 0 ? PoisonPrompt : "picture";
        var request = new GenerationRequest
        {
            Model = models[dice.Next(models.Length)],
            Prompt = $"{prompt} {index}",
            Steps = dice.Next(2, 12),
            Count = dice.Next(4) == 0 ? 2 : 1,
            Width = dice.Next(2) == 0 ? 16 : 24,
            Seed = dice.Next(1_000_000),
            Priority = dice.Next(-1, 2),
            PreviewCount = dice.Next(3),
        };
        TimeSpan? cancelAfter = dice.Next(5) == 0 ? TimeSpan.FromSeconds(dice.NextDouble() * 10) : null;
        var at = stormTime * (rush ?? dice.NextDouble() * 0.8);
        return new Order(Tenants[dice.Next(Tenants.Length)], $"order-{index}", request, at, cancelAfter, dice.Next(3) > 0, dice.Next(4) == 0);
    }

    private static Mishap MishapOf(int machineCount, TimeSpan stormTime, Random dice) => new(
        stormTime * (0.1 + (0.8 * dice.NextDouble())),
        (MishapKind)dice.Next(Enum.GetValues<MishapKind>().Length),
        dice.Next(machineCount),
        TimeSpan.FromSeconds(1 + (dice.NextDouble() * 20)));

    private static Storm StormOf(Random dice)
    {
        var isRough = dice.Next(2) == 0;
        return new Storm
        {
            Network = new NetworkFaults
            {
                DelayMin = TimeSpan.FromMicroseconds(100),
                DelayMax = TimeSpan.FromMilliseconds(isRough ? 500 : 20),
                LossProbability = isRough ? 0.02 * dice.NextDouble() : 0,
                RepeatProbability = isRough ? 0.05 * dice.NextDouble() : 0,
            },
            DeviceFailures = dice.Next(2) * 0.03 * dice.NextDouble(),
            StoreFailures = dice.Next(2) * 0.05 * dice.NextDouble(),
            StoreDelayMax = TimeSpan.FromMilliseconds(dice.Next(2, 200)),
        };
    }
}
