namespace OrleansDiffusion.Cli.Chaos;

internal enum MishapKind
{
    /// <summary>SIGKILL, as a crash or the kernel's want of memory.</summary>
    KillSilo,

    /// <summary>SIGSTOP and SIGCONT, as a machine that stands still.</summary>
    FreezeSilo,

    /// <summary>Over the REST API, as an operator who empties a node.</summary>
    DrainSilo,

    /// <summary>SIGTERM, as a service manager.</summary>
    StopSilo,

    KillApi,

    FreezeApi,

    StopApi,

    /// <summary>In order: its connections end, nothing is to be recovered.</summary>
    StopDatabase,

    /// <summary>At once: it comes back through its write-ahead log.</summary>
    KillDatabase,
}

/// <summary>One thing that goes wrong, and is put right again.</summary>
/// <param name="At">After the begin of the run.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Target">silo-1, ..., api or postgres.</param>
/// <param name="Lasts">Until it is put right.</param>
internal sealed record Mishap(TimeSpan At, MishapKind Kind, string Target, TimeSpan Lasts)
{
    /// <summary>PostgreSQL as a target.</summary>
    public const string Database = "postgres";

    public TimeSpan Until => At + Lasts;

    public bool IsOfSilo => Kind is MishapKind.KillSilo or MishapKind.FreezeSilo or MishapKind.DrainSilo or MishapKind.StopSilo;

    public bool IsOfDatabase => Kind is MishapKind.StopDatabase or MishapKind.KillDatabase;

    public override string ToString() => $"{At.TotalSeconds,6:0.0} s  {Kind} {Target} for {Lasts.TotalSeconds:0.0} s";
}
