using System.Collections.Concurrent;

namespace OrleansDiffusion.Engine.Tests;

/// <summary>A place where a grain says that it has come and waits until a test lets it go on.</summary>
public sealed class Gate
{
    private static readonly ConcurrentDictionary<string, Gate> All = new();
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Entered => _entered.Task.Soon();

    public bool IsEntered => _entered.Task.IsCompleted;

    public static Gate Of(string name) => All.GetOrAdd(name, static _ => new Gate());

    public void Open() => _opened.TrySetResult();

    public Task Pass(CancellationToken cancellationToken = default)
    {
        _entered.TrySetResult();
        return _opened.Task.WaitAsync(cancellationToken);
    }
}

public static class Patience
{
    /// <summary>A test that waits longer lacks its evidence.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static Task Soon(this Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static Task Soon(this ValueTask task) => task.AsTask().Soon();

    public static Task<T> Soon<T>(this ValueTask<T> task) => task.AsTask().Soon();
}
