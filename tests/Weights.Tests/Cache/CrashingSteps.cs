using Microsoft.Win32.SafeHandles;

namespace OrleansDiffusion.Weights.Tests.Cache;

/// <summary>
/// Real steps until the process is killed at one of them: that one and all later ones do nothing and throw. Afterwards a
/// power loss can be played: what was written and not synced becomes other bytes, while marks stay, as the worst disk has it.
/// </summary>
internal sealed class CrashingSteps(int killAt = int.MaxValue) : ICacheSteps
{
    private readonly CacheSteps _real = new();
    private readonly List<(string Path, long Offset, int Bytes)> _unsynced = [];

    public int Count { get; private set; }

    /// <summary>Thrown by syncs while it is set.</summary>
    public IOException? SyncFailure { get; set; }

    public void Create(string path, long bytes) => Step(() => _real.Create(path, bytes));

    public void Write(SafeFileHandle file, string path, ReadOnlySpan<byte> chunk, long offset)
    {
        lock (_unsynced)
        {
            if (++Count == killAt)
            {
                _real.Write(file, path, chunk[..(chunk.Length / 2)], offset);
                _unsynced.Add((path, offset, chunk.Length));
            }

            ThrowIfKilled();
            _real.Write(file, path, chunk, offset);
            _unsynced.Add((path, offset, chunk.Length));
        }
    }

    public void Sync(SafeFileHandle file, string path) => Step(() =>
    {
        if (SyncFailure is { } failure) throw failure;
        _real.Sync(file, path);
        _unsynced.RemoveAll(write => write.Path == path);
    });

    public void Mark(string path, IReadOnlyList<ChunkMark> marks) => Step(() => _real.Mark(path, marks));

    public void Unmark(string path, int index) => Step(() => _real.Unmark(path, index));

    public void Put(string path, ReadOnlySpan<byte> file)
    {
        var bytes = file.ToArray();
        Step(() => _real.Put(path, bytes));
    }

    public void Delete(string path) => Step(() => _real.Delete(path));

    public void LosePower()
    {
        foreach (var (path, offset, bytes) in _unsynced.Where(write => File.Exists(write.Path)))
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
            RandomAccess.Write(file, new byte[bytes], offset);
        }
    }

    private void Step(Action step)
    {
        lock (_unsynced)
        {
            Count++;
            ThrowIfKilled();
            step();
        }
    }

    private void ThrowIfKilled()
    {
        if (Count >= killAt) throw new IOException("Killed.");
    }
}
