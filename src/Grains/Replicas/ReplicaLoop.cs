using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Works on a set of active jobs, one denoising step at a time (short ones a few at a time: <see cref="StepSlice"/>).
/// Between them jobs join and leave, and whatever else needs the device has its turn: previews, checkpoints, decoding. So
/// a cancel waits for one step at most, and a short job never for a long one. What needs no device (files, messages) runs beside it.
/// </summary>
internal sealed partial class ReplicaLoop(
    IReplicaRuntime runtime, int slotCount, Func<string, IJobGrain> jobOf, PictureStore pictures, IReplicaListener listener,
    TimeProvider time, ReplicaOptions options, ILogger logger)
{
    /// <summary>A device that fails so often without a success between is broken: somebody else shall try.</summary>
    private const int FailuresInARowMax = 3;

    private static readonly JobError NotANumber =
        new(ErrorCode.DeviceFailed, "The picture turned into numbers that are none (NaN); other settings may help.");

    private readonly List<JobInWork> _jobs = [];
    private readonly List<JobInWork> _left = [];
    private readonly Signal _wake = new();
    private long _tick;
    private int _failuresInARow;
    private bool _isDraining;
    private bool _mustGiveBack;
    private bool _isHung;

    public IReadOnlyList<JobInWork> Jobs => _jobs;

    /// <summary>Jobs that may come now. One that is about to leave the device makes room already: the next one shall be there by then.</summary>
    public int FreeSlots => _isDraining ? 0 : Math.Max(0, slotCount - _jobs.Count(job => !job.IsOffDevice && !job.EndsWithin(options.HandOverAhead)));

    public double? StepSecondsPerMegapixel { get; private set; }

    /// <summary>Why the device cannot be used any more; null while it can.</summary>
    public string? BrokenBecause { get; private set; }

    public bool TryAdd(JobLease lease)
    {
        if (_jobs.Any(job => job.Id == lease.JobId && job.Lease.Epoch == lease.Epoch)) return true; // Delivered twice.
        if (FreeSlots == 0) return false;
        _jobs.Add(new JobInWork(lease, new JobReporter(lease.JobId, jobOf(lease.JobId), logger), time.GetUtcNow()));
        _wake.Set();
        return true;
    }

    public void Cancel(string jobId, long epoch)
    {
        foreach (var job in _jobs.Where(job => job.Id == jobId && job.Lease.Epoch <= epoch)) job.IsCancelled = true;
        _wake.Set();
    }

    /// <summary>No new jobs. Those that run finish, or are given back with a checkpoint at the next step boundary.</summary>
    public void Drain(bool finishRunning)
    {
        _isDraining = true;
        _mustGiveBack |= !finishRunning;
        _wake.Set();
    }

    /// <summary>Lets the jobs hear of the replica even when a step takes long.</summary>
    public void Beat()
    {
        var now = time.GetUtcNow();
        foreach (var job in _jobs.Where(job => now - job.ReportedAt >= options.StatusInterval)) Send(job, job.Report(PhaseOf(job)));
    }

    /// <summary>Ends when the replica was drained or its device is broken.</summary>
    public async Task Run()
    {
        while (BrokenBecause is null)
        {
            DropLost();
            DisposeLeft();
            if (_mustGiveBack) await GiveBackAll();
            if (_isDraining && _jobs.Count == 0) break;
            if (!OnDevice.Any(job => job.NeedsSample || job.CanStep))
            {
                await _wake.Wait();
                continue;
            }

            await Begin();
            await Step();
        }

        await GiveBackAll();
        DisposeLeft();
    }

    /// <summary>Those that came ahead of their time wait for their slot.</summary>
    private IEnumerable<JobInWork> OnDevice => _jobs.Where(job => !job.IsOffDevice).Take(slotCount);

    private void DropLost()
    {
        foreach (var job in _jobs.Where(job => job.IsCancelled || job.Reporter.IsLost).ToList()) End(job);
    }

    private async Task Begin()
    {
        foreach (var job in OnDevice.Where(job => job.NeedsSample).ToList())
        {
            Send(job, job.Report(JobPhases.Encode, started: true));
            try
            {
                job.Began(await runtime.Begin(job.Spec, job.ImageIndex, job.State, CancellationToken.None));
                Send(job, job.Report(JobPhases.Steps, started: true));
            }
            catch (InferenceException problem) when (job.State.Length > 0)
            {
                Log.CheckpointRefused(logger, job.Id, problem);
                job.State = []; // The picture begins afresh.
            }
            catch (Exception problem)
            {
                await Fail(job, problem);
            }
        }
    }

    private async Task Step()
    {
        var batch = NextBatch();
        if (batch.Count == 0) return;

        var (startedAt, stepsBefore) = (time.GetTimestamp(), batch[0].Sample!.StepsDone);
        try
        {
            await runtime.Step([.. batch.Select(job => job.Sample!)], StepSlice.CountFor(batch, options), CancellationToken.None);
        }
        catch (Exception problem)
        {
            await DeviceFailed(batch, problem);
            return;
        }

        _failuresInARow = 0;
        Measure(batch, batch[0].Sample!.StepsDone - stepsBefore, time.GetElapsedTime(startedAt));
        AnnounceEnds(batch);
        foreach (var job in batch) await AfterStep(job);
    }

    private void AnnounceEnds(List<JobInWork> batch)
    {
        foreach (var job in batch.Where(job => !job.IsEndAnnounced && job.EndsWithin(options.HandOverAhead)))
        {
            job.IsEndAnnounced = true;
            listener.Changed();
        }
    }

    /// <summary>Those of one shape, beginning with the job that has waited longest for a step.</summary>
    private List<JobInWork> NextBatch()
    {
        var ready = OnDevice.Where(job => job.CanStep && !job.IsCancelled).OrderBy(job => job.SteppedAtTick).ToList();
        return [.. ready.Where(job => job.Sample!.ShapeKey == ready[0].Sample!.ShapeKey)];
    }

    private void Measure(List<JobInWork> batch, int stepCount, TimeSpan tookAll)
    {
        _tick++;
        var took = tookAll / stepCount;
        for (var i = 0; i < stepCount; i++) DiffusionMeter.Stepped(batch[0].Spec.Model, took);
        foreach (var job in batch)
        {
            job.SteppedAtTick = _tick;
            job.Stepped(took);
        }

        var measured = CostModel.Measured(batch[0].Spec, steps: 1, took.TotalSeconds / batch.Count);
        StepSecondsPerMegapixel = CostModel.Smooth(StepSecondsPerMegapixel, measured);
    }

    private async Task AfterStep(JobInWork job)
    {
        if (job.IsCancelled || job.IsEnded) return;
        try
        {
            if (!job.Sample!.IsFinite) await Refuse(job, NotANumber, mayRetry: false);
            else if (job.CanStep) await TellOfStep(job);
            else await Decode(job);
        }
        catch (Exception problem)
        {
            await Fail(job, problem);
        }
    }

    private async Task TellOfStep(JobInWork job)
    {
        var preview = job.IsPreviewDue ? await pictures.Preview(await runtime.Preview(job.Sample!, CancellationToken.None)) : null;
        var checkpoint = IsCheckpointDue(job) ? job.CheckpointOf(await runtime.Checkpoint(job.Sample!, CancellationToken.None)) : null;
        if (checkpoint is not null) job.CheckpointAt = time.GetUtcNow();

        var isDue = time.GetUtcNow() - job.ReportedAt >= options.ReportInterval;
        if (isDue || preview is not null || checkpoint is not null) Send(job, job.Report(JobPhases.Steps, false, preview, checkpoint));
    }

    private bool IsCheckpointDue(JobInWork job) =>
        job.Sample!.StepsDone % options.CheckpointStepCount == 0
        && time.GetUtcNow() - job.CheckpointAt >= options.CheckpointInterval
        && job.Artifacts.Count == job.ImageIndex; // Else the pictures before it are still on their way.

    private async Task Decode(JobInWork job)
    {
        Send(job, job.Report(JobPhases.Decode, started: true));
        var image = await runtime.Decode(job.Sample!, CancellationToken.None);
        var imageIndex = job.ImageIndex;
        Send(job, job.Report(JobPhases.Store, started: true));
        job.Decoded();
        job.Delivery = Deliver(job, job.Delivery, image, imageIndex);
        if (job.IsOffDevice) listener.Changed(); // Its slot is free while its last file is written.
    }
}
