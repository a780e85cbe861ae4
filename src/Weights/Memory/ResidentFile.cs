using Microsoft.Win32.SafeHandles;

namespace OrleansDiffusion.Weights;

/// <summary>A file that is mapped only so that its pages stay in memory. Whoever maps it too finds them there.</summary>
internal sealed unsafe class ResidentFile : IDisposable
{
    /// <summary>Between two of them it may be told to stop.</summary>
    private const long SliceBytes = 64L << 20;

    private readonly SafeMemoryMappedViewHandle? _view;

    /// <exception cref="IOException">The file is not there, or cannot be mapped.</exception>
    public ResidentFile(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Bytes = RandomAccess.GetLength(file);
        if (Bytes > 0) _view = MappedBytes.Map(file);
    }

    public long Bytes { get; }

    /// <summary>Whether the operating system keeps the pages until this is disposed.</summary>
    public bool IsLocked { get; private set; } = true;

    /// <summary>Reads all of it, slice by slice.</summary>
    /// <exception cref="OperationCanceledException">In between.</exception>
    public void Bring(CancellationToken cancellation)
    {
        if (_view is null) return;
        var isHeld = false;
        _view.DangerousAddRef(ref isHeld);
        try
        {
            var first = (byte*)_view.DangerousGetHandle();
            for (long at = 0; at < Bytes; at += SliceBytes)
            {
                cancellation.ThrowIfCancellationRequested();
                IsLocked = ResidentPages.Bring(first + at, (nuint)Math.Min(SliceBytes, Bytes - at), IsLocked);
            }
        }
        finally
        {
            _view.DangerousRelease();
        }
    }

    public void Dispose() => _view?.Dispose();
}
