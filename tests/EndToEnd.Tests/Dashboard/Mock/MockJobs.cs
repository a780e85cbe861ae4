using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace OrleansDiffusion.EndToEnd.Tests.Dashboard.Mock;

/// <summary>All jobs of the mock server, their pictures, and the feed that tells of them.</summary>
internal sealed class MockJobs
{
    private readonly ConcurrentDictionary<string, MockJob> _jobs = [];
    private readonly ConcurrentDictionary<string, string> _keys = [];
    private readonly ConcurrentDictionary<string, byte[]> _pictures = [];
    private readonly Channel<MockJob> _submitted = Channel.CreateUnbounded<MockJob>();
    private int _count;

    public Broadcast Feed { get; } = new();

    public int Count => _jobs.Count;

    /// <summary>The next job that the page submits.</summary>
    public async Task<MockJob> NextSubmissionAsync() =>
        await _submitted.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>A job that was there before, or that somebody else submits.</summary>
    public MockJob Add(string prompt, TimeSpan ago = default, Action<JsonObject>? change = null)
    {
        var body = new JsonObject { ["prompt"] = prompt };
        change?.Invoke(body);
        return Create(JsonNode.Parse(body.ToJsonString())!.AsObject(), DateTimeOffset.UtcNow - ago);
    }

    /// <returns>The job, and whether this key had already made it.</returns>
    public (MockJob Job, bool IsRepeat) Submit(JsonObject body, string key)
    {
        if (_keys.TryGetValue(key, out var known)) return (_jobs[known], true);
        var job = Create(body, DateTimeOffset.UtcNow);
        _keys[key] = job.Id;
        _submitted.Writer.TryWrite(job);
        return (job, false);
    }

    public MockJob? Find(string id) => _jobs.GetValueOrDefault(id);

    /// <summary>Newest first; the cursor is the id of the last job of the page before.</summary>
    public (IReadOnlyList<MockJob> Page, string? NextCursor) List(string? status, string? cursor, int countMax)
    {
        var rest = _jobs.Values.Where(job => status is null || job.Status == status)
            .OrderByDescending(job => job.CreatedAt).ThenByDescending(job => job.Id, StringComparer.Ordinal).AsEnumerable();
        if (cursor is not null) rest = rest.SkipWhile(job => job.Id != cursor).Skip(1);
        var page = rest.Take(countMax + 1).ToList();
        return page.Count > countMax ? (page[..countMax], page[countMax - 1].Id) : (page, null);
    }

    public void TellFeed(object item) => Feed.Send(new SseEvent("job", item));

    public void Store(string artifactId, byte[] picture) => _pictures[artifactId] = picture;

    public byte[]? Picture(string artifactId) => _pictures.GetValueOrDefault(artifactId);

    /// <summary>What the server drew for a job that named no seed.</summary>
    public long SeedOf(string id) => 1000 + long.Parse(id[4..], CultureInfo.InvariantCulture);

    private MockJob Create(JsonObject body, DateTimeOffset createdAt)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"job_{Interlocked.Increment(ref _count):D6}");
        var job = new MockJob(id, body, createdAt, this);
        _jobs[id] = job;
        TellFeed(new { job.Id, job.Status, Progress = new { Phase = "queued", Fraction = 0 }, At = createdAt });
        return job;
    }
}
