namespace OrleansDiffusion.Simulator;

/// <summary>
/// Reads traces: CSV with the column names of GenTD26 (gmt_create, exec_time_seconds, checkpoint_model_version_id...), or
/// plain CSV (arrival_seconds, and if known model, tenant, service_seconds).
/// </summary>
public static class TraceReader
{
    /// <summary>Stands for a model that the trace does not name.</summary>
    public const string UnnamedModel = "unnamed";

    /// <param name="path">The file; .gz is unpacked.</param>
    /// <param name="defaultServiceSeconds">For plain requests whose time on the device is not given.</param>
    /// <exception cref="TraceException">It says where the file is wrong.</exception>
    /// <exception cref="IOException">It cannot be read at all.</exception>
    public static Trace Read(string path, double defaultServiceSeconds)
    {
        var (isGenTd, skippedCount) = (false, 0);
        var rows = CsvTable.Read<Row>(path, Header, table => isGenTd ? GenTd(table) : Plain(table));
        if (rows.Count == 0) throw new TraceException($"{Path.GetFileName(path)} has no request that ran.");

        var start = isGenTd ? rows.Min(row => row.At) : DateTime.UnixEpoch;
        return new Trace(Path.GetFileName(path), rows.Select(row => row.Job with
        {
            ArrivalSeconds = isGenTd ? (row.At - start).TotalSeconds : row.Job.ArrivalSeconds,
        }), skippedCount);

        void Header(CsvTable table)
        {
            isGenTd = table.Has("gmt_create");
            if (isGenTd) table.Need("exec_time_seconds");
            else if (!table.Has("arrival_seconds"))
                table.Problem(null, "the header names neither gmt_create (as GenTD26 does) nor arrival_seconds (plain)");
        }

        Row? GenTd(CsvTable table)
        {
            // Refused, failed and unfinished ones say nothing about what serving them would take.
            var status = table.Text("predict_status");
            if (table.Text("exec_time_seconds").Length == 0 || (status.Length > 0 && status != "SUCCEED"))
            {
                skippedCount++;
                return null;
            }

            var (at, seconds) = (table.Moment("gmt_create"), table.Seconds("exec_time_seconds"));
            return at is null || seconds is null ? null : new(at.Value, new(0, ModelOf(table, "checkpoint_model_version_id"), seconds.Value));
        }

        Row? Plain(CsvTable table)
        {
            var seconds = table.Text("service_seconds").Length == 0 ? defaultServiceSeconds : table.Seconds("service_seconds");
            return table.Seconds("arrival_seconds") is { } arrival && seconds is { } service
                ? new(default, new(arrival, ModelOf(table, "model"), service)) : null;
        }
    }

    /// <summary>The seconds of measured loads: column `value`, in milliseconds.</summary>
    /// <exception cref="TraceException">It says where the file is wrong.</exception>
    public static IReadOnlyList<double> ReadLoads(string path)
    {
        var loads = CsvTable.Read<double>(path, table => table.Need("value"), table => table.Seconds("value") / 1000);
        return loads.Count > 0 ? loads : throw new TraceException($"{Path.GetFileName(path)} has no load time.");
    }

    private static string ModelOf(CsvTable table, string column) => table.Text(column) is { Length: > 0 } model ? model : UnnamedModel;

    private readonly record struct Row(DateTime At, TraceJob Job);
}
