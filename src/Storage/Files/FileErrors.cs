using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>Tells a full disk from other troubles of files.</summary>
internal static class FileErrors
{
    /// <summary>ENOSPC and EDQUOT of Linux, and ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.</summary>
    private static readonly int[] Full = [28, 122, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    public static StorageException Translated(Exception error, string what) =>
        Full.Contains(error.HResult)
            ? new(ErrorCode.StorageFull, $"{what}: the disk is full.", error)
            : new(ErrorCode.StorageUnavailable, $"{what}: {error.Message}", error);
}
