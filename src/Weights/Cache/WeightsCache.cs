using System.Collections.Concurrent;

namespace OrleansDiffusion.Weights;

/// <summary>
/// The weights of one node on its local disk: each file once, by its SHA-256, however many models share it; a hard budget;
/// the models least recently used make room, those in use never. docs/WEIGHTS.md says what lies where.
/// </summary>
public sealed class WeightsCache : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, CachedModel> _models = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CachedFile> _files = new(StringComparer.Ordinal);
    private readonly CacheFolders _folders;
    private readonly FileStream _owned;
    private readonly TimeProvider _time;
    private readonly IWeightsObserver _observer;
    private readonly ICacheSteps _steps;
    private readonly StoreQueue _store;

    /// <summary>Takes up what is in the folder; what belongs to no model is removed, and what exceeds the budget is evicted.</summary>
    /// <exception cref="WeightsException">Another process has the folder, or it cannot be written.</exception>
    public WeightsCache(WeightsCacheOptions options, TimeProvider time, IWeightsObserver? observer = null)
        : this(options, time, observer ?? NoWeightsObserver.Instance, new CacheSteps())
    {
    }

    internal WeightsCache(WeightsCacheOptions options, TimeProvider time, IWeightsObserver observer, ICacheSteps steps)
    {
        (BudgetBytes, _time, _observer, _steps) = (options.BudgetBytes, time, observer, steps);
        _folders = Writing(() => new CacheFolders(options.Folder));
        _owned = _folders.Lock();
        try
        {
            Writing(TakeUp);
        }
        catch
        {
            _owned.Dispose();
            throw;
        }

        _store = new StoreQueue(observer);
    }

    public long BudgetBytes { get; }

    /// <summary>Of all files here, at full length; never more than the budget.</summary>
    public long UsedBytes => _files.Values.Sum(file => file.File.Bytes);

    public IReadOnlyList<CacheEntry> Models
    {
        get
        {
            lock (_lock) return [.. _models.Values.Select(Entry)];
        }
    }

    /// <returns>Null if the model has no room here.</returns>
    public CacheEntry? Find(string manifestDigest)
    {
        lock (_lock) return _models.TryGetValue(manifestDigest, out var model) ? Entry(model) : null;
    }

    /// <summary>Gives a model room, which others may have to leave, and holds it. Writes to the disk: not for a grain's turn.</summary>
    /// <exception cref="WeightsException">It does not fit, or the disk refused; nothing was fetched.</exception>
    public ModelLease Lease(ChunkManifest manifest)
    {
        lock (_lock)
        {
            if (!_models.TryGetValue(manifest.Digest, out var model)) model = Writing(() => Admit(manifest));
            Writing(() => Touch(model));
            Writing(model.Hold);
            return new ModelLease(model, _store, () => Release(model));
        }
    }

    /// <summary>Lets a model go that nobody wants any more. What others have of its files stays.</summary>
    /// <returns>False: it is held, or not here.</returns>
    /// <exception cref="WeightsException">The disk refused.</exception>
    public bool TryRemove(string manifestDigest)
    {
        lock (_lock)
        {
            if (!_models.TryGetValue(manifestDigest, out var model) || model.LeaseCount > 0) return false;
            Writing(() => Remove(model));
            return true;
        }
    }

    /// <summary>Notes that models are wanted here, as if they had just been used: others make room before them. Writes to the disk.</summary>
    /// <exception cref="WeightsException">The disk refused.</exception>
    public void Prefer(IEnumerable<string> manifestDigests)
    {
        lock (_lock)
        {
            foreach (var digest in manifestDigests)
                if (_models.TryGetValue(digest, out var model)) Writing(() => Touch(model));
        }
    }

    /// <summary>Hashes stored chunks again. Chunks that are wrong are missing afterwards.</summary>
    /// <param name="isChangedOnly">Only those of files that somebody wrote to since; else all, for a disk that is doubted.</param>
    /// <param name="cancellation">Stops between two chunks.</param>
    public async Task<IReadOnlyList<CorruptChunkFound>> Verify(bool isChangedOnly = false, CancellationToken cancellation = default)
    {
        var found = new ConcurrentQueue<CorruptChunkFound>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
        await Parallel.ForEachAsync(_files.Values.Where(file => !isChangedOnly || file.IsDoubtful()), options, (file, stop) =>
        {
            foreach (var corrupt in Reread(file, stop)) found.Enqueue(corrupt);
            return ValueTask.CompletedTask;
        });
        if (found.IsEmpty) return [];
        lock (_lock)
        {
            foreach (var model in _models.Values) Writing(model.NameFiles);
        }

        return [.. found];
    }

    /// <summary>Ends once every chunk that arrived is stored.</summary>
    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        foreach (var file in _files.Values) file.Close();
        await _owned.DisposeAsync();
    }

    internal CachedFile? FindFile(string sha256) => _files.GetValueOrDefault(sha256);

    internal ChunkManifest? FindManifest(string digest)
    {
        lock (_lock) return _models.GetValueOrDefault(digest)?.Manifest;
    }

    private static CacheEntry Entry(CachedModel model) =>
        new(model.Manifest, model.Folder, model.Manifest.ContentBytes, model.Have(), model.LeaseCount, model.LastUsed);

    private List<CorruptChunkFound> Reread(CachedFile file, CancellationToken cancellation)
    {
        var written = file.WrittenAt;
        var corrupt = CorruptIn(file, cancellation).ToList();
        file.Trust(written);
        return corrupt;
    }

    private IEnumerable<CorruptChunkFound> CorruptIn(CachedFile file, CancellationToken cancellation)
    {
        foreach (var chunk in file.Chunks.Where(chunk => file.Stored.Contains(chunk.Index)))
        {
            cancellation.ThrowIfCancellationRequested();
            if (IsSoundOrGone(file, chunk)) continue;
            var corrupt = new CorruptChunkFound(file.File.Sha256, chunk.Index);
            _observer.Seen(corrupt);
            yield return corrupt;
        }
    }

    private static bool IsSoundOrGone(CachedFile file, Chunk chunk)
    {
        try
        {
            return file.IsSound(chunk);
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private CachedModel Admit(ChunkManifest manifest)
    {
        MakeRoom(manifest);
        _steps.Put(_folders.ManifestOf(manifest.Digest), manifest.ToJson().Span);
        var model = Add(manifest);
        try
        {
            foreach (var file in model.Files) file.Prepare();
            return model;
        }
        catch
        {
            Remove(model);
            throw;
        }
    }

    /// <summary>All or nothing: that it fits is known before the first model leaves.</summary>
    private void MakeRoom(ChunkManifest manifest)
    {
        var held = _models.Values.Where(model => model.LeaseCount > 0).SelectMany(model => model.Files).Distinct().ToList();
        var other = held.FirstOrDefault(file => manifest.Contents.Any(content => content.Sha256 == file.File.Sha256 && !file.Agrees(content)));
        if (other is not null)
        {
            throw new WeightsException(
                WeightsError.ManifestInvalid, $"{other.File.Path} is cut into other chunks by the manifest of a model that is in use.");
        }

        var heldBytes = held.Where(file => !manifest.Contents.Any(content => content.Sha256 == file.File.Sha256)).Sum(file => file.File.Bytes);
        if (heldBytes + manifest.ContentBytes > BudgetBytes)
        {
            throw new WeightsException(
                WeightsError.CacheFull,
                $"The model {manifest.Model.Version} needs {manifest.ContentBytes} bytes of the weights cache, which has {BudgetBytes};"
                + $" models in use hold {heldBytes}.");
        }

        foreach (var model in Idle().Where(model => manifest.Contents.Any(content => model.Files.Any(file =>
            file.File.Sha256 == content.Sha256 && !file.Agrees(content)))).ToList()) Remove(model);
        foreach (var model in Idle())
        {
            if (UsedBytes + MissingBytes(manifest) <= BudgetBytes) return;
            Evict(model);
        }
    }

    private List<CachedModel> Idle() =>
    [
        .. _models.Values.Where(model => model.LeaseCount == 0)
            .OrderBy(model => model.LastUsed).ThenBy(model => model.Manifest.Digest, StringComparer.Ordinal),
    ];

    private long MissingBytes(ChunkManifest manifest) =>
        manifest.Contents.Where(content => !_files.ContainsKey(content.Sha256)).Sum(content => content.Bytes);

    private CachedModel Add(ChunkManifest manifest)
    {
        var files = manifest.Contents.Select(content =>
            _files.GetOrAdd(content.Sha256, _ => new CachedFile(content, manifest.ChunksOf(content), _folders, _steps))).ToList();
        var model = new CachedModel(manifest, files, _folders);
        _models.Add(manifest.Digest, model);
        return model;
    }

    private void Evict(CachedModel model)
    {
        Remove(model);
        _observer.Seen(new ModelEvicted(model.Manifest.Digest, model.Manifest.Model.Digest, model.Manifest.ContentBytes));
    }

    /// <summary>The manifest goes first: what remains after a crash then belongs to nobody, and goes at the next start.</summary>
    private void Remove(CachedModel model)
    {
        _models.Remove(model.Manifest.Digest);
        _steps.Delete(_folders.ManifestOf(model.Manifest.Digest));
        if (Directory.Exists(model.Folder)) Directory.Delete(model.Folder, recursive: true);
        foreach (var file in model.Files.Where(file => !_models.Values.Any(other => other.Files.Contains(file))))
        {
            _files.TryRemove(file.File.Sha256, out _);
            file.Delete();
        }
    }

    private void Release(CachedModel model)
    {
        lock (_lock)
        {
            try
            {
                model.LetGo();
                Touch(model);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                _observer.Seen(new CacheNote(model.Manifest.Digest, $"Its last use was not written down: {error.Message}"));
            }
        }
    }

    private void Touch(CachedModel model)
    {
        model.LastUsed = _time.GetUtcNow();
        File.SetLastWriteTimeUtc(_folders.ManifestOf(model.Manifest.Digest), model.LastUsed.UtcDateTime);
    }

    private void TakeUp()
    {
        foreach (var (manifest, lastUsed) in CacheLeftovers.Manifests(_folders, _steps, _observer))
        {
            var model = Add(manifest);
            model.LastUsed = lastUsed;
        }

        CacheLeftovers.Remove(_folders, _steps, _observer, _models.Keys, _files.Keys);
        foreach (var file in _files.Values) file.Prepare();
        Parallel.ForEach(_files.Values.Where(file => file.IsDoubtful()), file => Reread(file, CancellationToken.None));
        foreach (var model in _models.Values) model.NameFiles();
        foreach (var model in Idle().TakeWhile(_ => UsedBytes > BudgetBytes)) Evict(model);
    }

    private static void Writing(Action write) => Writing(() =>
    {
        write();
        return true;
    });

    private static T Writing<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException(WeightsError.DiskFailed, $"The weights cache cannot be written: {error.Message}", error);
        }
    }
}
