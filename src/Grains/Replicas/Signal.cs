namespace OrleansDiffusion.Grains;

/// <summary>Wakes one loop. Signals before the wait are not lost, and several of them wake it once.</summary>
internal sealed class Signal
{
    private TaskCompletionSource _source = NewSource();

    public void Set() => _source.TrySetResult();

    public async Task Wait()
    {
        await _source.Task;
        _source = NewSource();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
