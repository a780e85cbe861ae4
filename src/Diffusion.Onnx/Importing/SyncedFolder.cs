using OrleansDiffusion.Files;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>A folder that appears as a whole or not at all, also when the power fails in the middle.</summary>
internal static class SyncedFolder
{
    /// <summary>Makes every byte and every name in <paramref name="made"/> durable, then gives it its final name.</summary>
    /// <exception cref="IOException">The disk is full, or cannot be written.</exception>
    public static void Publish(string made, string target)
    {
        foreach (var file in Directory.EnumerateFiles(made, "*", SearchOption.AllDirectories))
        {
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        }

        FolderSync.Publish(made, target);
    }
}
