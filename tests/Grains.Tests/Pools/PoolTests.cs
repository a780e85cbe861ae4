using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>A pool's decisions on a clock that the test moves.</summary>
public sealed class PoolTests
{
    private readonly ManualTime _time = new();
    private readonly Pool _pool;

    public PoolTests() => _pool = new Pool("emoji", _time, new PoolOptions { PlaceKept = TimeSpan.FromSeconds(10) });

    [Fact]
    public void A_place_is_kept_for_who_was_promised_one()
    {
        _pool.Policy = new PoolPolicy { QueueCountMax = 1 };

        Assert.Null(_pool.Admits(Job("first")));
        Assert.Equal(ErrorCode.QueueFull, _pool.Admits(Job("second"))!.Code);
        Assert.Equal(1, _pool.Enqueue(Job("first"))!.Position);
    }

    [Fact]
    public void A_place_that_is_not_taken_is_free_again_after_its_time()
    {
        _pool.Policy = new PoolPolicy { QueueCountMax = 1 };
        _pool.Admits(Job("first"));

        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.NotNull(_pool.Admits(Job("second")));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_pool.Admits(Job("second")));
    }

    [Fact]
    public void A_committed_job_is_queued_even_when_the_queue_is_full()
    {
        _pool.Policy = new PoolPolicy { QueueCountMax = 1 };
        _pool.Enqueue(Job("first"));

        Assert.Equal(2, _pool.Enqueue(Job("second"))!.Position);
    }

    [Fact]
    public void A_paused_pool_takes_jobs_and_tells_them_what_they_wait_for()
    {
        _pool.Policy = new PoolPolicy { Min = 0, Max = 0 };

        Assert.Null(_pool.Admits(Job("first")));
        Assert.Equal("the pool is paused", _pool.Enqueue(Job("first"))!.Waiting);
    }

    [Fact]
    public void A_job_goes_to_the_replica_with_the_least_to_do()
    {
        _pool.Saw(Replica(0) with { FreeSlots = 2, ActiveJobs = ["busy"] });
        _pool.Saw(Replica(1) with { FreeSlots = 2 });
        _pool.Enqueue(Job("next"));

        Assert.Equal("emoji@v/1", _pool.NextHandOver(_ => false)!.Replica.Id);
    }

    [Fact]
    public void Among_equals_a_job_goes_to_the_fastest()
    {
        _pool.Saw(Replica(0) with { StepSecondsPerMegapixel = 2 });
        _pool.Saw(Replica(1) with { StepSecondsPerMegapixel = 1 });
        _pool.Enqueue(Job("next"));

        Assert.Equal("emoji@v/1", _pool.NextHandOver(_ => false)!.Replica.Id);
    }

    [Fact]
    public void A_slot_is_given_once_until_the_replica_says_what_became_of_it()
    {
        _pool.Saw(Replica(0));
        _pool.Enqueue(Job("first"));
        _pool.Enqueue(Job("second"));

        Assert.NotNull(_pool.NextHandOver(_ => false));
        _pool.Saw(Replica(0)); // Sent before the job arrived.
        Assert.Null(_pool.NextHandOver(_ => false));
        _pool.Saw(Replica(0) with { FreeSlots = 0, ActiveJobs = ["first"] });
        Assert.Null(_pool.NextHandOver(_ => false));
        _pool.Saw(Replica(0) with { FreeSlots = 1, ActiveJobs = ["first"] }); // Its last file is being written.
        Assert.Equal("second", _pool.NextHandOver(_ => false)!.Job.JobId);
    }

    [Fact]
    public void A_lease_whose_end_was_not_heard_does_not_hold_its_slot_forever()
    {
        _pool.Saw(Replica(0));
        _pool.Enqueue(Job("first"));
        _pool.Enqueue(Job("second"));
        _pool.NextHandOver(_ => false);

        _time.Advance(TimeSpan.FromSeconds(16));
        _pool.Saw(Replica(0));

        Assert.Equal("second", _pool.NextHandOver(_ => false)!.Job.JobId);
    }

    [Fact]
    public void A_replica_that_refused_a_job_gets_none_until_it_speaks_again()
    {
        _pool.Saw(Replica(0));
        _pool.Find("emoji@v/0")!.IsSuspect = true;
        _pool.Enqueue(Job("next"));

        Assert.Null(_pool.NextHandOver(_ => false));
        _pool.Saw(Replica(0));
        Assert.NotNull(_pool.NextHandOver(_ => false));
    }

    [Fact]
    public void What_was_said_before_does_not_undo_what_was_said_later()
    {
        _pool.Saw(Replica(0));
        _pool.Saw(Replica(0) with { Phase = ReplicaPhase.Warming, Since = _time.GetUtcNow() - TimeSpan.FromSeconds(1) });

        Assert.Equal(ReplicaPhase.Ready, _pool.Find("emoji@v/0")!.Status.Phase);
    }

    [Fact]
    public void A_lost_silo_takes_its_replicas_and_names_their_jobs()
    {
        _pool.Saw(Replica(0) with { ActiveJobs = ["running"] });
        _pool.Saw(Replica(1) with { SiloId = "other", ActiveJobs = ["safe"] });

        Assert.Equal([("running", "emoji@v/0")], _pool.SiloLost("silo"));
        Assert.Equal(["emoji@v/1"], _pool.Replicas.Select(replica => replica.Id));
    }

    [Fact]
    public void No_replica_gets_the_name_of_one_that_was_there_before()
    {
        Assert.Equal("emoji@v/0", _pool.NextReplicaId("v"));
        _pool.Saw(Replica(2));
        Assert.Equal("emoji@v/3", _pool.NextReplicaId("v"));

        _pool.Ordered(Replica(3) with { Phase = ReplicaPhase.Provisioning });
        _pool.Forget("emoji@v/3");
        _pool.Saw(Replica(2) with { Phase = ReplicaPhase.Stopped });
        _pool.Saw(Replica(0));

        Assert.Equal("emoji@v/4", _pool.NextReplicaId("v"));
        Assert.Equal("emoji@w/4", _pool.NextReplicaId("w"));
    }

    [Fact]
    public void A_model_that_fails_to_load_too_often_makes_waiting_vain_until_its_quarantine_is_over()
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            Assert.Null(_pool.WaitsInVain());
            _pool.Saw(Replica(0) with { Phase = ReplicaPhase.Loading });
            _pool.Saw(Replica(0) with { Phase = ReplicaPhase.Stopped, Message = "the file is cut off" });
        }

        var reason = _pool.WaitsInVain();
        Assert.Equal("emoji could not be loaded in 3 attempts: the file is cut off", reason!.Message);
        Assert.Equal((ErrorCode.ModelInvalid, TimeSpan.FromMinutes(5)), (reason.Code, reason.RetryAfter));
        Assert.Equal(ErrorCode.ModelInvalid, _pool.Admits(Job("next"))!.Code);
        Assert.Contains("the file is cut off", _pool.View().DeficitReason, StringComparison.Ordinal);
        Assert.Equal(0, _pool.Plan(asIfRoom: true).AddCount);

        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(_pool.WaitsInVain());
        Assert.True(_pool.Plan(asIfRoom: true).AddCount > 0);
    }

    [Fact]
    public void A_replica_that_was_told_to_go_has_not_failed()
    {
        _pool.Saw(Replica(0));
        _pool.Find("emoji@v/0")!.IsRetiring = true;
        _pool.Saw(Replica(0) with { Phase = ReplicaPhase.Stopped, Message = "told to" });

        Assert.Equal(0, _pool.Health.FailureCount);
        Assert.Equal(["emoji@v/0"], _pool.TakeStopped());
        Assert.Empty(_pool.TakeStopped());
    }

    [Fact]
    public void A_load_that_succeeds_makes_up_for_those_that_failed()
    {
        _pool.Saw(Replica(0) with { Phase = ReplicaPhase.Loading });
        _pool.Saw(Replica(0) with { Phase = ReplicaPhase.Stopped, Message = "hiccup" });
        Assert.Equal(1, _pool.Health.FailureCount);

        _pool.Saw(Replica(0) with { Phase = ReplicaPhase.Loading });
        _pool.Saw(Replica(0));

        Assert.Equal(0, _pool.Health.FailureCount);
    }

    [Fact]
    public void Costs_are_those_that_were_measured()
    {
        _pool.Saw(Replica(0) with { StepSecondsPerMegapixel = 0.5, FreeSlots = 0, ActiveJobs = ["running"] });
        _pool.Enqueue(Job("first"));

        Assert.Equal(1, _pool.Queue.TotalCostSeconds);
    }

    [Fact]
    public void An_ETA_counts_what_runs_and_what_waits_before()
    {
        _pool.Saw(Replica(0));
        _pool.Enqueue(Job("running"));
        _pool.NextHandOver(_ => false);
        _time.Advance(TimeSpan.FromSeconds(1.5));
        _pool.Enqueue(Job("first"));

        Assert.Equal(0.5 + 2 + 2, _pool.Enqueue(Job("second"))!.EtaSeconds);
    }

    [Fact]
    public void A_deadline_is_judged_by_what_waits_before_and_only_once_something_was_measured()
    {
        _pool.Saw(Replica(0));
        _pool.Enqueue(Job("before") with { Priority = 1 });
        var hurried = Job("hurried") with { Deadline = _time.GetUtcNow().AddSeconds(3) };
        Assert.Null(_pool.Admits(hurried));

        _pool.Saw(Replica(0) with { StepSecondsPerMegapixel = 1 });
        var refused = _pool.Admits(hurried with { JobId = "again" })!;
        Assert.Equal((ErrorCode.DeadlineUnmet, TimeSpan.FromSeconds(4)), (refused.Code, refused.Eta));
        Assert.Null(_pool.Admits(hurried with { JobId = "later", Deadline = _time.GetUtcNow().AddSeconds(4) }));
        Assert.Equal(1, _pool.Queue.Count); // Being asked put nothing into it.
    }

    [Fact]
    public void What_waits_beyond_its_deadline_is_taken_out_once()
    {
        _pool.Enqueue(Job("hurried") with { Deadline = _time.GetUtcNow().AddSeconds(3) });
        _pool.Enqueue(Job("patient"));
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Empty(_pool.TakeLate());

        _time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(["hurried"], _pool.TakeLate());
        Assert.Empty(_pool.TakeLate());
        Assert.Equal("patient", Assert.Single(_pool.Queue.InOrder()).JobId);
    }

    [Fact]
    public void The_deficit_lasts_from_when_it_began()
    {
        Assert.Equal(0, _pool.View().DeficitSeconds);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(3, _pool.View().DeficitSeconds);

        _pool.Saw(Replica(0));
        Assert.Equal(0, _pool.View().DeficitSeconds);
        Assert.Null(_pool.View().DeficitReason);
    }

    private ReplicaStatus Replica(int ordinal) => new()
    {
        ReplicaId = $"emoji@v/{ordinal}",
        Model = "emoji",
        SiloId = "silo",
        DeviceId = $"fake{ordinal}",
        Phase = ReplicaPhase.Ready,
        FreeSlots = 1,
        Since = _time.GetUtcNow(),
    };

    private static QueuedJob Job(string id) => new(id, "tenant", 1, 0, CostSeconds: 2, AtHead: false);
}
