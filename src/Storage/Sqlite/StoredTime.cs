namespace OrleansDiffusion.Storage;

/// <summary>Times as numbers that sort, exact to the 100 ns of .NET: units since 1970-01-01 UTC.</summary>
internal static class StoredTime
{
    public static long Of(DateTimeOffset time) => time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;

    public static long? Of(DateTimeOffset? time) => time is { } known ? Of(known) : null;

    public static DateTimeOffset Read(long stored) => new(stored + DateTimeOffset.UnixEpoch.UtcTicks, TimeSpan.Zero);

    public static DateTimeOffset? Read(long? stored) => stored is { } known ? Read(known) : null;
}
