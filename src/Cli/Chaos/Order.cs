using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Cli.Chaos;

/// <summary>One job that a run asks for.</summary>
/// <param name="Key">Its idempotency key.</param>
/// <param name="Sketch">What decides over its pictures.</param>
/// <param name="IsWatched">Somebody reads its events to the end.</param>
/// <param name="IsRepeated">It is sent once more although it was answered.</param>
/// <param name="CancelAfter">When its owner changes their mind, after the job was accepted; null for never.</param>
/// <param name="Pause">What its caller waits before it sends the next.</param>
internal sealed record Order(string Key, Sketch Sketch, bool IsWatched, bool IsRepeated, TimeSpan? CancelAfter, TimeSpan Pause)
{
    private static readonly string[] Prompts = ["a red apple", "a blue fish", "a yellow star", "a green tree", "a smiling cat"];
    private static readonly int[] Steps = [1, 4, 4, 4, 8, 8, 8, 20, 20, 20, 60, 150];
    private static readonly int[] Counts = [1, 1, 1, 1, 3];

    /// <summary>Of jobs that are cancelled: long enough to be in the middle of it.</summary>
    private static readonly int[] LongSteps = [20, 60, 150];
    private static readonly int[] LongCounts = [1, 3, 5];

    private static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(1500);
    private static readonly TimeSpan CancelAfterMax = TimeSpan.FromSeconds(8);

    /// <summary>
    /// The order of that number. Few differ in their pictures, so that the calm run is short, except for those that are
    /// cancelled: what they leave behind must be nobody else's.
    /// </summary>
    public static Order Of(int seed, int number)
    {
        var dice = new Dice(((ulong)(uint)seed << 32) | (uint)number);
        var isCancelled = dice.Below(8) == 0;
        var pictureSeed = isCancelled ? 1_000_000 + (10L * number) : 10L * dice.Below(5);
        var sketch = new Sketch(dice.Of(Prompts), pictureSeed, dice.Of(isCancelled ? LongSteps : Steps), dice.Of(isCancelled ? LongCounts : Counts));
        TimeSpan? cancelAfter = isCancelled ? dice.Between(TimeSpan.Zero, CancelAfterMax) : null;
        return new Order($"chaos-{seed}-{number}", sketch, dice.Below(4) == 0, dice.Below(10) == 0, cancelAfter, dice.Between(TimeSpan.Zero, PauseMax));
    }
}

/// <summary>What decides over a job's pictures: equal sketches, equal files.</summary>
internal sealed record Sketch(string Prompt, long Seed, int Steps, int Count)
{
    public GenerationRequest Request => new() { Prompt = Prompt, Seed = Seed, Steps = Steps, Count = Count };
}
