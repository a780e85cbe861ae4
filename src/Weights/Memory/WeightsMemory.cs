namespace OrleansDiffusion.Weights;

/// <summary>
/// Models whose files are kept in memory, within a budget: mapped and read once, so that a load that maps them finds every
/// page there. Where the process may lock memory they stay whatever else happens; elsewhere for as long as memory is not
/// short. Nothing here keeps a model in its cache: one that leaves the cache is released.
/// </summary>
public sealed class WeightsMemory(long budgetBytes) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Resident> _models = new(StringComparer.Ordinal);

    public long BudgetBytes => budgetBytes;

    /// <summary>Of all models that are here or on their way; never more than the budget.</summary>
    public long UsedBytes
    {
        get
        {
            lock (_lock) return _models.Values.Sum(model => model.Bytes);
        }
    }

    /// <summary>The manifests of the models that are here as a whole.</summary>
    public IReadOnlyList<string> Digests
    {
        get
        {
            lock (_lock) return [.. _models.Where(model => model.Value.IsWhole).Select(model => model.Key).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Reads a model's files into memory and keeps them there. Takes as long as the disk takes: not for a grain's turn.</summary>
    /// <param name="manifestDigest">Whose.</param>
    /// <param name="files">Whole files.</param>
    /// <param name="cancellation">Leaves nothing behind.</param>
    /// <returns>Whether they are locked there; null if they do not fit beside the others, or were released meanwhile.</returns>
    /// <exception cref="IOException">A file is not there any more.</exception>
    public bool? Hold(string manifestDigest, IEnumerable<string> files, CancellationToken cancellation)
    {
        var model = new Resident(files);
        try
        {
            if (!TryAdd(manifestDigest, model)) return null;
            using var unwanted = CancellationTokenSource.CreateLinkedTokenSource(cancellation, model.Released);
            model.Bring(unwanted.Token);
            return model.IsLocked;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            if (!model.IsWhole) Release(manifestDigest, model);
        }
    }

    /// <summary>Gives a model's pages back to the operating system; one that is not here is fine.</summary>
    public void Release(string manifestDigest)
    {
        Resident? model;
        lock (_lock) _models.Remove(manifestDigest, out model);
        model?.Dispose();
    }

    public void Dispose()
    {
        List<string> digests;
        lock (_lock) digests = [.. _models.Keys];
        foreach (var digest in digests) Release(digest);
    }

    private bool TryAdd(string digest, Resident model)
    {
        lock (_lock)
        {
            if (_models.ContainsKey(digest) || _models.Values.Sum(other => other.Bytes) + model.Bytes > budgetBytes) return false;
            _models.Add(digest, model);
            return true;
        }
    }

    private void Release(string digest, Resident model)
    {
        lock (_lock)
        {
            if (_models.GetValueOrDefault(digest) == model) _models.Remove(digest);
        }

        model.Dispose();
    }

    private sealed class Resident : IDisposable
    {
        private readonly List<ResidentFile> _files = [];
        private readonly CancellationTokenSource _released = new();

        public Resident(IEnumerable<string> paths)
        {
            try
            {
                foreach (var path in paths) _files.Add(new ResidentFile(path));
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public long Bytes => _files.Sum(file => file.Bytes);

        public bool IsWhole { get; private set; }

        public bool IsLocked => _files.All(file => file.IsLocked);

        public CancellationToken Released => _released.Token;

        public void Bring(CancellationToken cancellation)
        {
            foreach (var file in _files) file.Bring(cancellation);
            cancellation.ThrowIfCancellationRequested();
            IsWhole = true;
        }

        public void Dispose()
        {
            _released.Cancel();
            foreach (var file in _files) file.Dispose();
        }
    }
}
