using Microsoft.Extensions.Options;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains;

/// <summary>One tenant's quotas and usage. Unfinished jobs are read from the store when it comes up; what was used is a row per day.</summary>
internal sealed class TenantGrain(
    IJobStore jobs, IUsageStore usage, TimeProvider time, IOptions<TenantOptions> options) : Grain, ITenantGrain
{
    private const int PageCount = 200;

    private readonly Dictionary<string, double> _costOfUnfinished = new(StringComparer.Ordinal);
    private UsageOfDay? _today;

    private string Id => this.GetPrimaryKeyString();

    private TenantLimits Limits => options.Value.Of(Id);

    public override async Task OnActivateAsync(CancellationToken cancellation)
    {
        await Recall(JobStatus.Queued, cancellation);
        await Recall(JobStatus.Running, cancellation);
        _today = await StoreRefusals.Told(() => usage.Read(Id, Day(), cancellation));
    }

    public async Task<TenantAdmission> Admit(string jobId, double costSeconds)
    {
        if (_costOfUnfinished.ContainsKey(jobId)) return new(null, Limits.Weight);

        var use = new TenantUse(_costOfUnfinished.Count, _costOfUnfinished.Values.Sum(), (await Today()).DeviceSeconds);
        if (Admission.ToTenant(Limits, use, costSeconds, time.GetUtcNow()) is { } refused) return new(refused, Limits.Weight);

        _costOfUnfinished.Add(jobId, costSeconds);
        return new(null, Limits.Weight);
    }

    public async Task Finished(string jobId, double deviceSeconds, int pictureCount)
    {
        if (deviceSeconds > 0 || pictureCount > 0)
        {
            await usage.Add(Id, Day(), jobId, deviceSeconds, pictureCount, CancellationToken.None);
            _today = null; // Only the store knows whether this job was counted before.
        }

        _costOfUnfinished.Remove(jobId);
    }

    public async Task<TenantView> View()
    {
        var today = await Today();
        return new(Id, _costOfUnfinished.Count, today.DeviceSeconds, today.PictureCount);
    }

    private async Task Recall(JobStatus status, CancellationToken cancellation)
    {
        string? cursor = null;
        do
        {
            var query = new JobQuery(Id, status, Cursor: cursor, CountMax: PageCount);
            var page = await StoreRefusals.Told(() => jobs.List(query, cancellation));
            foreach (var job in page.Jobs) _costOfUnfinished[job.Id] = CostModel.DeviceSeconds(job.Spec, stepSecondsPerMegapixel: null);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    private async Task<UsageOfDay> Today()
    {
        var day = Day();
        if (_today is { } known && known.Day == day) return known;
        return _today = await usage.Read(Id, day, CancellationToken.None);
    }

    private DateOnly Day() => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
}
