using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains;

/// <summary>How jobs leave a replica: with their pictures, with an error, or back to their queue.</summary>
internal sealed partial class ReplicaLoop
{
    private async Task Deliver(JobInWork job, Task before, RgbImage image, int imageIndex)
    {
        await before;
        if (job.IsEnded) return;
        try
        {
            job.Artifacts.Add(await pictures.Put(image, job.Spec, imageIndex));
            if (job.Artifacts.Count < job.Spec.Count) Send(job, job.Report(PhaseOf(job), checkpoint: PictureKept(job)));
            else await Complete(job);
        }
        catch (StorageException problem)
        {
            await Refuse(job, new(problem.Code, problem.Message), mayRetry: true);
        }
        catch (Exception problem)
        {
            await Fail(job, problem);
        }
    }

    /// <summary>The next picture begins afresh with those before it kept.</summary>
    private static JobCheckpoint PictureKept(JobInWork job) => new(job.Artifacts.Count, 0, [], job.Artifacts.ToArray());

    private async Task Complete(JobInWork job)
    {
        await Tell(job, jobGrain => jobGrain.Complete(new JobResult(job.Lease.Epoch, job.Artifacts.ToArray(), job.Warnings.ToArray())));
        End(job);
    }

    private async Task DeviceFailed(List<JobInWork> batch, Exception problem)
    {
        Log.StepFailed(logger, batch.Count, problem);
        if (++_failuresInARow >= FailuresInARowMax) BrokenBecause = problem.Message;
        foreach (var job in batch) await Fail(job, problem);
    }

    private Task Fail(JobInWork job, Exception problem)
    {
        Log.JobFailed(logger, job.Id, problem);
        var isHung = problem is DeviceHungException;
        if (isHung) (BrokenBecause, _isHung) = (problem.Message, true);
        JobError error = isHung || problem is InferenceException ? new(ErrorCode.DeviceFailed, problem.Message) : new(ErrorCode.Internal, "The replica failed.");
        return Refuse(job, error, mayRetry: true, isHung);
    }

    private Task Refuse(JobInWork job, JobError error, bool mayRetry, bool deviceLost = false)
    {
        if (job.IsEnded) return Task.CompletedTask;
        End(job);
        _ = Tell(job, jobGrain => jobGrain.Fail(new JobFailure(job.Lease.Epoch, error, mayRetry, deviceLost)));
        return Task.CompletedTask;
    }

    private async Task GiveBackAll()
    {
        foreach (var job in _jobs.ToList())
        {
            await job.Delivery;
            if (job.IsEnded) continue;
            var checkpoint = await LastCheckpoint(job);
            End(job);
            await Tell(job, jobGrain => jobGrain.GiveBack(job.Lease.Epoch, checkpoint));
        }
    }

    private async Task<JobCheckpoint> LastCheckpoint(JobInWork job)
    {
        if (job.State.Length > 0) return job.Lease.Checkpoint!; // It has not begun here.
        try
        {
            if (job.Sample is { } sample && BrokenBecause is null) return job.CheckpointOf(await runtime.Checkpoint(sample, CancellationToken.None));
        }
        catch (Exception problem)
        {
            Log.JobFailed(logger, job.Id, problem);
        }

        return PictureKept(job);
    }

    private void End(JobInWork job)
    {
        if (job.IsEnded) return;
        job.IsEnded = true;
        _jobs.Remove(job);
        _left.Add(job); // The device may be in the middle of its step.
        listener.LeaseEnded(job.Id);
        _wake.Set();
    }

    private void DisposeLeft()
    {
        foreach (var job in _left.Where(_ => !_isHung)) job.Dispose(); // What a hanging call may still write to must stay.
        _left.Clear();
    }

    private void Send(JobInWork job, JobReport report)
    {
        job.ReportedAt = time.GetUtcNow();
        job.Reporter.Send(report);
    }

    /// <summary>What ends a lease must arrive, or the job runs again: told until it does, or until the lease has timed out anyway.</summary>
    private async Task Tell(JobInWork job, Func<IJobGrain, Task> ending)
    {
        await job.Reporter.Flushed(); // The last checkpoint comes before the end, or it comes too late.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ending(jobOf(job.Id));
                return;
            }
            catch (Exception problem)
            {
                Log.EndNotTold(logger, job.Id, attempt, problem);
                if (attempt == options.HandOverAttemptsMax) return;
            }

            await Task.Delay(ReplicaOptions.HandOverPause, time);
        }
    }

    private static string PhaseOf(JobInWork job) => job.IsOffDevice ? JobPhases.Store : job.Sample is null ? JobPhases.Encode : JobPhases.Steps;

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Warning, "A step of {JobCount} jobs failed")]
        public static partial void StepFailed(ILogger logger, int jobCount, Exception problem);

        [LoggerMessage(3002, LogLevel.Warning, "{JobId} failed on its device")]
        public static partial void JobFailed(ILogger logger, string jobId, Exception problem);

        [LoggerMessage(3003, LogLevel.Warning, "{JobId} cannot go on from its checkpoint; its picture begins afresh")]
        public static partial void CheckpointRefused(ILogger logger, string jobId, Exception problem);

        [LoggerMessage(3004, LogLevel.Warning, "The end of {JobId} could not be told (attempt {Attempt})")]
        public static partial void EndNotTold(ILogger logger, string jobId, int attempt, Exception problem);
    }
}
