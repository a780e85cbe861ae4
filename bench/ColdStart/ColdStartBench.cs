using System.Diagnostics;
using OrleansDiffusion.Diffusion.Onnx;

namespace OrleansDiffusion.Bench;

/// <summary>
/// How fast a model of more than a gigabyte of weights is ready, each way in every round, so that a noisy machine moves all
/// of them; from what lies here, and from elsewhere.
/// </summary>
public static class ColdStartBench
{
    private const int BlockCount = 22;
    private const int DefaultRoundCount = 5;
    private const int WarmStepCount = 5;
    private const long FreeBytesMin = 6L << 30;
    private const double OverBareBudget = 1.10, FasterBudget = 8;

    public static async Task<IReadOnlyList<Figure>> Run(BenchOptions options, CancellationToken cancellation)
    {
        var temporary = Directory.CreateTempSubdirectory("od-coldstart-");
        try
        {
            var free = new DriveInfo(temporary.FullName).AvailableFreeSpace;
            if (free < FreeBytesMin)
            {
                Console.WriteLine(
                    $"Not measured: {temporary.Parent} has {free >> 20} MiB free, and the model needs {FreeBytesMin >> 20}. "
                    + "TMPDIR names another place.");
                return [];
            }

            var (source, imported) = (Path.Combine(temporary.FullName, "source"), Path.Combine(temporary.FullName, "imported"));
            LargeModel.Write(source, BlockCount);
            var import = await Time(() => ModelImport.Run(source, imported, OnnxProvider.Cpu, cancellation: cancellation));
            using var ways = new ColdStartWays(source, imported);
            var times = new ColdStartTimes();
            await using var fetches = await ColdStartFetches.Start(temporary.CreateSubdirectory("fetches"), imported, cancellation);
            for (var round = 0; round < (options.RunCount ?? DefaultRoundCount); round++)
            {
                await Round(ways, times, cancellation);
                await fetches.Round(round, times, cancellation);
            }

            return [.. Figures(ways, times, import), .. fetches.Figures(times)];
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private static async Task Round(ColdStartWays ways, ColdStartTimes times, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ways.TouchBuffers();
        times.Add("copy", Time(ways.Copy));
        ways.FreeBuffers();
        ways.Read();
        times.Add("read", Time(ways.Read));
        times.Add("default", Time(ways.LoadByDefault));
        ways.Read();
        times.Add("bare", Time(ways.LoadBare));
        await TimeModel(ways.LoadOurs, times, "ours");
        await TimeModel(ways.LoadTuned, times, "tuned");
        if (!ways.TryForget()) return;
        times.Add("disk_read", Time(ways.Read));
        ways.TryForget();
        await TimeModel(ways.LoadOurs, times, "disk");
    }

    /// <summary>The load, then the first step, which is where mapped bytes are met, then the fastest of some warm ones.</summary>
    private static async Task TimeModel(Func<Task<OnnxModel>> load, ColdStartTimes times, string name)
    {
        var started = Stopwatch.GetTimestamp();
        using var model = await load();
        times.Add(name, Stopwatch.GetElapsedTime(started).TotalSeconds);
        ColdStartWays.Step(model);
        times.Add($"{name}_first", Stopwatch.GetElapsedTime(started).TotalSeconds);
        times.Add($"{name}_step", Enumerable.Range(0, WarmStepCount).Min(_ => Time(() => ColdStartWays.Step(model))));
    }

    private static List<Figure> Figures(ColdStartWays ways, ColdStartTimes times, double importSeconds)
    {
        var gigabytes = ways.Bytes / 1e9;
        List<Figure> figures =
        [
            new("weights_gib", ways.Bytes / (double)(1 << 30), "of the generated model"),
            new("memcpy_gb_per_s", gigabytes / times.Median("copy"), "one warm copy of the weights"),
            new("page_cache_gb_per_s", gigabytes / times.Median("read"), "read(2) of the weights from the page cache"),
            new("import_s", importSeconds, "once: optimised, written, hashed, synced"),
            new("default_load_s", times.Median("default"), "the runtime's own load of the source"),
            new("default_over_memcpy_ratio", times.Ratio("default", "copy"), "the same, over one copy"),
            new("bare_over_memcpy_ratio", times.Ratio("bare", "copy"), "the runtime's fastest load of the imported files, over one copy"),
            new("load_over_memcpy_ratio", times.Ratio("ours", "copy"), "our load from the page cache, over one copy"),
            new("load_over_page_cache_ratio", times.Ratio("ours", "read"), "the same, over one read of the same bytes"),
            new("load_ms", times.Median("ours") * 1000, "our load from the page cache, session ready"),
            new("load_over_bare_ratio", times.Ratio("ours", "bare"), "over the runtime's fastest load of the same files", BudgetMax: OverBareBudget),
            new("default_over_load_ratio", times.Ratio("default", "ours"), "so many times faster than the default", BudgetMin: FasterBudget),
            new("tuned_over_memcpy_ratio", times.Ratio("tuned", "copy"), "imported, then tuned to the machine before it is ready"),
            new("default_over_tuned_ratio", times.Ratio("default", "tuned"), "so many times faster than the default"),
            new("first_step_s", times.Median("ours_first"), "load and first step, as imported"),
            new("tuned_first_step_s", times.Median("tuned_first"), "load and first step, tuned"),
            new("step_over_tuned_ratio", times.Ratio("ours_step", "tuned_step"), "a warm step as imported over a tuned one, the fastest of 5 each"),
            new("break_even_steps", times.BreakEven(), "steps after which tuning has repaid its load"),
        ];
        if (times.Has("disk")) figures.AddRange(Disk(times, gigabytes));
        else Console.WriteLine("Not measured: from disk. This system does not forget files on request.");
        return figures;
    }

    private static IEnumerable<Figure> Disk(ColdStartTimes times, double gigabytes) =>
    [
        new("disk_gb_per_s", gigabytes / times.Median("disk_read"), "read(2) of the weights after the cache was dropped"),
        new("disk_load_ms", times.Median("disk") * 1000, "our load after the cache was dropped, session ready, weights not read yet"),
        new("disk_first_step_s", times.Median("disk_first"), "load and first step after the cache was dropped"),
        new("disk_first_step_over_read_ratio", times.Overhead("disk_first", "ours_step", "disk_read"), "the same less a warm step, over the read"),
    ];

    private static double Time(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> Time(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
