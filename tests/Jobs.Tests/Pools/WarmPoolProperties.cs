using FsCheck;
using FsCheck.Fluent;

namespace OrleansDiffusion.Jobs.Tests;

public sealed class WarmPoolProperties
{
    private static readonly Gen<PoolPolicy> Policies =
        from min in Gen.Choose(0, 3)
        from more in Gen.Choose(0, 8)
        from step in Gen.Choose(1, 4)
        from standby in Gen.Choose(-1, 4)
        from batchMax in Gen.Choose(1, 3)
        select new PoolPolicy
        {
            Min = min,
            Max = Math.Max(1, min + more),
            Step = step,
            Standby = standby < 0 ? null : standby,
            BatchMax = batchMax,
            KeepAlive = TimeSpan.FromSeconds(60),
        };

    private static readonly Gen<PoolReplica> Replicas =
        from phase in Gen.Frequency((5, Gen.Constant(ReplicaPhase.Ready)), (2, Gen.Elements(Enum.GetValues<ReplicaPhase>())))
        from activeCount in Gen.Choose(0, 2)
        from idleSeconds in Gen.Choose(0, 120)
        let active = phase is ReplicaPhase.Ready or ReplicaPhase.Draining ? activeCount : 0
        let isIdle = phase == ReplicaPhase.Ready && active == 0
        select new PoolReplica("", phase, active, isIdle ? Examples.Noon.AddSeconds(-idleSeconds) : null);

    private static readonly Gen<PoolSituation> Situations =
        from policy in Policies
        from replicas in Replicas.ArrayOf()
        from queuedCount in Gen.Choose(0, 30)
        from cost in Gen.Choose(0, 200)
        select new PoolSituation
        {
            Policy = policy,
            Now = Examples.Noon,
            Replicas = replicas.Take(12).Select((replica, i) => replica with { ReplicaId = $"r{i:00}" }).ToList(),
            QueuedCount = queuedCount,
            QueuedCostSeconds = queuedCount == 0 ? 0 : cost,
        };

    [Fact]
    public void Desired_is_between_min_and_max_and_nothing_is_added_beyond_it() =>
        Properties.Hold(Situations, situation =>
        {
            var plan = WarmPoolPolicy.Decide(situation);
            Assert.InRange(plan.DesiredCount, situation.Policy.Min, situation.Policy.Max);
            Assert.Equal(Math.Max(0, plan.DesiredCount - Living(situation).Count), plan.AddCount);
        });

    [Fact]
    public void Only_idle_replicas_are_retired_and_never_while_others_are_added() =>
        Properties.Hold(Situations, situation =>
        {
            var plan = WarmPoolPolicy.Decide(situation);
            Assert.Subset(Idle(situation).Select(replica => replica.ReplicaId).ToHashSet(), plan.Retire.ToHashSet());
            Assert.Equal(plan.Retire.Count, plan.Retire.Distinct().Count());
            Assert.True(plan.AddCount == 0 || plan.Retire.Count == 0);
        });

    [Fact]
    public void Once_the_ordered_replicas_are_ready_the_standby_is_complete_as_far_as_max_allows() =>
        Properties.Hold(Situations, situation =>
        {
            var after = Executed(situation, WarmPoolPolicy.Decide(situation));
            var busyCount = after.Replicas.Count(replica => replica.ActiveCount > 0 && replica.Phase == ReplicaPhase.Ready);
            Assert.True(Idle(after).Count >= Math.Min(situation.Policy.StandbyTarget, situation.Policy.Max - busyCount));
        });

    [Fact]
    public void Retiring_never_opens_a_gap_in_the_standby() =>
        Properties.Hold(Situations, situation =>
        {
            var plan = WarmPoolPolicy.Decide(situation);
            var kept = plan.StandbyCount - plan.Retire.Count;
            var busyCount = Living(situation).Count(replica => replica.ActiveCount > 0);
            Assert.True(plan.Retire.Count == 0 || kept >= Math.Min(situation.Policy.StandbyTarget, situation.Policy.Max - busyCount));
        });

    [Fact]
    public void A_plan_that_was_carried_out_asks_for_nothing_more() =>
        Properties.Hold(Situations, situation =>
        {
            var again = WarmPoolPolicy.Decide(Executed(situation, WarmPoolPolicy.Decide(situation)) with { QueuedCount = situation.QueuedCount });
            Assert.Equal(0, again.AddCount);
        });

    [Fact]
    public void What_was_added_is_not_retired_within_its_keep_alive_even_when_the_demand_is_gone() =>
        Properties.Hold(Situations, situation =>
        {
            var plan = WarmPoolPolicy.Decide(situation);
            var later = Executed(situation, plan) with { QueuedCount = 0, QueuedCostSeconds = 0, Now = situation.Now.AddSeconds(59) };
            Assert.DoesNotContain(WarmPoolPolicy.Decide(later).Retire, id => id.StartsWith("new", StringComparison.Ordinal));
        });

    [Fact]
    public void There_is_a_reason_exactly_when_the_standby_is_short() =>
        Properties.Hold(Situations, situation =>
        {
            var plan = WarmPoolPolicy.Decide(situation);
            Assert.Equal(plan.StandbyCount < plan.StandbyTarget, plan.DeficitReason is not null);
            Assert.NotEqual("", plan.DeficitReason);
        });

    private static List<PoolReplica> Living(PoolSituation situation) =>
        situation.Replicas.Where(replica => replica.Phase is not (ReplicaPhase.Draining or ReplicaPhase.Stopped)).ToList();

    private static List<PoolReplica> Idle(PoolSituation situation) =>
        situation.Replicas.Where(replica => replica.Phase == ReplicaPhase.Ready && replica.ActiveCount == 0).ToList();

    /// <summary>Everything on its way has arrived, what was ordered is there, what was to go is gone.</summary>
    private static PoolSituation Executed(PoolSituation situation, PoolPlan plan) => situation with
    {
        Replicas =
        [
            .. Living(situation).Where(replica => !plan.Retire.Contains(replica.ReplicaId)).Select(replica =>
                replica.Phase == ReplicaPhase.Ready ? replica : replica with { Phase = ReplicaPhase.Ready, IdleSince = situation.Now }),
            .. Enumerable.Range(0, plan.AddCount).Select(i => new PoolReplica($"new{i}", ReplicaPhase.Ready, 0, situation.Now)),
        ],
    };
}
