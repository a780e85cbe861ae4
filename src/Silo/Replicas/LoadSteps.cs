using OrleansDiffusion.Diffusion.Pipelines;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using LoadProgress = OrleansDiffusion.Grains.LoadProgress;

namespace OrleansDiffusion.Silo.Replicas;

/// <summary>
/// Where the load of an imported model stands: its phases are unet_map, unet_create and so on, for the ledger; and how many
/// of its bytes have come from where. Told from several threads.
/// </summary>
/// <param name="progress">Told of every step.</param>
/// <param name="fetched">How far the weights are; null where all were there from the start.</param>
internal sealed class LoadSteps(IProgress<LoadProgress> progress, Func<LoadedWeights>? fetched)
{
    private const string FetchPhase = "fetch";

    /// <summary>The tokenizer, and map, create and warm of each component.</summary>
    private static readonly double Count = 1 + (3 * ModelFolder.RequiredGraphs.Count);

    private readonly Lock _lock = new();
    private int _doneCount;
    private (ReplicaPhase Phase, string Name) _now = (ReplicaPhase.Loading, "tokenizer");
    private bool _isOver;

    /// <summary>The configurations and the tokenizer are waited for.</summary>
    public void Fetch() => Enter(ReplicaPhase.Fetching, FetchPhase);

    public void Tokenizer() => Enter(ReplicaPhase.Loading, "tokenizer");

    public void Enter(string component, string phase)
    {
        if (phase != FetchPhase) Interlocked.Increment(ref _doneCount);
        Enter(phase == FetchPhase ? ReplicaPhase.Fetching : ReplicaPhase.Loading, $"{component}_{phase}");
    }

    /// <summary>Says the same again, with the bytes that have come since.</summary>
    public void Again()
    {
        lock (_lock) Tell();
    }

    /// <summary>From now on another tells where the load stands.</summary>
    public void End()
    {
        lock (_lock) _isOver = true;
    }

    private void Enter(ReplicaPhase phase, string name)
    {
        lock (_lock)
        {
            _now = (phase, name);
            Tell();
        }
    }

    /// <summary>Sessions can be made long before their weights are there: the load is as far as what is furthest behind.</summary>
    private void Tell()
    {
        if (_isOver) return;
        var bytes = fetched?.Invoke();
        var arrived = bytes is { TotalBytes: > 0 } ? (double)bytes.ArrivedBytes / bytes.TotalBytes : 1;
        progress.Report(new LoadProgress(_now.Phase, _now.Name, Math.Min(_doneCount / Count, arrived), bytes));
    }
}
