using FsCheck;
using FsCheck.Fluent;

namespace OrleansDiffusion.Jobs.Tests;

public sealed class FairQueueProperties
{
    private static readonly Gen<QueueEntry> Entries =
        from id in Gen.Choose(0, 60)
        from tenant in Gen.Choose(0, 3)
        from priority in Gen.Choose(-1, 1)
        from cost in Gen.Elements(0.1, 0.2, 0.3, 1, 7)
        from atHead in Gen.Choose(0, 9)
        from deadline in Gen.Choose(-2, 2)
        select new QueueEntry($"j{id}", $"t{tenant}", tenant == 3 ? 2.5 : 1, priority, cost, atHead == 0)
        {
            Deadline = deadline < 0 ? null : Examples.Noon.AddSeconds(deadline),
        };

    /// <summary>What to do next: add an entry, or take, or withdraw.</summary>
    private static readonly Gen<(int What, QueueEntry Entry)[]> Histories =
        (from what in Gen.Choose(0, 9) from entry in Entries select (what, entry)).ArrayOf();

    [Fact]
    public void A_place_is_what_draining_the_queue_would_show() =>
        Properties.Hold(Histories, history =>
        {
            var queue = Lived(history);
            var foretold = queue.InOrder().ToList();
            var places = foretold.Select(entry => queue.PlaceOf(entry.JobId)!).ToList();

            var aheadSeconds = 0.0;
            for (var i = 0; i < foretold.Count; i++)
            {
                Assert.Equal(i + 1, places[i].Position);
                Assert.Equal(aheadSeconds, places[i].CostAheadSeconds, 9);
                Assert.Equal(foretold[i], queue.Peek());
                Assert.Equal(foretold[i], queue.Dequeue());
                aheadSeconds += foretold[i].CostSeconds;
            }

            Assert.Null(queue.Dequeue());
        });

    [Fact]
    public void Nothing_is_lost_and_nothing_comes_twice() =>
        Properties.Hold(Histories, history =>
        {
            var queue = new FairQueue(countMax: 20);
            HashSet<string> waiting = [];
            foreach (var (what, entry) in history)
            {
                if (what < 6)
                {
                    var expected = waiting.Contains(entry.JobId) ? EnqueueOutcome.AlreadyThere
                        : waiting.Count >= 20 && !entry.AtHead ? EnqueueOutcome.Full
                        : EnqueueOutcome.Added;
                    Assert.Equal(expected, queue.Enqueue(entry));
                    if (expected == EnqueueOutcome.Added) waiting.Add(entry.JobId);
                }
                else if (what < 9) Assert.Equal(waiting.Count > 0, queue.Dequeue() is { } taken && waiting.Remove(taken.JobId));
                else Assert.Equal(waiting.Remove(entry.JobId), queue.Withdraw(entry.JobId));

                Assert.Equal(waiting.Count, queue.Count);
            }

            Assert.Equal(waiting.Order(), queue.InOrder().Select(entry => entry.JobId).Order());
            Assert.Equal(queue.InOrder().Sum(entry => entry.CostSeconds), queue.TotalCostSeconds, 9);
        });

    /// <summary>
    /// Goyal, Vin and Cheng 1996, theorem 1: between any two moments, the weighted service of two tenants that always
    /// have jobs differs by no more than one job of each.
    /// </summary>
    [Fact]
    public void Two_tenants_that_always_want_more_get_shares_by_weight() =>
        Properties.Hold(
            from weight in Gen.Choose(1, 9)
            from costs in Gen.Choose(1, 50).ArrayOf(120)
            from since in Gen.Choose(0, 60)
            select (weight, costs, since),
            example =>
            {
                var queue = new FairQueue(countMax: 1000);
                foreach (var (cost, i) in example.costs.Select((cost, i) => (cost, i)))
                {
                    queue.Enqueue(new($"a{i}", "a", 1, 0, cost));
                    queue.Enqueue(new($"b{i}", "b", example.weight, 0, cost));
                }

                var largest = example.costs.Max();
                var served = new Dictionary<string, double> { ["a"] = 0, ["b"] = 0 };
                for (var taken = 0; taken < 120 && queue.Dequeue() is { } entry; taken++)
                {
                    if (taken < example.since) continue;
                    served[entry.TenantId] += entry.CostSeconds / entry.Weight;
                    Assert.True(Math.Abs(served["a"] - served["b"]) <= largest + (largest / (double)example.weight) + 1e-6);
                }
            });

    [Fact]
    public void A_newcomer_waits_for_at_most_one_job_of_every_other_tenant() =>
        Properties.Hold(Histories, history =>
        {
            var queue = Lived(history.Where(step => !step.Entry.AtHead).ToArray());
            var others = queue.InOrder().Select(entry => entry.TenantId).Distinct().Count();
            queue.Enqueue(new("new", "newcomer", 0.1, -10, 1000), evenIfFull: true);
            Assert.InRange(queue.PlaceOf("new")!.Position, 1, others + 1);
        });

    [Fact]
    public void Nobody_starves_while_others_keep_sending() =>
        Properties.Hold(Gen.Choose(1, 20).ArrayOf(200), costs =>
        {
            var queue = new FairQueue(countMax: 1000);
            for (var i = 0; i < 5; i++) queue.Enqueue(new($"quiet{i}", "quiet", 1, 0, 1));
            for (var i = 0; i < 5; i++) queue.Enqueue(new($"loud{i}", "loud", 1, 10, 20));

            var quietLeft = 5;
            for (var i = 0; i < costs.Length && quietLeft > 0; i++)
            {
                queue.Enqueue(new($"flood{i}", "loud", 1, 10, costs[i]), evenIfFull: true);
                if (queue.Dequeue()!.TenantId == "quiet") quietLeft--;
            }

            Assert.Equal(0, quietLeft);
        });

    [Fact]
    public void A_hundred_thousand_jobs_keep_their_order()
    {
        var queue = new FairQueue(countMax: 100_000);
        for (var i = 0; i < 100_000; i++) queue.Enqueue(new($"j{i}", $"t{i % 10}", 1, 0, 0.5));
        Assert.Equal(new(100_000, 99_999 * 0.5), queue.PlaceOf("j99999"));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"j{i}"), Enumerable.Range(0, 1000).Select(_ => queue.Dequeue()!.JobId));
        Assert.Equal(new FairPlace(1, 0), queue.PlaceOf("j1000"));
    }

    private static FairQueue Lived((int What, QueueEntry Entry)[] history)
    {
        var queue = new FairQueue(countMax: 40);
        foreach (var (what, entry) in history)
        {
            if (what < 7) queue.Enqueue(entry);
            else if (what < 9) queue.Dequeue();
            else queue.Withdraw(entry.JobId);
        }

        return queue;
    }
}
