using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>A job in a replica's active set: its lease, the picture in work, and the pictures before it.</summary>
internal sealed class JobInWork(JobLease lease, JobReporter reporter, DateTimeOffset now) : IDisposable
{
    private readonly SortedSet<string> _warnings = new(StringComparer.Ordinal);
    public JobLease Lease => lease;

    public GenerationSpec Spec => lease.Spec;

    public string Id => lease.JobId;

    public JobReporter Reporter => reporter;

    /// <summary>0-based picture in work.</summary>
    public int ImageIndex { get; private set; } = lease.Checkpoint?.ImageIndex ?? 0;

    /// <summary>Where to go on; empty to begin the picture afresh.</summary>
    public byte[] State { get; set; } = lease.Checkpoint?.State ?? [];

    public List<ArtifactRef> Artifacts { get; } = [.. lease.Checkpoint?.Artifacts ?? []];

    public IReadOnlyCollection<string> Warnings => _warnings;

    /// <summary>Null before the picture has begun, and after it was decoded.</summary>
    public IReplicaSample? Sample { get; private set; }

    /// <summary>Pictures on their way into the store.</summary>
    public Task Delivery { get; set; } = Task.CompletedTask;

    /// <summary>Every step is taken and decoded: the device has nothing left to do for it.</summary>
    public bool IsOffDevice => ImageIndex >= Spec.Count;

    /// <summary>The pool was told that its slot is about to be free.</summary>
    public bool IsEndAnnounced { get; set; }

    /// <summary>Its owner does not want it any more.</summary>
    public bool IsCancelled { get; set; }

    /// <summary>It left the active set.</summary>
    public bool IsEnded { get; set; }

    /// <summary>The tick of its last step, for turns among unequal shapes.</summary>
    public long SteppedAtTick { get; set; }

    /// <summary>What a step takes lately; null before the first.</summary>
    public double? StepSeconds { get; private set; }

    public DateTimeOffset ReportedAt { get; set; } = now;

    public DateTimeOffset CheckpointAt { get; set; } = now;

    private int StepsDone => Sample?.StepsDone ?? 0;

    public bool NeedsSample => Sample is null && !IsOffDevice;

    public bool CanStep => Sample is { } sample && sample.StepsDone < sample.StepCount;

    public void Began(IReplicaSample sample)
    {
        Sample = sample;
        State = [];
        foreach (var warning in sample.Warnings) _warnings.Add(warning);
    }

    /// <summary>Whether the steps that are left of its last picture take less than this.</summary>
    public bool EndsWithin(TimeSpan time) =>
        ImageIndex == Spec.Count - 1 && Sample is { } sample && (sample.StepCount - sample.StepsDone) * StepSeconds < time.TotalSeconds;

    public void Stepped(TimeSpan took) => StepSeconds = CostModel.Smooth(StepSeconds, took.TotalSeconds);

    public void Decoded()
    {
        Sample?.Dispose();
        Sample = null;
        ImageIndex++;
    }

    public bool IsPreviewDue => IsPreviewDueAfter(StepsDone);

    /// <summary>Whether step k of n is one of the p previews that are spread evenly over the steps; the last step has the picture itself.</summary>
    public bool IsPreviewDueAfter(int stepsDone)
    {
        if (Sample is not { } sample || stepsDone >= sample.StepCount) return false;
        var share = Spec.PreviewCount + 1;
        return stepsDone * share / sample.StepCount > (stepsDone - 1) * share / sample.StepCount;
    }

    public JobReport Report(string phase, bool started = false, byte[]? preview = null, JobCheckpoint? checkpoint = null) => new(
        lease.Epoch, phase, started, Math.Min(ImageIndex, Spec.Count - 1), IsOffDevice ? Spec.Steps : StepsDone, 1 / StepSeconds, preview, checkpoint);

    public JobCheckpoint CheckpointOf(byte[] state) => new(ImageIndex, StepsDone, state, Artifacts.ToArray());

    public void Dispose() => Sample?.Dispose();
}
