namespace OrleansDiffusion.Cli.Output;

/// <summary>What a script learns from how `od` ended.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Refused, failed, or not possible here; one line on standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by Ctrl+C, as shells have it.</summary>
    public const int Interrupted = 130;
}
