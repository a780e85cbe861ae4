namespace OrleansDiffusion.Simulation.Tests;

/// <summary>What goes wrong at this moment. Its dice are the seed's, and are thrown in the order of events.</summary>
internal sealed class Weather(int seed)
{
    private readonly Random _dice = new((seed * 31) + 17);

    public Storm Storm { get; set; } = Storm.None;

    /// <summary>How many mishaps say at this moment that stores refuse.</summary>
    public int StoreFailureCount { get; set; }

    public int StoreCrawlCount { get; set; }

    public bool DeviceFails() => Happens(Storm.DeviceFailures);

    public bool StoreFails() => StoreFailureCount > 0 || Happens(Storm.StoreFailures);

    public bool IsHeads() => _dice.Next(2) == 0;

    /// <summary>One way of a call to a store.</summary>
    public TimeSpan StoreDelay()
    {
        var longest = StoreCrawlCount > 0 ? TimeSpan.FromSeconds(6) : Storm.StoreDelayMax;
        return longest * _dice.NextDouble();
    }

    public TimeSpan Between(TimeSpan shortest, TimeSpan longest) => shortest + ((longest - shortest) * _dice.NextDouble());

    private bool Happens(double probability) => probability > 0 && _dice.NextDouble() < probability;
}
