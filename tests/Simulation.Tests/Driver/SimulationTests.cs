using Microsoft.Extensions.DependencyInjection;
using OrleansDiffusion.OrleansStandin.Driving;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace OrleansDiffusion.Simulation.Tests;

public sealed class SimulationTests
{
    private const int Pieces = 60;
    private const int Workers = 6;

    private static readonly NetworkFaults BadNetwork = new()
    {
        DelayMin = TimeSpan.FromMilliseconds(1),
        DelayMax = TimeSpan.FromSeconds(2),
        LossProbability = 0.05,
        RepeatProbability = 0.05,
    };

    [Fact]
    public void Hours_pass_in_milliseconds()
    {
        var started = Stopwatch.StartNew();
        var trace = Run(seed: 1, NetworkFaults.None, out var counts, out var lasted);
        Assert.Equal(Enumerable.Range(0, Pieces), counts.Keys.Order());
        Assert.True(lasted > TimeSpan.FromHours(4));
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(5), $"{trace.Lines.Count} events took {started.Elapsed}");
    }

    [Fact]
    public void The_same_seed_gives_the_same_trace()
    {
        var first = Run(seed: 7, BadNetwork, out _, out _);
        var second = Run(seed: 7, BadNetwork, out _, out _);
        Assert.Equal(first.Lines, second.Lines);
        Assert.Equal(first.Digest, second.Digest);
    }

    [Fact]
    public void Another_seed_gives_another_trace() =>
        Assert.NotEqual(Run(seed: 7, BadNetwork, out _, out _).Digest, Run(seed: 8, BadNetwork, out _, out _).Digest);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void All_work_is_done_though_messages_are_lost_and_repeated_and_silos_die(int seed)
    {
        var trace = Run(seed, BadNetwork, out var counts, out _);
        Assert.Equal(Enumerable.Range(0, Pieces), counts.Keys.Order());
        Assert.Contains(trace.Lines, line => line.Contains("lost", StringComparison.Ordinal));
        Assert.Contains(trace.Lines, line => line.Contains("repeated", StringComparison.Ordinal));
        Assert.Contains(trace.Lines, line => line.Contains("killed b", StringComparison.Ordinal));
    }

    [Fact]
    public void A_killed_silo_takes_no_more_turns_and_ends_nothing()
    {
        WorkerGrain.Ended.Clear();
        var trace = Run(seed: 3, NetworkFaults.None, out _, out _);
        Assert.Contains(trace.Lines, line => line.EndsWith(" at b", StringComparison.Ordinal));
        var afterDeath = trace.Lines.SkipWhile(l => !l.Contains("killed b", StringComparison.Ordinal)).TakeWhile(l => !l.Contains("b Active", StringComparison.Ordinal));
        Assert.DoesNotContain(afterDeath.Skip(1), line => line.Contains("turn of", StringComparison.Ordinal) && line.EndsWith(" at b", StringComparison.Ordinal));
        Assert.Empty(WorkerGrain.Ended);
    }

    [Fact]
    public void Work_that_leaves_the_thread_is_found_out()
    {
        using var later = new ManualResetEventSlim();
        var failure = Assert.Throws<InvalidOperationException>(() => SimulatedCluster.Run(1, new SimulationOptions(), async simulation =>
        {
            var elsewhere = Task.Run(later.Wait);
            await using var timer = simulation.Time.CreateTimer(_ => later.Set(), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
            await elsewhere;
        }));
        Assert.True(
            failure.Message.Contains("another thread", StringComparison.Ordinal) || failure.Message.Contains("stalled", StringComparison.Ordinal),
            failure.Message);
    }

    [Fact]
    public void A_scenario_that_waits_for_nothing_is_found_out()
    {
        var failure = Assert.Throws<InvalidOperationException>(() =>
            SimulatedCluster.Run(1, new SimulationOptions(), _ => new TaskCompletionSource().Task));
        Assert.Contains("stalled", failure.Message, StringComparison.Ordinal);
    }

    private static Trace Run(int seed, NetworkFaults network, out Dictionary<int, int> counts, out TimeSpan lasted)
    {
        Dictionary<int, int> finished = [];
        var virtualTime = TimeSpan.Zero;
        var trace = SimulatedCluster.Run(seed, new SimulationOptions { Network = network }, async simulation =>
        {
            var started = simulation.Time.GetTimestamp();
            var a = await simulation.StartSiloAsync("a");
            var b = await simulation.StartSiloAsync("b");
            await simulation.StartSiloAsync("c");
            // The foreman prefers the calling silo, the one that stays.
            await a.Services.GetRequiredService<IGrainFactory>().GetGrain<IForemanGrain>(0).Begin(Pieces, Workers);
            var foreman = simulation.Client.GetGrain<IForemanGrain>(0);
            await Task.Delay(TimeSpan.FromMinutes(20), simulation.Time);
            simulation.Kill(b);
            await Task.Delay(TimeSpan.FromMinutes(20), simulation.Time);
            await simulation.StartSiloAsync("b");
            await Task.Delay(TimeSpan.FromHours(4), simulation.Time);
            finished = await Patiently(foreman.FinishedCounts);
            virtualTime = simulation.Time.GetElapsedTime(started);
        });
        counts = finished;
        lasted = virtualTime;
        return trace;
    }

    private static async Task<T> Patiently<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (TimeoutException)
            {
                // Lost on the way: the network here is bad on purpose.
            }
        }
    }
}
