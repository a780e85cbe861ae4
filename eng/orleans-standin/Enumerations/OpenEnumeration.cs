namespace OrleansDiffusion.OrleansStandin.Enumerations;

/// <summary>One enumeration inside its grain.</summary>
internal sealed class OpenEnumeration(IElementSource source, CancellationTokenSource cancellation, int batchElementsMax) : IAsyncDisposable
{
    private Task<bool>? _pending;
    private bool _wasUsed = true;
    private bool _isBusy;

    /// <summary>As many elements as are there without waiting; if there is none, waits for one, at most <paramref name="patience"/>.</summary>
    public async ValueTask<EnumerationStep> Step(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        _wasUsed = _isBusy = true;
        try
        {
            var ready = new List<object?>();
            if (_pending is null && TryTakeReady(ready))
            {
                return new EnumerationStep(EnumerationStatus.Completed, [.. ready]);
            }

            return ready.Count > 0 ? new EnumerationStep(EnumerationStatus.Elements, [.. ready]) : await Wait(patience, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return new EnumerationStep(EnumerationStatus.Cancelled);
        }
        catch (Exception failure)
        {
            return new EnumerationStep(EnumerationStatus.Failed, failure: failure);
        }
        finally
        {
            _isBusy = false;
        }
    }

    /// <returns>True when nobody has asked since the last time this was called.</returns>
    public bool IsForgotten()
    {
        var forgotten = !_wasUsed && !_isBusy;
        _wasUsed = false;
        return forgotten;
    }

    public async ValueTask DisposeAsync()
    {
        cancellation.Cancel();
        if (_pending is not null)
        {
            await ((Task)_pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        await source.DisposeAsync();
        cancellation.Dispose();
    }

    /// <returns>True: that was all.</returns>
    private bool TryTakeReady(List<object?> ready)
    {
        while (ready.Count < batchElementsMax)
        {
            var moving = source.MoveNext();
            if (!moving.IsCompletedSuccessfully)
            {
                _pending = moving.AsTask();
                return false;
            }

            if (!moving.GetAwaiter().GetResult())
            {
                return true;
            }

            ready.Add(source.Current);
        }

        return false;
    }

    private async ValueTask<EnumerationStep> Wait(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await _pending!.WaitAsync(patience, time, cancellationToken);
        }
        catch (TimeoutException) when (!_pending!.IsCompleted)
        {
            return new EnumerationStep(EnumerationStatus.Heartbeat);
        }

        var hasElement = await _pending;
        _pending = null;
        return hasElement ? new EnumerationStep(EnumerationStatus.Elements, [source.Current]) : new EnumerationStep(EnumerationStatus.Completed);
    }
}
