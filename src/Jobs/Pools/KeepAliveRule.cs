namespace OrleansDiffusion.Jobs;

/// <summary>
/// How long a replica that nobody needs stays. The idea of Shahrad et al. 2020, "Serverless in the Wild": as long as the
/// pool's own gaps between uses justify; here not longer than it is worth either.
/// </summary>
public static class KeepAliveRule
{
    /// <summary>With fewer gaps than this, the fixed keep-alive decides.</summary>
    public static double GapCountMin { get; set; } = 5;

    /// <param name="policy">Fixed keep-alive, quantile, limit, worth.</param>
    /// <param name="history">The pool's; null when none is kept.</param>
    /// <param name="level">Which replica: 1 is the first, the last of n is n.</param>
    /// <param name="loadSeconds">What it would take to have it back; null when unknown.</param>
    /// <returns>Seconds.</returns>
    public static double Seconds(PoolPolicy policy, ArrivalHistory? history, int level, double? loadSeconds)
    {
        var fixedSeconds = policy.KeepAlive.TotalSeconds;
        if (policy.KeepAliveQuantile <= 0 || history is null) return fixedSeconds;

        // Too few gaps to learn from, or too spread: then at most the fixed time.
        var gaps = history.Gaps(level, GapCountMin);
        var quantile = gaps?.Quantile(policy.KeepAliveQuantile) ?? double.PositiveInfinity;
        var limit = quantile <= policy.KeepAliveMax.TotalSeconds ? quantile : fixedSeconds;
        gaps ??= GapHistogram.Unknown;
        return gaps.WorthKeepingSeconds(policy.WaitWorth * (loadSeconds ?? WarmPoolPolicy.DefaultLoadSeconds), limit);
    }
}
