namespace Orleans.Configuration;

/// <summary>The directory of one process knows at once which silos are dead; nothing here changes what it does.</summary>
public class GrainDirectoryOptions
{
    public static readonly TimeSpan DEFAULT_RANGE_LEASE_DURATION = TimeSpan.FromSeconds(30);

    public TimeSpan RangeLeaseDuration { get; set; } = DEFAULT_RANGE_LEASE_DURATION;
}
