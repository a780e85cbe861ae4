using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>A whole policy: what is absent is as by default.</summary>
/// <param name="Min">Replicas that stay even with nothing to do. Default 1.</param>
/// <param name="Max">Replicas at most. Default 64.</param>
/// <param name="Step">Replicas come and go in multiples of this. Default 1.</param>
/// <param name="Standby">Ready replicas with nothing to do; absent keeps it equal to step.</param>
/// <param name="StandbyLapses">Whether standby is held only while the pool's history says that it will soon be wanted. Default false.</param>
/// <param name="WeightsStandby">Silos beside those with a replica that hold the model's weights ahead; absent keeps it equal to the standby.</param>
/// <param name="KeepAliveSeconds">How long a replica above the target may idle, unless the pool's history says more or less. Default 600.</param>
/// <param name="KeepAliveQuantile">Share of the pool's own gaps that an idle replica outlasts at most; 0 ignores them. Default 0.99.</param>
/// <param name="KeepAliveMaxSeconds">Gaps whose quantile is longer than this teach nothing. Default 86400.</param>
/// <param name="WaitWorth">Idle device-seconds that it is worth to spare somebody one second of waiting. Default 10.</param>
/// <param name="Schedules">Times with other numbers; of several at once the highest counts. Default: none.</param>
/// <param name="QueueCountMax">Waiting jobs at most. Default 1000.</param>
/// <param name="BatchMax">Samples that one replica advances in one step. Default 1.</param>
/// <param name="Needs">What its devices must be, beside large enough. Default: any.</param>
public sealed record SetPolicyBody(
    int? Min = null,
    int? Max = null,
    int? Step = null,
    int? Standby = null,
    bool? StandbyLapses = null,
    int? WeightsStandby = null,
    double? KeepAliveSeconds = null,
    double? KeepAliveQuantile = null,
    double? KeepAliveMaxSeconds = null,
    double? WaitWorth = null,
    IReadOnlyList<PoolScheduleBody>? Schedules = null,
    int? QueueCountMax = null,
    int? BatchMax = null,
    DeviceNeedsBody? Needs = null)
{
    public static SetPolicyBody From(PoolPolicy policy)
    {
        var body = PoolPolicyBody.From(policy);
        return new(
            body.Min, body.Max, body.Step, body.Standby, body.StandbyLapses, body.WeightsStandby, body.KeepAliveSeconds,
            body.KeepAliveQuantile, body.KeepAliveMaxSeconds, body.WaitWorth, body.Schedules, body.QueueCountMax, body.BatchMax, body.Needs);
    }
}
