using FsCheck.Fluent;

namespace OrleansDiffusion.Jobs.Tests;

public sealed class JobMachineTests
{
    /// <summary>Rows: from. Columns: Leased, LeaseLost, Completed, Failed, Cancelled.</summary>
    private static readonly Dictionary<JobStatus, JobStatus[]> Expected = new()
    {
        [JobStatus.Queued] = [JobStatus.Running, JobStatus.Queued, JobStatus.Queued, JobStatus.Failed, JobStatus.Cancelled],
        [JobStatus.Running] = [JobStatus.Running, JobStatus.Queued, JobStatus.Succeeded, JobStatus.Failed, JobStatus.Cancelled],
        [JobStatus.Succeeded] = Enumerable.Repeat(JobStatus.Succeeded, 5).ToArray(),
        [JobStatus.Failed] = Enumerable.Repeat(JobStatus.Failed, 5).ToArray(),
        [JobStatus.Cancelled] = Enumerable.Repeat(JobStatus.Cancelled, 5).ToArray(),
    };

    public static TheoryData<JobStatus, JobSignal> EveryCase() =>
        new(from status in Enum.GetValues<JobStatus>() from signal in Enum.GetValues<JobSignal>() select (status, signal));

    [Theory]
    [MemberData(nameof(EveryCase))]
    public void Every_signal_in_every_status_leads_where_the_table_says(JobStatus status, JobSignal signal) =>
        Assert.Equal(Expected[status][(int)signal], JobMachine.Next(status, signal));

    [Fact]
    public void Whatever_happens_a_job_reaches_at_most_one_final_status() =>
        Properties.Hold(Gen.Elements(Enum.GetValues<JobSignal>()).ListOf(), signals =>
        {
            var statuses = new List<JobStatus> { JobStatus.Queued };
            foreach (var signal in signals) statuses.Add(JobMachine.Next(statuses[^1], signal));
            Assert.True(statuses.Where(status => status.IsFinal()).Distinct().Count() <= 1);
        });

    [Fact]
    public void An_unknown_signal_or_status_changes_nothing()
    {
        Assert.Equal(JobStatus.Running, JobMachine.Next(JobStatus.Running, (JobSignal)99));
        Assert.Equal((JobStatus)99, JobMachine.Next((JobStatus)99, JobSignal.Leased));
    }

    [Theory]
    [InlineData(JobStatus.Queued, false)]
    [InlineData(JobStatus.Running, false)]
    [InlineData(JobStatus.Succeeded, true)]
    [InlineData(JobStatus.Failed, true)]
    [InlineData(JobStatus.Cancelled, true)]
    public void Three_statuses_are_final(JobStatus status, bool isFinal) => Assert.Equal(isFinal, status.IsFinal());
}
