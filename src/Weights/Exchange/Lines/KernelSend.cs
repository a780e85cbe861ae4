using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OrleansDiffusion.Weights;

/// <summary>From a file to a socket within the kernel (sendfile(2)): the pages of the page cache are sent, not a copy of them.</summary>
internal static partial class KernelSend
{
    private const int Interrupted = 4, TryAgain = 11;

    public static bool IsOffered { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <returns>Bytes that the socket took; 0: it has no room now; null: not from this file, or not to this socket.</returns>
    /// <exception cref="EndOfStreamException">The file is shorter.</exception>
    public static int? Send(SafeSocketHandle socket, SafeFileHandle file, long from, int count)
    {
        while (true)
        {
            var offset = from;
            var sent = SendFile(socket, file, ref offset, count);
            if (sent > 0) return (int)sent;
            if (sent == 0) throw new EndOfStreamException("A file of the weights cache is shorter than it was made.");
            var errno = Marshal.GetLastPInvokeError();
            if (errno != Interrupted) return errno == TryAgain ? 0 : null;
        }
    }

    [LibraryImport("libc", EntryPoint = "sendfile", SetLastError = true)]
    private static partial nint SendFile(SafeSocketHandle to, SafeFileHandle from, ref long offset, nint count);
}
