using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace OrleansDiffusion.OrleansStandin.Enumerations;

/// <summary>Fetches elements in batches; disposing it, cancelling it or failing ends the enumeration at the grain.</summary>
internal sealed partial class RemoteEnumerator<T> : IAsyncEnumerator<T>
{
    private readonly RemoteEnumerable<T> enumeration;
    private readonly CancellationTokenSource cancellation;
    private readonly IEnumerationExtension grain;
    private readonly Guid id;
    private EnumerationStep step;
    private int index;
    private bool isStarted;
    private bool isDisposed;

    public RemoteEnumerator(RemoteEnumerable<T> enumeration, CancellationToken token)
    {
        this.enumeration = enumeration;
        cancellation = CancellationTokenSource.CreateLinkedTokenSource(token, enumeration.Token);
        grain = (IEnumerationExtension)enumeration.Target.As(typeof(IEnumerationExtension));
        id = enumeration.Target.Origin.Cluster.Driver.NewId();
    }

    public T Current => (T)step.Elements[index]!;

    public async ValueTask<bool> MoveNextAsync()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (isStarted && ++index < step.Elements.Length)
        {
            return true;
        }

        if (isStarted && step.Status == EnumerationStatus.Completed)
        {
            return false;
        }

        try
        {
            do
            {
                step = await Fetch();
            }
            while (step.Status == EnumerationStatus.Heartbeat);
        }
        catch
        {
            await StopQuietly();
            throw;
        }

        index = 0;
        return HasElements();
    }

    public async ValueTask DisposeAsync()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        if (isStarted && step.Status is not EnumerationStatus.Completed)
        {
            await StopQuietly();
        }

        cancellation.Dispose();
    }

    private ValueTask<EnumerationStep> Fetch()
    {
        cancellation.Token.ThrowIfCancellationRequested();
        if (isStarted)
        {
            return grain.Next(id, cancellation.Token);
        }

        isStarted = true;
        return grain.Start(id, enumeration, cancellation.Token);
    }

    private bool HasElements()
    {
        switch (step.Status)
        {
            case EnumerationStatus.Failed:
                ExceptionDispatchInfo.Throw(step.Failure!);
                return false;
            case EnumerationStatus.Cancelled:
                throw new OperationCanceledException();
            case EnumerationStatus.Unknown:
                throw new EnumerationAbortedException(
                    "Enumeration aborted: the remote target does not have a record of this enumerator. It was deactivated, or the enumerator was idle for too long.");
            default:
                return step.Elements.Length > 0;
        }
    }

    private async Task StopQuietly()
    {
        if (!isStarted)
        {
            return;
        }

        try
        {
            await grain.Stop(id);
        }
        catch (Exception failure)
        {
            LogStopFailed(enumeration.Target.Origin.Log, failure, enumeration.Target.GrainId);
        }
    }

    [LoggerMessage(120, LogLevel.Debug, "An enumeration of {Grain} could not be ended there")]
    private static partial void LogStopFailed(ILogger log, Exception failure, GrainId grain);
}
