namespace OrleansDiffusion.Client.Grains;

/// <summary>
/// Says when the connection to a silo was lost. Calls that were on their way to it would be waited for as long as the
/// engine's response time-out; whoever hears of the loss sends them again at once.
/// </summary>
internal sealed class GatewayLosses
{
    private TaskCompletionSource _next = new();

    public void Changed(object? sender, GatewayCountChangedEventArgs count)
    {
        if (count.NumberOfConnectedGateways >= count.PreviousNumberOfConnectedGateways) return;
        Interlocked.Exchange(ref _next, new TaskCompletionSource()).SetResult();
    }

    /// <summary>Calls, and does not wait for an answer that may never come.</summary>
    /// <exception cref="TimeoutException">A silo was lost before there was an answer.</exception>
    public async Task<T> Outlast<T>(Func<Task<T>> call)
    {
        var loss = _next.Task; // Before the call: a loss right after it counts.
        var answer = call();
        if (answer.IsCompleted) return await answer;
        if (await Task.WhenAny(answer, loss) != answer) throw new TimeoutException("A silo was lost while its answer was waited for.");
        return await answer;
    }
}
