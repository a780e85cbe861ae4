using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>A job grain that writes down what a replica tells it.</summary>
internal sealed class ScribbledJob : IJobGrain
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<JobReport> Reports { get; } = [];

    public List<string> Ends { get; } = [];

    public JobResult? Result { get; private set; }

    public JobFailure? Failure { get; private set; }

    public JobCheckpoint? Returned { get; private set; }

    /// <summary>What a report is answered with.</summary>
    public Func<JobReport, Task<bool>> OnReport { get; set; } = _ => Task.FromResult(true);

    /// <summary>Called before an end is taken; what it throws, the replica gets.</summary>
    public Func<Task> BeforeEnd { get; set; } = () => Task.CompletedTask;

    public Task Ended => _ended.Task.Soon();

    public Task<bool> Report(JobReport report)
    {
        Reports.Add(report);
        return OnReport(report);
    }

    public Task<bool> Complete(JobResult result) => End("complete", () => Result = result);

    public Task<bool> Fail(JobFailure failure) => End("fail", () => Failure = failure);

    public Task<bool> GiveBack(long epoch, JobCheckpoint? checkpoint) => End("give back", () => Returned = checkpoint);

    public Task<SubmitAnswer> Submit(JobSubmission submission) => throw new NotSupportedException();

    public Task<JobView?> Get(string tenantId) => throw new NotSupportedException();

    public IAsyncEnumerable<JobEvent> Watch(string tenantId, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<bool> Cancel(string tenantId) => throw new NotSupportedException();

    public Task<JobLease?> Lease(string replicaId, string device) => throw new NotSupportedException();

    public Task Placed(QueuePlace place) => throw new NotSupportedException();

    public Task<bool> HolderLost(string replicaId, string siloId) => throw new NotSupportedException();

    public Task<bool> Abandon(JobError error) => throw new NotSupportedException();

    public Task Resume() => throw new NotSupportedException();

    private async Task<bool> End(string how, Action note)
    {
        await BeforeEnd();
        Ends.Add(how);
        note();
        _ended.TrySetResult();
        return true;
    }
}
