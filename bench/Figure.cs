namespace OrleansDiffusion.Bench;

/// <summary>One measured number.</summary>
/// <param name="Name">Snake case, the unit last: added_p50_ms, pipeline_over_sessions_ratio.</param>
/// <param name="Value">The number.</param>
/// <param name="Meaning">One line for a person.</param>
/// <param name="BudgetMax">What it should not exceed, or null when it is only told.</param>
public sealed record Figure(string Name, double Value, string Meaning, double? BudgetMax = null)
{
    public bool? Holds => BudgetMax is { } max ? Value <= max : null;
}
