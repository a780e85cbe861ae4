namespace OrleansDiffusion.Jobs.Tests;

public sealed class FairQueueTests
{
    private readonly FairQueue _queue = new(countMax: 100);

    [Fact]
    public void First_come_first_served_within_a_tenant()
    {
        Add("a1", "a");
        Add("a2", "a");
        Add("a3", "a");
        Assert.Equal("a1 a2 a3", Drained());
    }

    [Fact]
    public void Higher_priority_goes_first_among_one_tenants_jobs_only()
    {
        Add("a1", "a");
        Add("a2", "a", priority: 5);
        Add("a3", "a", priority: -5);
        Add("a4", "a", priority: 5);
        Add("b1", "b", priority: -10);
        Assert.Equal("a2 b1 a4 a1 a3", Drained());
    }

    [Fact]
    public void The_earlier_deadline_goes_first_among_one_tenants_jobs_of_one_priority()
    {
        Add("whenever", "a");
        Add("late", "a", deadlineSeconds: 20);
        Add("soon", "a", deadlineSeconds: 10);
        Add("soon too", "a", deadlineSeconds: 10);
        Add("important", "a", priority: 1);

        Assert.Equal("important soon soon too late whenever", Drained());
    }

    [Fact]
    public void Tenants_take_turns_however_many_jobs_one_of_them_sent_first()
    {
        for (var i = 1; i <= 4; i++) Add($"a{i}", "a");
        Add("b1", "b");
        Add("b2", "b");
        Assert.Equal("a1 b1 a2 b2 a3 a4", Drained());
    }

    [Fact]
    public void Turns_are_worth_their_predicted_cost()
    {
        for (var i = 1; i <= 2; i++) Add($"a{i}", "a", cost: 4);
        for (var i = 1; i <= 6; i++) Add($"b{i}", "b", cost: 1);
        Assert.Equal("a1 b1 b2 b3 b4 a2 b5 b6", Drained());
    }

    [Fact]
    public void Twice_the_weight_is_twice_the_share()
    {
        for (var i = 1; i <= 3; i++) Add($"a{i}", "a");
        for (var i = 1; i <= 6; i++) Add($"b{i}", "b", weight: 2);
        Assert.Equal("a1 b1 b2 a2 b3 b4 a3 b5 b6", Drained());
    }

    [Fact]
    public void A_tenant_that_comes_back_has_not_saved_up_turns()
    {
        for (var i = 1; i <= 6; i++) Add($"a{i}", "a");
        for (var i = 1; i <= 3; i++) _queue.Dequeue();
        for (var i = 1; i <= 3; i++) Add($"b{i}", "b");
        Assert.Equal("b1 a4 b2 a5 b3 a6", Drained());
    }

    [Fact]
    public void A_tenant_pays_for_what_it_took_even_after_its_lane_was_empty()
    {
        Add("b1", "b", cost: 100);
        for (var i = 1; i <= 3; i++) Add($"c{i}", "c");
        Assert.Equal("b1", _queue.Dequeue()!.JobId);
        Add("b2", "b");
        Assert.Equal("c1 c2 c3 b2", Drained());
    }

    [Fact]
    public void Jobs_that_held_a_lease_before_go_before_all_in_the_order_of_their_return()
    {
        Add("a1", "a", priority: 10);
        Enqueue(new("b1", "b", 1, 0, 1, AtHead: true));
        Enqueue(new("c1", "c", 1, 10, 1, AtHead: true));
        Assert.Equal("b1 c1 a1", Drained());
    }

    [Fact]
    public void A_return_to_the_head_is_not_paid_for_twice()
    {
        Add("a1", "a", cost: 10);
        Add("a2", "a");
        Add("b1", "b", cost: 10);
        Add("b2", "b");
        var first = _queue.Dequeue()!;
        Enqueue(first with { AtHead = true });
        Assert.Equal("a1 b1 a2 b2", Drained());
    }

    [Fact]
    public void A_full_queue_refuses_new_jobs_but_none_that_was_accepted_before()
    {
        _queue.CountMax = 1;
        Add("a1", "a");
        Assert.Equal(EnqueueOutcome.Full, _queue.Enqueue(new("a2", "a", 1, 0, 1)));
        Assert.Equal(EnqueueOutcome.Added, _queue.Enqueue(new("a3", "a", 1, 0, 1), evenIfFull: true));
        Assert.Equal(EnqueueOutcome.Added, _queue.Enqueue(new("a4", "a", 1, 0, 1, AtHead: true)));
        Assert.Equal("a4 a1 a3", Drained());
    }

    [Fact]
    public void A_job_waits_once_however_often_it_is_added()
    {
        Add("a1", "a");
        Assert.Equal(EnqueueOutcome.AlreadyThere, _queue.Enqueue(new("a1", "a", 1, 9, 1, AtHead: true)));
        Assert.Equal(1, _queue.Count);
        Assert.Equal("a1", Drained());
    }

    [Fact]
    public void A_withdrawn_job_is_gone_and_cost_its_tenant_nothing()
    {
        Add("a1", "a", cost: 50);
        Add("a2", "a");
        Add("b1", "b");
        Enqueue(new("h1", "a", 1, 0, 1, AtHead: true));
        Assert.True(_queue.Withdraw("a1"));
        Assert.True(_queue.Withdraw("h1"));
        Assert.False(_queue.Withdraw("a1"));
        Assert.False(_queue.Contains("a1"));
        Assert.Equal("a2 b1", Drained());
    }

    [Fact]
    public void An_empty_queue_has_nothing_to_give()
    {
        Assert.Null(_queue.Peek());
        Assert.Null(_queue.Dequeue());
        Assert.Null(_queue.PlaceOf("a1"));
        Assert.Equal(0, _queue.TotalCostSeconds);
    }

    [Fact]
    public void A_place_counts_the_jobs_before_it_and_what_they_cost()
    {
        Add("a1", "a", cost: 3);
        Add("a2", "a", cost: 3);
        Add("b1", "b", cost: 1);
        Enqueue(new("h1", "c", 1, 0, 7, AtHead: true));
        Assert.Equal(new(1, 0), _queue.PlaceOf("h1"));
        Assert.Equal(new(2, 7), _queue.PlaceOf("a1"));
        Assert.Equal(new(3, 10), _queue.PlaceOf("b1"));
        Assert.Equal(new FairPlace(4, 11), _queue.PlaceOf("a2"));
        Assert.Equal(14, _queue.TotalCostSeconds);
    }

    [Fact]
    public void Tenants_that_are_not_ahead_of_their_share_are_forgotten()
    {
        Add("keep", "z", cost: 1e6);
        Add("later", "z");
        for (var i = 0; i < 1000; i++)
        {
            Add($"j{i}", $"t{i}", cost: 0.001);
            _queue.Withdraw($"j{i}");
        }

        Assert.Equal(1, _queue.TenantCount);
        Drained();
        Assert.Equal(0, _queue.TenantCount);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(-5, 1)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, -1)]
    [InlineData(1, double.NaN)]
    public void Senseless_costs_and_weights_still_take_turns(double cost, double weight)
    {
        for (var i = 1; i <= 2; i++) Enqueue(new($"a{i}", "a", weight, 0, cost));
        for (var i = 1; i <= 2; i++) Enqueue(new($"b{i}", "b", weight, 0, cost));
        Assert.Equal("a1 b1 a2 b2", Drained());
    }

    private void Add(string id, string tenant, int priority = 0, double cost = 1, double weight = 1, int? deadlineSeconds = null) =>
        Enqueue(new(id, tenant, weight, priority, cost) { Deadline = deadlineSeconds is { } s ? Examples.Noon.AddSeconds(s) : null });

    private void Enqueue(QueueEntry entry) => Assert.Equal(EnqueueOutcome.Added, _queue.Enqueue(entry));

    private string Drained()
    {
        List<string> ids = [];
        while (_queue.Dequeue() is { } entry) ids.Add(entry.JobId);
        return string.Join(' ', ids);
    }
}
