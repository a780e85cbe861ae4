using System.Text.Json;

namespace OrleansDiffusion.Storage.Tests;

/// <summary>How PostgreSQL ran a statement: EXPLAIN (ANALYZE, FORMAT JSON).</summary>
/// <param name="Steps">Each step with its index or table, from the outermost inwards.</param>
/// <param name="RowsLookedAtInVain">Rows that were read and did not fit.</param>
internal sealed record QueryPlan(IReadOnlyList<string> Steps, long RowsLookedAtInVain)
{
    private static readonly string[] InVain = ["Rows Removed by Filter", "Rows Removed by Index Recheck", "Rows Removed by Join Filter"];

    public IEnumerable<string> Scans => Steps.Where(step => step.Contains("Scan", StringComparison.Ordinal));

    public static QueryPlan Of(string json)
    {
        using var document = JsonDocument.Parse(json);
        List<string> steps = [];
        var inVain = Walk(document.RootElement[0].GetProperty("Plan"), steps);
        return new(steps, inVain);
    }

    private static long Walk(JsonElement node, List<string> steps)
    {
        var on = Text(node, "Index Name") ?? Text(node, "Relation Name");
        var backward = Text(node, "Scan Direction") is "Backward" ? " Backward" : "";
        steps.Add(node.GetProperty("Node Type").GetString() + backward + (on is null ? "" : " " + on));
        var inVain = InVain.Sum(name => node.TryGetProperty(name, out var rows) ? (long)rows.GetDouble() : 0);
        if (!node.TryGetProperty("Plans", out var children)) return inVain;
        foreach (var child in children.EnumerateArray()) inVain += Walk(child, steps);
        return inVain;
    }

    private static string? Text(JsonElement node, string name) => node.TryGetProperty(name, out var value) ? value.GetString() : null;
}
