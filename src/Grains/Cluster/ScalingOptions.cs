using System.ComponentModel.DataAnnotations;

namespace OrleansDiffusion.Grains;

/// <summary>How many silos the cluster asks an outside autoscaler for.</summary>
public sealed class ScalingOptions : IValidatableObject
{
    public const string Section = "Diffusion:Scaling";

    /// <summary>Silos at least: with fewer than two, the loss of one is the loss of all. Default 1.</summary>
    [Range(1, 100_000)]
    public int MinSilos { get; set; } = 1;

    /// <summary>Silos at most, whatever the pools lack. Lower costs less and lets jobs wait longer. Default 1000.</summary>
    [Range(1, 100_000)]
    public int MaxSilos { get; set; } = 1000;

    /// <summary>
    /// How often the pools are asked what they lack, and how often a standby looks for room in vain. Shorter reacts sooner and
    /// costs a call per model. Default 15 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(15);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        MinSilos <= MaxSilos ? [] : [new($"{nameof(MinSilos)} is {MinSilos} and must not be above {nameof(MaxSilos)}, which is {MaxSilos}.")];
}
