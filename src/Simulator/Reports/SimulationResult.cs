using System.Text.Json.Serialization;

namespace OrleansDiffusion.Simulator;

/// <summary>What came out of one policy on one trace.</summary>
public sealed record SimulationResult
{
    public required string Policy { get; init; }

    /// <summary>Seconds from arrival until a device starts on the job, per job of the trace.</summary>
    public required IReadOnlyList<double> Waits { get; init; }

    /// <summary>Devices on, from the order to the end of the last job.</summary>
    public required double DeviceSeconds { get; init; }

    /// <summary>Of these, at work on jobs.</summary>
    public required double BusySeconds { get; init; }

    /// <summary>Replicas ordered.</summary>
    public required int LoadCount { get; init; }

    public double WaitMeanSeconds => Waits.Count == 0 ? 0 : Waits.Average();

    /// <param name="pricePerHour">Of a device that is on.</param>
    public PolicyFigures Figures(double pricePerHour = 1)
    {
        var sorted = Waits.ToArray();
        Array.Sort(sorted);
        var hours = DeviceSeconds / 3600;
        return new(
            Policy, sorted.Length, sorted.Length == 0 ? 0 : sorted.Count(wait => wait > 1) / (double)sorted.Length,
            Percentile(sorted, 0.5), Percentile(sorted, 0.95), Percentile(sorted, 0.99),
            hours, BusySeconds / 3600, sorted.Length == 0 ? 0 : LoadCount / (double)sorted.Length, hours * pricePerHour);
    }

    /// <summary>The smallest wait that this share of all does not exceed; 0 of none.</summary>
    private static double Percentile(double[] sorted, double share) =>
        sorted.Length == 0 ? 0 : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
}

/// <summary>One row of the report. Hours are device-hours, waits seconds.</summary>
public sealed record PolicyFigures(
    [property: JsonPropertyName("policy")] string Policy,
    [property: JsonPropertyName("jobs")] int Jobs,
    [property: JsonPropertyName("share_waiting_over_1s")] double ShareWaitingOver1s,
    [property: JsonPropertyName("wait_p50_s")] double WaitP50S,
    [property: JsonPropertyName("wait_p95_s")] double WaitP95S,
    [property: JsonPropertyName("wait_p99_s")] double WaitP99S,
    [property: JsonPropertyName("device_hours")] double DeviceHours,
    [property: JsonPropertyName("busy_hours")] double BusyHours,
    [property: JsonPropertyName("loads_per_request")] double LoadsPerRequest,
    [property: JsonPropertyName("cost")] double Cost);
