using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace OrleansDiffusion.Weights;

/// <summary>
/// One content on the disk: a file of full length from the start, filled chunk by chunk, and a sidecar of marks. A mark is
/// the SHA-256 under which the chunk was verified, 32 bytes at 32 times its index: half a mark, a strange one or another
/// manifest's is none. A chunk has arrived when its verified bytes can be read through the file; it is stored when they
/// are on the disk and then marked.
/// </summary>
internal sealed class CachedFile(ChunkedFile file, IReadOnlyList<Chunk> chunks, CacheFolders folders, ICacheSteps steps)
{
    private readonly Lock _lock = new();
    private readonly string _marksPath = folders.MarksOf(file.Sha256);
    private readonly ChunkWaits _arrivals = new();
    private readonly ChunkWaits _storings = new();
    private ChunkSet _arrived = new(chunks.Count);
    private ChunkSet _stored = new(chunks.Count);
    private readonly List<CachedModel> _users = [];
    private SafeFileHandle? _data;
    private SafeMemoryMappedViewHandle? _view;
    private DateTime _trusted;
    private bool _isPrepared;
    private bool _isGone;

    public ChunkedFile File { get; } = file;

    public IReadOnlyList<Chunk> Chunks { get; } = chunks;

    public string DataPath { get; } = folders.DataOf(file.Sha256);

    public IReadOnlyList<int> Stored => Locked(() => _stored.Numbers.ToList());

    public bool Has(int index) => Locked(() => _arrived.Contains(index));

    /// <summary>Whether a manifest cuts the file in the same way.</summary>
    public bool Agrees(ChunkedFile other) => other.Bytes == File.Bytes && other.Chunks.SequenceEqual(File.Chunks);

    /// <summary>Makes the full-length file, or takes up the one that is there. A sidecar without its file says nothing, and goes first.</summary>
    public void Prepare()
    {
        lock (_lock)
        {
            if (_isPrepared) return; // By another model that has it too.
            var data = new FileInfo(DataPath);
            if (!data.Exists || data.Length != File.Bytes)
            {
                steps.Delete(_marksPath);
                steps.Create(DataPath, File.Bytes);
            }

            _stored = ReadMarks();
            _arrived = _stored.Copy();
            _isPrepared = true;
        }
    }

    /// <summary>Gives the file its name in a model's folder if it is whole, and takes the name away if it is not.</summary>
    public void NameIn(CachedModel model)
    {
        lock (_lock) model.Name(this, _arrived.IsFull);
    }

    /// <summary>From now on the model's folder names the file from the moment it is whole.</summary>
    public void Use(CachedModel model)
    {
        lock (_lock)
        {
            model.Name(this, _arrived.IsFull);
            _users.Remove(model); // One that could not be named in all files comes again.
            _users.Add(model);
        }
    }

    public void Leave(CachedModel model)
    {
        lock (_lock) _users.Remove(model);
    }

    /// <summary>The open file, which cannot be closed meanwhile; dispose to let go.</summary>
    /// <exception cref="ObjectDisposedException">The file was evicted.</exception>
    public Hold Open()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isGone, this);
            _data ??= System.IO.File.OpenHandle(DataPath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return new Hold(_data, null);
        }
    }

    /// <summary>The same, and mapped where a mapped file can be deleted. It stays mapped, since touching it anew costs more than sending it.</summary>
    /// <exception cref="ObjectDisposedException">The file was evicted.</exception>
    public Hold OpenMapped()
    {
        lock (_lock)
        {
            using var open = Open();
            return new Hold(open.Data, OperatingSystem.IsWindows() ? null : _view ??= MappedBytes.Map(open.Data));
        }
    }

    /// <summary>Writes a chunk that was verified. Bytes that arrived before are left alone: somebody may be using them.</summary>
    public void Write(Chunk chunk, ReadOnlySpan<byte> bytes)
    {
        if (Has(chunk.Index)) return;
        using (var open = Open()) steps.Write(open.Data, DataPath, bytes, chunk.Offset);
        lock (_lock)
        {
            _arrived.Add(chunk.Index);
            if (_arrived.IsFull) NameForUsers(); // Before anybody who waits is told.
            _arrivals.Tell(_arrived);
        }
    }

    /// <summary>Brings written chunks to the disk and then, not before, marks them.</summary>
    public void Store(IReadOnlyList<int> indices)
    {
        using (var open = Open()) steps.Sync(open.Data, DataPath);
        lock (_lock)
        {
            if (_isGone) return; // Its marks were deleted for good.
            steps.Mark(_marksPath, [.. indices.Select(index => new ChunkMark(index, Convert.FromHexString(File.Chunks[index])))]);
            foreach (var index in indices) _stored.Add(index);
            _storings.Tell(_stored);
        }
    }

    /// <summary>The disk did not take them: what is not stored is not there.</summary>
    public void Lose(IReadOnlyList<int> indices, WeightsException why)
    {
        lock (_lock)
        {
            foreach (var index in indices.Where(index => !_stored.Contains(index))) _arrived.Remove(index);
            NameForUsers();
            _storings.Fail(why);
        }
    }

    /// <summary>Hashes a stored chunk again. One that is wrong loses its mark, durably, before anything else.</summary>
    public bool IsSound(Chunk chunk)
    {
        var bytes = new byte[chunk.Bytes];
        using (var open = Open())
        {
            var read = RandomAccess.Read(open.Data, bytes, chunk.Offset);
            if (read == bytes.Length && Convert.ToHexStringLower(SHA256.HashData(bytes)) == chunk.Sha256) return true;
        }

        lock (_lock)
        {
            steps.Unmark(_marksPath, chunk.Index);
            _stored.Remove(chunk.Index);
            _arrived.Remove(chunk.Index);
            NameForUsers();
        }

        return false;
    }

    /// <summary>
    /// Whether its bytes may be younger than its marks, which are made after them: somebody else wrote to it, or a process
    /// ended between the two. Not while chunks are arriving.
    /// </summary>
    public bool IsDoubtful()
    {
        lock (_lock)
        {
            return !_isGone && _stored.Count > 0 && _stored.Count == _arrived.Count
                && WrittenAt != _trusted && WrittenAt >= System.IO.File.GetLastWriteTimeUtc(_marksPath);
        }
    }

    /// <summary>When its bytes were last written, by the disk's clock.</summary>
    public DateTime WrittenAt => System.IO.File.GetLastWriteTimeUtc(DataPath);

    /// <summary>Its marks hold for the bytes that were written until then: they were read again.</summary>
    public void Trust(DateTime writtenAt)
    {
        lock (_lock)
        {
            _trusted = writtenAt; // Where the disk's times are too coarse for the next line.
            if (!_isGone && System.IO.File.Exists(_marksPath)) System.IO.File.SetLastWriteTimeUtc(_marksPath, writtenAt.AddTicks(1));
        }
    }

    public Task WhenArrived(int first, int last) => Locked(() => _arrivals.Until(first, last, _arrived));

    public Task WhenStored() => Locked(() => _storings.Until(0, File.Chunks.Count - 1, _stored));

    /// <summary>Marks first: a power loss in between must not leave them to the next file of this name.</summary>
    public void Delete()
    {
        lock (_lock)
        {
            _isGone = true;
            steps.Delete(_marksPath);
            steps.Delete(DataPath);
            Close();
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _isGone = true;
            _data?.Dispose();
            _view?.Dispose();
            var why = new WeightsException(WeightsError.DiskFailed, $"{File.Path} left the cache before it was whole.");
            _arrivals.Fail(why);
            _storings.Fail(why);
        }
    }

    private void NameForUsers()
    {
        foreach (var model in _users) model.Name(this, _arrived.IsFull);
    }

    private ChunkSet ReadMarks()
    {
        var marks = System.IO.File.Exists(_marksPath) ? System.IO.File.ReadAllBytes(_marksPath) : [];
        return ChunkSet.Of(File.Chunks.Count, Enumerable.Range(0, Math.Min(File.Chunks.Count, marks.Length / CacheSteps.MarkBytes)).Where(index =>
            Convert.ToHexStringLower(marks.AsSpan(index * CacheSteps.MarkBytes, CacheSteps.MarkBytes)) == File.Chunks[index]));
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_lock) return read();
    }

    /// <summary>Keeps what it has open while it is used, whoever closes it.</summary>
    public readonly struct Hold : IDisposable
    {
        public Hold(SafeFileHandle data, SafeMemoryMappedViewHandle? view)
        {
            (Data, View) = (data, view);
            var isHeld = false;
            data.DangerousAddRef(ref isHeld);
            view?.DangerousAddRef(ref isHeld);
        }

        public SafeFileHandle Data { get; }

        public SafeMemoryMappedViewHandle? View { get; }

        public void Dispose()
        {
            View?.DangerousRelease();
            Data.DangerousRelease();
        }
    }
}
