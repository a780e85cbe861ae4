using System.Collections.Concurrent;

namespace OrleansDiffusion.Weights;

/// <summary>Memory for chunks on their way: bounded, and used again, since the first touch of fresh memory is slower than the line.</summary>
internal sealed class ChunkBuffers(int countMax) : IDisposable
{
    private readonly SemaphoreSlim _free = new(countMax);
    private readonly ConcurrentBag<byte[]> _idle = [];

    /// <summary>Waits until one is free.</summary>
    public async Task<Rent> Take(int bytes, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        if (!_idle.TryTake(out var buffer) || buffer.Length < bytes) buffer = GC.AllocateUninitializedArray<byte>(bytes);
        return new Rent(this, buffer, bytes);
    }

    public void Dispose() => _free.Dispose();

    public readonly struct Rent(ChunkBuffers buffers, byte[] buffer, int bytes) : IDisposable
    {
        public Memory<byte> Memory => buffer.AsMemory(0, bytes);

        public void Dispose()
        {
            buffers._idle.Add(buffer);
            buffers._free.Release();
        }
    }
}
