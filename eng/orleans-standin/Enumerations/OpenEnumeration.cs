namespace OrleansDiffusion.OrleansStandin.Enumerations;

/// <summary>One enumeration inside its grain.</summary>
internal sealed class OpenEnumeration(IElementSource source, CancellationTokenSource cancellation, int batchElementsMax) : IAsyncDisposable
{
    private Task<bool>? pending;
    private bool wasUsed = true;
    private bool isBusy;

    /// <summary>As many elements as are there without waiting; if there is none, waits for one, at most <paramref name="patience"/>.</summary>
    public async ValueTask<EnumerationStep> Step(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        wasUsed = isBusy = true;
        try
        {
            var ready = new List<object?>();
            if (pending is null && TryTakeReady(ready))
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
            isBusy = false;
        }
    }

    /// <returns>True when nobody has asked since the last time this was called.</returns>
    public bool IsForgotten()
    {
        var forgotten = !wasUsed && !isBusy;
        wasUsed = false;
        return forgotten;
    }

    public async ValueTask DisposeAsync()
    {
        cancellation.Cancel();
        if (pending is not null)
        {
            await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
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
                pending = moving.AsTask();
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
            await pending!.WaitAsync(patience, time, cancellationToken);
        }
        catch (TimeoutException) when (!pending!.IsCompleted)
        {
            return new EnumerationStep(EnumerationStatus.Heartbeat);
        }

        var hasElement = await pending;
        pending = null;
        return hasElement ? new EnumerationStep(EnumerationStatus.Elements, [source.Current]) : new EnumerationStep(EnumerationStatus.Completed);
    }
}
