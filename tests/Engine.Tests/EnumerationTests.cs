using System.Runtime.CompilerServices;
using Orleans.Runtime;

namespace OrleansDiffusion.Engine.Tests;

/// <summary>A grain method may answer little by little.</summary>
public sealed class EnumerationTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    private IEnumerationGrain Grain => silos.Client.GetGrain<IEnumerationGrain>(_key);

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(250, false)]
    [InlineData(250, true)]
    public async Task All_elements_arrive_in_order(int count, bool yields)
    {
        var received = await Collect(Grain.Count(count, yields)).Soon();
        Assert.Equal(Enumerable.Range(0, count), received);
    }

    [Fact]
    public async Task An_element_arrives_before_the_next_is_made()
    {
        await using var numbers = Grain.CountBehindGate(_key).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await numbers.MoveNextAsync().Soon());
        Assert.Equal(1, numbers.Current);
        var next = numbers.MoveNextAsync();
        await Gate.Of(_key).Entered;
        Gate.Of(_key).Open();
        Assert.True(await next.Soon());
        Assert.Equal(2, numbers.Current);
        Assert.False(await numbers.MoveNextAsync().Soon());
    }

    [Fact]
    public async Task Other_requests_run_while_an_enumeration_is_open()
    {
        await using var numbers = Grain.CountBehindGate(_key).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await numbers.MoveNextAsync().Soon());
        var next = numbers.MoveNextAsync();
        await Gate.Of(_key).Entered;
        Assert.Equal("here", await Grain.Ping().Soon());
        Gate.Of(_key).Open();
        Assert.True(await next.Soon());
    }

    [Fact]
    public async Task Cancelling_ends_the_enumeration_at_the_grain()
    {
        using var cancellation = new CancellationTokenSource();
        await using var numbers = Grain.CountUntilCancelled(_key, CancellationToken.None).GetAsyncEnumerator(cancellation.Token);
        Assert.True(await numbers.MoveNextAsync().Soon());
        var next = numbers.MoveNextAsync().AsTask();
        await Gate.Of(_key).Entered;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.Soon());
        Assert.Equal("ended", await Ticks.Next(_key).Soon());
    }

    [Fact]
    public async Task A_token_argument_ends_the_enumeration_as_well()
    {
        using var cancellation = new CancellationTokenSource();
        var all = Collect(Grain.CountUntilCancelled(_key, cancellation.Token));
        await Gate.Of(_key).Entered;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => all.Soon());
        Assert.Equal("ended", await Ticks.Next(_key).Soon());
    }

    [Fact]
    public async Task Leaving_early_ends_the_enumeration_at_the_grain()
    {
        await foreach (var number in Grain.CountUntilCancelled(_key, CancellationToken.None))
        {
            Assert.Equal(0, number);
            break;
        }

        Assert.Equal("ended", await Ticks.Next(_key).Soon());
    }

    [Fact]
    public async Task A_failure_arrives_after_the_elements_before_it()
    {
        var received = new List<int>();
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var number in Grain.CountThenFail(3).WithBatchSize(1))
            {
                received.Add(number);
            }
        });
        Assert.Equal("after 3", failure.Message);
        Assert.Equal([0, 1, 2], received);
    }

    [Fact]
    public async Task A_grain_that_ended_meanwhile_aborts_the_enumeration()
    {
        await using var numbers = Grain.Count(1000, yields: true).WithBatchSize(1).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await numbers.MoveNextAsync().Soon());
        await Grain.End().Soon();
        await Assert.ThrowsAsync<EnumerationAbortedException>(async () =>
        {
            while (await numbers.MoveNextAsync().Soon())
            {
                Assert.InRange(numbers.Current, 0, 999);
            }
        });
    }

    [Fact]
    public async Task Enumerating_twice_runs_the_method_twice()
    {
        var numbers = Grain.Count(3, yields: false);
        Assert.Equal([0, 1, 2], await Collect(numbers).Soon());
        Assert.Equal([0, 1, 2], await Collect(numbers).Soon());
    }

    private static async Task<List<int>> Collect(IAsyncEnumerable<int> numbers)
    {
        var all = new List<int>();
        await foreach (var number in numbers)
        {
            all.Add(number);
        }

        return all;
    }
}

public interface IEnumerationGrain : IGrainWithStringKey
{
    IAsyncEnumerable<int> Count(int count, bool yields);

    IAsyncEnumerable<int> CountBehindGate(string gate);

    IAsyncEnumerable<int> CountUntilCancelled(string gate, CancellationToken cancellationToken);

    IAsyncEnumerable<int> CountThenFail(int count);

    Task<string> Ping();

    Task End();
}

public sealed class EnumerationGrain : Grain, IEnumerationGrain
{
    public async IAsyncEnumerable<int> Count(int count, bool yields)
    {
        for (var i = 0; i < count; i++)
        {
            if (yields)
            {
                await Task.Yield();
            }

            yield return i;
        }
    }

    public async IAsyncEnumerable<int> CountBehindGate(string gate)
    {
        yield return 1;
        await Gate.Of(gate).Pass();
        yield return 2;
    }

    public async IAsyncEnumerable<int> CountUntilCancelled(string gate, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            yield return 0;
            await Gate.Of(gate).Pass(cancellationToken);
            yield return 1;
        }
        finally
        {
            Ticks.Note(gate, "ended");
        }
    }

    public async IAsyncEnumerable<int> CountThenFail(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return i;
        }

        throw new InvalidOperationException($"after {count}");
    }

    public Task<string> Ping() => Task.FromResult("here");

    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
