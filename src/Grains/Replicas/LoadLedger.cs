using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>Where a load stands and where its time goes. Told from any thread, read from the replica's turns.</summary>
internal sealed class LoadLedger(TimeProvider time) : IProgress<LoadProgress>
{
    /// <summary>Warming up is the last tenth of the way to Ready.</summary>
    private const double LoadShare = 0.9;

    private readonly Lock _gate = new();
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly List<PhaseTime> _closed = [];
    private LoadProgress _now = new(ReplicaPhase.Provisioning, "order", 0);
    private double _openedAtSeconds;
    private DateTimeOffset _movedAt = time.GetUtcNow();
    private LoadedWeights? _weights;
    private double _weightsAtSeconds;

    /// <summary>Since something was last told.</summary>
    public TimeSpan StandsStillFor
    {
        get
        {
            lock (_gate) return time.GetUtcNow() - _movedAt;
        }
    }

    public double Seconds => (time.GetUtcNow() - _startedAt).TotalSeconds;

    public void Report(LoadProgress value)
    {
        lock (_gate)
        {
            if (value.Name != _now.Name) Close();
            if (value != _now) _movedAt = time.GetUtcNow(); // Saying the same again is not moving.
            _now = value;
            if (value.Weights is { } weights) Note(weights);
        }
    }

    /// <summary>What has come from where, as far as the load says so.</summary>
    public LoadedWeights? Weights
    {
        get
        {
            lock (_gate) return _weights;
        }
    }

    /// <summary>Ends the last phase.</summary>
    public void End()
    {
        lock (_gate) Close();
    }

    public (ReplicaPhase Phase, string Name, double Progress, PhaseTime[] Phases) Read()
    {
        lock (_gate) return (_now.Phase, Words(_now), Math.Clamp(_now.Fraction, 0, 1) * LoadShare, [.. _closed]);
    }

    /// <summary>While weights are waited for, how far they are and from where is what there is to know.</summary>
    private static string Words(LoadProgress now) =>
        now is { Phase: ReplicaPhase.Fetching, Weights: { } weights } ? $"{now.Name}: {weights}" : now.Name;

    private void Note(LoadedWeights weights)
    {
        if (_weights is null) _weightsAtSeconds = Seconds;
        if (weights.ArrivedBytes == _weights?.ArrivedBytes) return;
        _weights = weights with { Seconds = Seconds - _weightsAtSeconds };
    }

    private void Close()
    {
        var now = Seconds;
        _closed.Add(new(_now.Name, _openedAtSeconds, now - _openedAtSeconds));
        _openedAtSeconds = now;
    }
}
