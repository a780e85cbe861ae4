using System.ComponentModel.DataAnnotations;

namespace OrleansDiffusion.Grains;

/// <summary>How silos give each other weights. The folder, its size and the port are a silo's own (od silo).</summary>
public sealed class WeightsOptions
{
    public const string Section = "Diffusion:Weights";

    /// <summary>
    /// What silos prove to each other that they belong together with; the same one everywhere, 16 characters at least.
    /// Never on a command line, which every user of the machine can read. Default: none, and no chunks are given or asked.
    /// </summary>
    [MinLength(16)]
    public string? Secret { get; set => field = string.IsNullOrEmpty(value) ? null : value; }

    /// <summary>
    /// How often everything in the cache is read and hashed again, and what has rotted is fetched anew. More often finds it
    /// sooner and reads more. Default 7 days.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "49.00:00:00")]
    public TimeSpan VerifyInterval { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How often files in the cache that somebody else wrote to are looked for; those are read and hashed again at once. Default 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "49.00:00:00")]
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromMinutes(1);
}
