namespace OrleansDiffusion.Diffusion.Onnx.Tests;

public sealed class DeviceThreadTests
{
    [Fact]
    public async Task Work_runs_on_one_thread_in_the_order_it_was_given()
    {
        using var lane = new DeviceThread("cpu0");
        var order = new List<int>();

        var threads = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => lane.Run(_ =>
        {
            order.Add(number);
            return Environment.CurrentManagedThreadId;
        })));

        Assert.Equal(Enumerable.Range(0, 100), order);
        Assert.Single(threads.Distinct());
        Assert.NotEqual(Environment.CurrentManagedThreadId, threads[0]);
    }

    [Fact]
    public async Task What_the_work_throws_reaches_whoever_awaits_and_the_lane_goes_on()
    {
        using var lane = new DeviceThread("cpu0");

        var exception = await Assert.ThrowsAsync<InferenceException>(() => lane.Run<int>(_ => throw new InferenceException("out of memory")));

        Assert.Equal("out of memory", exception.Message);
        Assert.Equal(7, await lane.Run(_ => 7));
    }

    [Fact]
    public async Task Work_cancelled_before_it_starts_never_starts()
    {
        using var lane = new DeviceThread("cpu0");
        using var gate = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        var hasRun = false;
        var blocking = lane.Run(token => { gate.Wait(token); return 0; });
        var waiting = lane.Run(_ => hasRun = true, cancellation.Token);

        cancellation.Cancel();
        gate.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await blocking;
        Assert.False(hasRun);
    }

    [Fact]
    public async Task Running_work_sees_its_token_end()
    {
        using var lane = new DeviceThread("cpu0");
        using var cancellation = new CancellationTokenSource();
        var begun = NewSignal();
        var running = lane.Run(
            token =>
            {
                begun.SetResult();
                token.WaitHandle.WaitOne();
                token.ThrowIfCancellationRequested();
                return 0;
            },
            cancellation.Token);

        await begun.Task;
        cancellation.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Busy_and_waiting_can_be_seen()
    {
        using var lane = new DeviceThread("cpu0");
        using var gate = new ManualResetEventSlim();
        var begun = NewSignal();
        Assert.False(lane.IsBusy);
        var running = lane.Run(token => { begun.SetResult(); gate.Wait(token); return lane.IsBusy; });
        await begun.Task;
        var waiting = lane.Run(_ => lane.WaitingCount);

        Assert.True(lane.IsBusy);
        Assert.Equal(1, lane.WaitingCount);
        gate.Set();

        Assert.True(await running);
        Assert.Equal(0, await waiting);
    }

    [Fact]
    public async Task More_than_the_lane_holds_is_refused()
    {
        using var lane = new DeviceThread("cpu0");
        using var gate = new ManualResetEventSlim();
        var begun = NewSignal();
        var running = lane.Run(token => { begun.SetResult(); gate.Wait(token); return 0; });
        await begun.Task;
        var waiting = Enumerable.Range(0, DeviceThread.WaitingCountMax).Select(number => lane.Run(_ => number)).ToArray();

        await Assert.ThrowsAsync<InvalidOperationException>(() => lane.Run(_ => 0));

        gate.Set();
        await running;
        Assert.Equal(Enumerable.Range(0, DeviceThread.WaitingCountMax), await Task.WhenAll(waiting));
    }

    [Fact]
    public async Task The_end_of_the_lane_cancels_what_runs_and_what_waits_and_is_waited_for()
    {
        var lane = new DeviceThread("cpu0");
        var begun = NewSignal();
        var hasEnded = false;
        var running = lane.Run(token =>
        {
            begun.SetResult();
            token.WaitHandle.WaitOne();
            hasEnded = true;
            token.ThrowIfCancellationRequested();
            return 0;
        });
        var waiting = lane.Run(_ => 0);
        await begun.Task;

        lane.Dispose();

        Assert.True(hasEnded);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => lane.Run(_ => 0));
    }

    [Fact]
    public async Task Work_may_end_its_own_lane()
    {
        var lane = new DeviceThread("cpu0");

        var answer = await lane.Run(_ => { lane.Dispose(); return 5; });

        Assert.Equal(5, answer);
    }

    [Fact]
    public async Task Whoever_awaits_goes_on_elsewhere()
    {
        using var lane = new DeviceThread("cpu0");
        var device = 0;

        var after = await lane.Run(_ => device = Environment.CurrentManagedThreadId)
            .ContinueWith(_ => Environment.CurrentManagedThreadId, TaskContinuationOptions.ExecuteSynchronously);

        Assert.NotEqual(device, after);
    }

    // Whoever waits for the signal must not go on inside the work that gives it.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
