namespace OrleansDiffusion.Cli.Output;

internal static class Bytes
{
    /// <summary>Sizes as people read them: 12.0 MiB.</summary>
    public static string Text(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => $"{bytes / 1024.0:0.0} KiB",
        < 1024L * 1024 * 1024 => $"{bytes / 1048576.0:0.0} MiB",
        _ => $"{bytes / 1073741824.0:0.0} GiB",
    };
}
