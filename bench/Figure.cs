namespace OrleansDiffusion.Bench;

/// <summary>One measured number.</summary>
/// <param name="Name">Snake case, the unit last: added_p50_ms, pipeline_over_sessions_ratio.</param>
/// <param name="Value">The number.</param>
/// <param name="Meaning">One line for a person.</param>
/// <param name="BudgetMax">What it should not exceed, or null when it is only told.</param>
/// <param name="BudgetMin">What it should reach, or null when it is only told.</param>
public sealed record Figure(string Name, double Value, string Meaning, double? BudgetMax = null, double? BudgetMin = null)
{
    public bool? Holds => BudgetMax is null && BudgetMin is null ? null : Value <= (BudgetMax ?? Value) && Value >= (BudgetMin ?? Value);

    /// <summary>The budget as people read it; empty where there is none.</summary>
    public string Budget => BudgetMax is { } max ? $"<= {max}" : BudgetMin is { } min ? $">= {min}" : "";
}
