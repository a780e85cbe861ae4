using System.Buffers;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace OrleansDiffusion.Weights;

/// <summary>A part of a mapped file as memory. Whoever uses it holds the mapping meanwhile.</summary>
internal sealed unsafe class MappedBytes(SafeMemoryMappedViewHandle view, long offset, int count) : MemoryManager<byte>
{
    private readonly byte* _first = (byte*)view.DangerousGetHandle() + offset;

    /// <summary>Maps a whole file for reading; it stays mapped until the view is disposed.</summary>
    public static SafeMemoryMappedViewHandle Map(SafeFileHandle file)
    {
        using var mapping = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        return mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read).SafeMemoryMappedViewHandle;
    }

    public override Span<byte> GetSpan() => new(_first, count);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_first + elementIndex);

    public override void Unpin()
    {
        // Mapped memory does not move.
    }

    protected override void Dispose(bool disposing)
    {
        // The view is the file's.
    }
}
