using static System.Globalization.CultureInfo;

namespace OrleansDiffusion.Jobs;

/// <summary>Judges a pool's policy as a whole; field names are those of the REST API.</summary>
public static class PoolPolicyRules
{
    public const int ReplicaCountMax = 10_000;

    public const int QueueCountMax = 1_000_000;

    public const int BatchMax = 64;

    public const int ScheduleCountMax = 32;

    public const double WaitWorthMax = 1_000_000;

    public static readonly TimeSpan KeepAliveMax = TimeSpan.FromDays(7);

    /// <summary>Everything that is wrong with it; empty when it is fine.</summary>
    public static IReadOnlyList<FieldProblem> Check(PoolPolicy policy)
    {
        List<FieldProblem> problems = [];
        Within(problems, "min", policy.Min, 0, ReplicaCountMax);
        Within(problems, "max", policy.Max, 0, ReplicaCountMax);
        Within(problems, "step", policy.Step, 1, ReplicaCountMax);
        if (policy.Standby is { } standby) Within(problems, "standby", standby, 0, ReplicaCountMax);
        if (policy.WeightsStandby is { } weights) Within(problems, "weights_standby", weights, 0, ReplicaCountMax);
        Within(problems, "queue_count_max", policy.QueueCountMax, 1, QueueCountMax);
        Within(problems, "batch_max", policy.BatchMax, 1, BatchMax);
        if (policy.Min > policy.Max) problems.Add(new("min", $"must not be above max, which is {policy.Max}; it is {policy.Min}."));
        if (policy.KeepAlive < TimeSpan.Zero || policy.KeepAlive > KeepAliveMax)
            problems.Add(new("keep_alive_seconds", $"must be from 0 to {KeepAliveMax.TotalSeconds:0}, not {policy.KeepAlive.TotalSeconds:0}."));
        if (!(policy.KeepAliveQuantile is >= 0 and <= 1))
            problems.Add(new("keep_alive_quantile", string.Create(InvariantCulture, $"must be from 0 to 1, not {policy.KeepAliveQuantile}.")));
        if (policy.KeepAliveMax < TimeSpan.Zero || policy.KeepAliveMax > KeepAliveMax)
            problems.Add(new(
                "keep_alive_max_seconds", $"must be from 0 to {KeepAliveMax.TotalSeconds:0}, not {policy.KeepAliveMax.TotalSeconds:0}."));
        if (!(policy.WaitWorth is >= 0 and <= WaitWorthMax))
            problems.Add(new("wait_worth", string.Create(InvariantCulture, $"must be from 0 to {WaitWorthMax:0}, not {policy.WaitWorth}.")));
        problems.AddRange(PoolScheduleRules.Check(policy));
        problems.AddRange(DeviceNeedsRules.Check(policy.Needs));
        return problems;
    }

    internal static void Within(List<FieldProblem> problems, string field, int value, int min, int max)
    {
        if (value < min || value > max) problems.Add(new(field, $"must be from {min} to {max}, not {value}."));
    }
}
