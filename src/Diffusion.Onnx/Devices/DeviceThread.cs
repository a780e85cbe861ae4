using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>
/// A device's lane: one thread of its own, so that inference neither starves the thread pool nor is delayed by it, and
/// native per-thread state stays warm.
/// </summary>
public sealed class DeviceThread : IDeviceLane, IDisposable
{
    /// <summary>Items that may wait. Replicas await each step, so more than a few waiting means a bug upstream.</summary>
    public const int WaitingCountMax = 1024;

    private readonly BlockingCollection<IWorkItem> _waiting = new(WaitingCountMax);
    private readonly CancellationTokenSource _ended = new();
    private readonly Thread _thread;
    private volatile bool _isBusy;
    private long _startedTicks;
    private long _busyTicks;
    private int _isDisposed;

    /// <param name="name">The device's name in its silo; the thread carries it too.</param>
    public DeviceThread(string name)
    {
        Name = name;
        _thread = new Thread(Loop) { Name = $"device {name}", IsBackground = true };
        _thread.Start();
    }

    public string Name { get; }

    public bool IsBusy => _isBusy;

    /// <summary>How long work has run here, in all.</summary>
    public TimeSpan BusyTime => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _busyTicks));

    /// <summary>Items given but not started.</summary>
    public int WaitingCount => _waiting.Count;

    public Task<T> Run<T>(Func<CancellationToken, T> work, CancellationToken cancellation = default)
    {
        var item = new WorkItem<T>(work, cancellation);
        try
        {
            if (_waiting.TryAdd(item, millisecondsTimeout: 0, CancellationToken.None)) return item.Task;
            return Task.FromException<T>(new InvalidOperationException($"{Name}: {WaitingCountMax} items are waiting already."));
        }
        catch (InvalidOperationException) when (_waiting.IsAddingCompleted)
        {
            return Task.FromException<T>(new ObjectDisposedException(Name));
        }
    }

    /// <summary>Cancels what runs and what waits, then waits until the thread has ended. Nothing runs afterwards.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1) return;
        _waiting.CompleteAdding();
        _ended.Cancel();
        // Work that disposes its own lane cannot wait for itself; the loop ends when that work returns.
        if (Thread.CurrentThread != _thread) _thread.Join();
    }

    private void Loop()
    {
        foreach (var item in _waiting.GetConsumingEnumerable())
        {
            _isBusy = true;
            _startedTicks = Stopwatch.GetTimestamp();
            item.Execute(Worked, _ended.Token);
            _isBusy = false;
        }
    }

    private void Worked() => Volatile.Write(ref _busyTicks, _busyTicks + (Stopwatch.GetTimestamp() - _startedTicks));

    private interface IWorkItem
    {
        /// <param name="worked">Called when the work is over, before whoever awaits it is told.</param>
        /// <param name="ended">The lane ends.</param>
        void Execute(Action worked, CancellationToken ended);
    }

    private sealed class WorkItem<T>(Func<CancellationToken, T> work, CancellationToken cancellation) : IWorkItem
    {
        // Whoever awaits goes on elsewhere: the device's thread is for the device.
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Task => _completion.Task;

        public void Execute(Action worked, CancellationToken ended)
        {
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, ended);
            try
            {
                linked.Token.ThrowIfCancellationRequested();
                var result = work(linked.Token);
                worked();
                _completion.SetResult(result);
            }
            catch (OperationCanceledException) when (linked.IsCancellationRequested)
            {
                worked();
                _completion.SetCanceled(cancellation.IsCancellationRequested ? cancellation : ended);
            }
            catch (Exception exception)
            {
                worked();
                _completion.SetException(exception);
            }
        }
    }
}
