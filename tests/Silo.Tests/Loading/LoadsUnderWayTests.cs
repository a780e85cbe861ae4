using OrleansDiffusion.Silo.Replicas;

namespace OrleansDiffusion.Silo.Tests.Loading;

public sealed class LoadsUnderWayTests
{
    [Fact]
    public async Task Who_waits_for_none_waits_for_the_last_of_them()
    {
        using var loads = new LoadsUnderWay();
        var (one, other) = (loads.Begin(), loads.Begin());
        var none = loads.WhenNone(CancellationToken.None);

        one.Dispose();
        one.Dispose(); // Ended once.
        Assert.False(none.IsCompleted);
        other.Dispose();

        Assert.False((await none).IsCancellationRequested);
    }

    [Fact]
    public async Task The_next_one_to_begin_is_told_at_once()
    {
        using var loads = new LoadsUnderWay();
        var first = await loads.WhenNone(CancellationToken.None);
        var told = new TaskCompletionSource();
        using var registered = first.Register(told.SetResult);

        var load = loads.Begin();
        await told.Task;
        load.Dispose();

        Assert.False((await loads.WhenNone(CancellationToken.None)).IsCancellationRequested);
    }
}
