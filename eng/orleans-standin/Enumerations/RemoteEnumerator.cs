using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace OrleansDiffusion.OrleansStandin.Enumerations;

/// <summary>Fetches elements in batches; disposing it, cancelling it or failing ends the enumeration at the grain.</summary>
internal sealed partial class RemoteEnumerator<T> : IAsyncEnumerator<T>
{
    private readonly RemoteEnumerable<T> _enumeration;
    private readonly CancellationTokenSource _cancellation;
    private readonly IEnumerationExtension _grain;
    private readonly Guid _id;
    private EnumerationStep _step;
    private int _index;
    private bool _isStarted;
    private bool _isDisposed;

    public RemoteEnumerator(RemoteEnumerable<T> enumeration, CancellationToken token)
    {
        _enumeration = enumeration;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(token, enumeration.Token);
        _grain = (IEnumerationExtension)enumeration.Target.As(typeof(IEnumerationExtension));
        _id = enumeration.Target.Origin.Cluster.Driver.NewId();
    }

    public T Current => (T)_step.Elements[_index]!;

    public async ValueTask<bool> MoveNextAsync()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isStarted && ++_index < _step.Elements.Length)
        {
            return true;
        }

        if (_isStarted && _step.Status == EnumerationStatus.Completed)
        {
            return false;
        }

        try
        {
            do
            {
                _step = await Fetch();
            }
            while (_step.Status == EnumerationStatus.Heartbeat);
        }
        catch
        {
            await StopQuietly();
            throw;
        }

        _index = 0;
        return HasElements();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (_isStarted && _step.Status is not EnumerationStatus.Completed)
        {
            await StopQuietly();
        }

        _cancellation.Dispose();
    }

    private ValueTask<EnumerationStep> Fetch()
    {
        _cancellation.Token.ThrowIfCancellationRequested();
        if (_isStarted)
        {
            return _grain.Next(_id, _cancellation.Token);
        }

        _isStarted = true;
        return _grain.Start(_id, _enumeration, _cancellation.Token);
    }

    private bool HasElements()
    {
        switch (_step.Status)
        {
            case EnumerationStatus.Failed:
                ExceptionDispatchInfo.Throw(_step.Failure!);
                return false;
            case EnumerationStatus.Cancelled:
                throw new OperationCanceledException();
            case EnumerationStatus.Unknown:
                throw new EnumerationAbortedException(
                    "Enumeration aborted: the remote target does not have a record of this enumerator. It was deactivated, or the enumerator was idle for too long.");
            default:
                return _step.Elements.Length > 0;
        }
    }

    private async Task StopQuietly()
    {
        if (!_isStarted)
        {
            return;
        }

        try
        {
            await _grain.Stop(_id);
        }
        catch (Exception failure)
        {
            LogStopFailed(_enumeration.Target.Origin.Log, failure, _enumeration.Target.GrainId);
        }
    }

    [LoggerMessage(120, LogLevel.Debug, "An enumeration of {Grain} could not be ended there")]
    private static partial void LogStopFailed(ILogger log, Exception failure, GrainId grain);
}
