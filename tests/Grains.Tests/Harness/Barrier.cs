namespace OrleansDiffusion.Grains.Tests;

/// <summary>A place that says when somebody has come, and holds whoever comes until it is opened.</summary>
internal sealed class Barrier
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Reached => _reached.Task.Soon();

    public bool IsReached => _reached.Task.IsCompleted;

    public void Open() => _opened.TrySetResult();

    public Task Pass()
    {
        _reached.TrySetResult();
        return _opened.Task;
    }
}

internal static class Patience
{
    /// <summary>A test that waits longer lacks its evidence.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(5);

    public static Task Soon(this Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    /// <summary>Asks until the answer is as expected.</summary>
    public static async Task<T> Until<T>(this Func<Task<T>> ask, Func<T, bool> isExpected)
    {
        using var limit = new CancellationTokenSource(Limit);
        T last;
        while (!isExpected(last = await ask()))
        {
            if (limit.IsCancellationRequested) throw new TimeoutException($"The last answer was {last}.");
            await Task.Delay(Between, TestContext.Current.CancellationToken);
        }

        return last;
    }
}
