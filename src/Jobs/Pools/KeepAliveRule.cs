namespace OrleansDiffusion.Jobs;

/// <summary>
/// What the pool's own gaps between uses justify. How long a replica that nobody needs stays: the idea of Shahrad et al.
/// 2020, "Serverless in the Wild"; here not longer than it is worth either. And whether one is worth having ahead.
/// </summary>
public static class KeepAliveRule
{
    /// <summary>With fewer gaps than this, the fixed keep-alive is the limit.</summary>
    public const double GapCountMin = 5;

    /// <summary>A replica ordered ahead costs its load, and should be wanted within as long again.</summary>
    public const double LoadsAhead = 2;

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
        var load = loadSeconds ?? WarmPoolPolicy.DefaultLoadSeconds;
        var sparedSeconds = (policy.WaitWorth * SparedSeconds(history, level, load)) + load; // The load takes the device too.
        return (gaps ?? GapHistogram.Unknown).WorthKeepingSeconds(sparedSeconds, limit);
    }

    /// <summary>Whether a replica that nobody needs yet is worth its load: it will probably be wanted soon enough.</summary>
    /// <param name="policy">Worth.</param>
    /// <param name="history">The pool's.</param>
    /// <param name="level">Which replica it would be.</param>
    /// <param name="loadSeconds">What its load takes; null when unknown.</param>
    /// <param name="nowSeconds">On the history's clock.</param>
    public static bool IsWorthHaving(PoolPolicy policy, ArrivalHistory history, int level, double? loadSeconds, double nowSeconds)
    {
        if (history.RestSeconds(nowSeconds, level) is not { } rest) return false;
        var aheadSeconds = LoadsAhead * (loadSeconds ?? WarmPoolPolicy.DefaultLoadSeconds);
        var gaps = history.Gaps(level, GapCountMin) ?? GapHistogram.Unknown;
        return gaps.EndsWithin(aheadSeconds, rest) * policy.WaitWorth >= LoadsAhead;
    }

    /// <summary>
    /// Waiting that a replica spares by being there when it is wanted, rather than a load later. The first: the load, since
    /// nobody else takes the job. A further one: what its level will be in use in that time, since the others are free now and
    /// then. It has just come into use; from the end of that, gaps and uses take turns.
    /// </summary>
    /// <param name="history">The pool's.</param>
    /// <param name="level">Which replica.</param>
    /// <param name="loadSeconds">What it would take to have it back.</param>
    /// <returns>Seconds, at most those of the load.</returns>
    public static double SparedSeconds(ArrivalHistory history, int level, double loadSeconds)
    {
        if (level <= 1 || history.Gaps(level, GapCountMin) is not { } gaps || history.Uses(level, GapCountMin) is not { } uses) return loadSeconds;
        var (use, gap) = (uses.MeanSeconds(loadSeconds), gaps.MeanSeconds(loadSeconds));
        return use > 0 ? use + ((loadSeconds - use) * use / (use + gap)) : 0;
    }
}
