using System.Collections.Concurrent;
using System.Security.Cryptography;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Fakes;

public sealed class MemoryArtifactStore(TimeProvider? time = null) : IArtifactStore
{
    private readonly ConcurrentDictionary<string, (byte[] Bytes, DateTimeOffset At)> _files = new(StringComparer.Ordinal);
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Called before every write; what it throws, the writer gets.</summary>
    public Action BeforeWrite { get; set; } = () => { };

    public IReadOnlyCollection<string> Ids => [.. _files.Keys];

    public Task<string> Put(ReadOnlyMemory<byte> file, CancellationToken cancellation)
    {
        BeforeWrite();
        var id = Convert.ToHexStringLower(SHA256.HashData(file.Span));
        _files[id] = (file.ToArray(), _time.GetUtcNow());
        return Task.FromResult(id);
    }

    public Task<Stream?> Open(string artifactId, CancellationToken cancellation) =>
        Task.FromResult<Stream?>(_files.TryGetValue(artifactId, out var file) ? new MemoryStream(file.Bytes, writable: false) : null);

    public Task<bool> Delete(string artifactId, DateTimeOffset putBefore, CancellationToken cancellation)
    {
        BeforeWrite();
        var isThere = _files.TryGetValue(artifactId, out var file);
        return Task.FromResult(!isThere || (file.At < putBefore && _files.TryRemove(KeyValuePair.Create(artifactId, file))));
    }
}

public sealed class MemoryModelStore : IModelStore
{
    private readonly ConcurrentDictionary<string, ModelEntry> _models = new(StringComparer.Ordinal);

    public Task<IReadOnlyList<ModelEntry>> List(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ModelEntry>>(_models.Values.OrderBy(model => model.Name, StringComparer.Ordinal).ToList());

    public Task Put(ModelEntry model, CancellationToken cancellation)
    {
        _models[model.Name] = model;
        return Task.CompletedTask;
    }

    public Task<bool> Remove(string name, CancellationToken cancellation) => Task.FromResult(_models.TryRemove(name, out _));
}

public sealed class MemoryKeyStore : IKeyStore
{
    private readonly ConcurrentDictionary<string, ApiKey> _keys = new(StringComparer.Ordinal);

    public Task Put(ApiKey key, CancellationToken cancellation)
    {
        _keys[key.Id] = key;
        return Task.CompletedTask;
    }

    public Task<ApiKey?> FindByHash(string hash, CancellationToken cancellation) => Task.FromResult(_keys.Values.FirstOrDefault(key => key.Hash == hash));

    public Task<IReadOnlyList<ApiKey>> List(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<ApiKey>>(
        _keys.Values.OrderBy(key => key.CreatedAt).ThenBy(key => key.Id, StringComparer.Ordinal).ToList());

    public Task<bool> Remove(string keyId, CancellationToken cancellation) => Task.FromResult(_keys.TryRemove(keyId, out _));
}

public sealed class MemoryUsageStore : IUsageStore
{
    private readonly ConcurrentDictionary<(string TenantId, string JobId), (DateOnly Day, double DeviceSeconds, int PictureCount)> _jobs = new();

    public Task Add(string tenantId, DateOnly day, string jobId, double deviceSeconds, int pictureCount, CancellationToken cancellation)
    {
        _jobs.TryAdd((tenantId, jobId), (day, deviceSeconds, pictureCount));
        return Task.CompletedTask;
    }

    public Task<UsageOfDay> Read(string tenantId, DateOnly day, CancellationToken cancellation)
    {
        var jobs = _jobs.Where(job => job.Key.TenantId == tenantId && job.Value.Day == day).Select(job => job.Value).ToList();
        return Task.FromResult(new UsageOfDay(tenantId, day, jobs.Sum(job => job.DeviceSeconds), jobs.Sum(job => (long)job.PictureCount)));
    }
}
