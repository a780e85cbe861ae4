using OrleansDiffusion.Grains;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Silo.Downloads;

/// <summary>One download and how many want it.</summary>
internal sealed class RunningDownload : IDisposable
{
    private readonly CancellationTokenSource _unwanted = new();
    private volatile ModelDownload? _download;
    private volatile bool _isChecking;

    public Task<ModelInspection> Result { get; set; } = null!;

    public int UserCount { get; set; }

    public CancellationToken Cancellation => _unwanted.Token;

    public ModelDownload? Download
    {
        set => _download = value;
    }

    public bool IsChecking
    {
        set => _isChecking = value;
    }

    public ModelFetchProgress Now() =>
        _download?.Progress is { } progress ? new(progress.ArrivedBytes, progress.TotalBytes, _isChecking) : new(0, 0, _isChecking);

    /// <summary>Nobody wants it: it is over when this is, so that the next one finds the folder alone.</summary>
    public async Task End()
    {
        await _unwanted.CancelAsync();
        await Result.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Dispose();
    }

    public void Dispose() => _unwanted.Dispose();
}
