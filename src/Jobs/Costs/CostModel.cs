namespace OrleansDiffusion.Jobs;

/// <summary>
/// Predicts device time. A step of a diffusion model costs about the same at every noise level, and the cost grows with
/// the pixels: device-seconds = count x steps x evaluations per step x megapixels x measured seconds.
/// </summary>
public static class CostModel
{
    /// <summary>Seconds per evaluation and megapixel before anything was measured; a mid-range guess that the first picture corrects.</summary>
    public const double DefaultStepSecondsPerMegapixel = 1;

    /// <summary>Share of a new measurement in the smoothed value: about the last ten pictures count.</summary>
    public const double SmoothingShare = 0.2;

    /// <summary>Classifier-free guidance evaluates the model twice per step: with and without the prompt.</summary>
    public static int EvaluationsPerStep(double guidance) => guidance > 1 ? 2 : 1;

    /// <summary>Predicted device-seconds of a whole job.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="stepSecondsPerMegapixel">As measured, for one evaluation of one sample; null before the first measurement.</param>
    public static double DeviceSeconds(GenerationSpec spec, double? stepSecondsPerMegapixel) =>
        spec.Count * spec.Steps * StepSeconds(spec, stepSecondsPerMegapixel);

    /// <summary>Predicted device-seconds that are left of a running job.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="imageIndex">0-based picture in work.</param>
    /// <param name="stepsDone">Steps of that picture already taken.</param>
    /// <param name="stepSecondsPerMegapixel">As in <see cref="DeviceSeconds"/>.</param>
    public static double RemainingSeconds(GenerationSpec spec, int imageIndex, int stepsDone, double? stepSecondsPerMegapixel)
    {
        var stepsLeft = ((long)spec.Count * spec.Steps) - ((long)imageIndex * spec.Steps) - stepsDone;
        return Math.Max(0, stepsLeft) * StepSeconds(spec, stepSecondsPerMegapixel);
    }

    /// <summary>What a measurement of <paramref name="steps"/> steps says about seconds per evaluation and megapixel.</summary>
    public static double Measured(GenerationSpec spec, int steps, double seconds) =>
        seconds / (steps * EvaluationsPerStep(spec.Guidance) * Megapixels(spec));

    /// <summary>Exponentially weighted moving average. A measurement that cannot be true (not finite, not above zero) changes nothing.</summary>
    public static double? Smooth(double? before, double measured)
    {
        if (!double.IsFinite(measured) || measured <= 0) return before;
        return before is { } value ? value + (SmoothingShare * (measured - value)) : measured;
    }

    /// <summary>
    /// Seconds until a job is done that has <paramref name="costAheadSeconds"/> of work before it, when every slot takes
    /// the next work as soon as it is free. Null when there is no slot at all.
    /// </summary>
    /// <param name="costAheadSeconds">Device-seconds of the jobs that are queued before it.</param>
    /// <param name="ownCostSeconds">Device-seconds of the job itself.</param>
    /// <param name="slotsFreeInSeconds">Per slot, when it is free: what is left of its running job, or of its replica's load.</param>
    public static double? EtaSeconds(double costAheadSeconds, double ownCostSeconds, IReadOnlyList<double> slotsFreeInSeconds)
    {
        if (slotsFreeInSeconds.Count == 0) return null;
        return StartSeconds(costAheadSeconds, slotsFreeInSeconds) + ownCostSeconds;
    }

    /// <summary>Work flows into the slots like water into a vessel with steps: the level at which it is all in is the start.</summary>
    private static double StartSeconds(double workSeconds, IReadOnlyList<double> slotsFreeInSeconds)
    {
        var free = slotsFreeInSeconds.Order().ToArray();
        var level = free[0];
        for (var open = 1; open < free.Length; open++)
        {
            var room = open * (free[open] - level);
            if (workSeconds <= room) return level + (workSeconds / open);
            workSeconds -= room;
            level = free[open];
        }

        return level + (workSeconds / free.Length);
    }

    private static double StepSeconds(GenerationSpec spec, double? stepSecondsPerMegapixel) =>
        EvaluationsPerStep(spec.Guidance) * Megapixels(spec) * (stepSecondsPerMegapixel ?? DefaultStepSecondsPerMegapixel);

    private static double Megapixels(GenerationSpec spec) => spec.Width * (double)spec.Height / 1_000_000;
}
