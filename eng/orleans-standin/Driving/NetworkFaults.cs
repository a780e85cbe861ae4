namespace OrleansDiffusion.OrleansStandin.Driving;

/// <summary>
/// What the simulated network does to a message between two nodes. Different delays make later messages overtake earlier ones.
/// </summary>
public sealed record NetworkFaults
{
    public static NetworkFaults None { get; } = new();

    /// <summary>The shortest time on the way. Default: 100 us.</summary>
    public TimeSpan DelayMin { get; init; } = TimeSpan.FromMicroseconds(100);

    /// <summary>The longest time on the way. Default: 1 ms.</summary>
    public TimeSpan DelayMax { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How many of the messages, requests and answers alike, never arrive: 0 to 1. Default: 0.</summary>
    public double LossProbability { get; init; }

    /// <summary>How many of the requests arrive twice: 0 to 1. Default: 0.</summary>
    public double RepeatProbability { get; init; }
}
