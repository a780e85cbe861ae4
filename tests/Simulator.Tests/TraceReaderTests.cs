namespace OrleansDiffusion.Simulator.Tests;

public sealed class TraceReaderTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"trace-{Environment.ProcessId}-{Path.GetRandomFileName()}.csv");

    [Fact]
    public void Columns_of_GenTD26_are_found_by_name_and_what_never_ran_is_left_out()
    {
        var trace = Read(
            "checkpoint_model_version_id,gmt_create,exec_time_seconds,predict_status,groupId",
            "M1,2024-11-15 16:58:00,43.5,SUCCEED,G1",
            "M0,2024-11-15 16:57:50,32.0,SUCCEED,G0",
            "M0,2024-11-15 16:57:51,,SUCCEED,G0",
            "M0,2024-11-15 16:57:52,7,FAILED,G0",
            "M0,2024-11-15 16:57:53,7,PENDING,G0",
            ",2024-11-15 17:00:00,1,SUCCEED,G0");

        Assert.Equal([0, 10, 130], trace.Arrivals);
        Assert.Equal([32, 43.5, 1], trace.Services);
        Assert.Equal(["M0", "M1", TraceReader.UnnamedModel], trace.Models.Select(model => trace.ModelNames[model]));
        Assert.Equal(3, trace.SkippedCount);
    }

    [Fact]
    public void A_plain_file_needs_arrivals_only()
    {
        var bare = Read("arrival_seconds", "3", "1.5");
        Assert.Equal([1.5, 3], bare.Arrivals);
        Assert.Equal([20, 20], bare.Services);
        Assert.Equal([TraceReader.UnnamedModel], bare.ModelNames);

        var full = Read("tenant,model,service_seconds,arrival_seconds", "t,\"a,b\",2,1", "t,c,,2");
        Assert.Equal(["a,b", "c"], full.ModelNames);
        Assert.Equal([2, 20], full.Services);
    }

    [Fact]
    public void Compressing_moves_arrivals_and_leaves_the_work()
    {
        var trace = Read("arrival_seconds", "1", "4").Compressed(2);
        Assert.Equal([0.5, 2], trace.Arrivals);
        Assert.Equal([20, 20], trace.Services);
    }

    [Theory]
    [InlineData("line 1: the header names neither gmt_create (as GenTD26 does) nor arrival_seconds (plain)", "when,what", "1,2")]
    [InlineData("line 1: the header names neither gmt_create (as GenTD26 does) nor arrival_seconds (plain)", "")]
    [InlineData("line 1: the header lacks the column exec_time_seconds", "gmt_create", "2024-11-15 16:57:50")]
    [InlineData("line 1, column model: stands there twice", "arrival_seconds,model,model", "1,a,b")]
    [InlineData("line 3, column arrival_seconds: \"soon\" is not a number of seconds", "arrival_seconds", "1", "soon")]
    [InlineData("line 2, column arrival_seconds: \"NaN\" is not a number of seconds", "arrival_seconds", "NaN")]
    [InlineData("line 2, column service_seconds: \"-1\" is negative", "arrival_seconds,service_seconds", "1,-1")]
    [InlineData("line 2: has 1 fields, and the header 2", "arrival_seconds,model", "1")]
    [InlineData(
        "line 2, column gmt_create: \"yesterday\" is not a date and time such as 2024-11-15 16:57:50", "gmt_create,exec_time_seconds", "yesterday,1")]
    public void A_bad_file_is_refused_with_line_column_and_reason(string expected, params string[] lines)
    {
        var refused = Assert.Throws<TraceException>(() => Read(lines));
        Assert.Equal($"{Path.GetFileName(_file)}, {expected}", refused.Message);
    }

    [Fact]
    public void Of_many_problems_the_first_five_are_told_and_the_others_counted()
    {
        var refused = Assert.Throws<TraceException>(() => Read(["arrival_seconds", .. Enumerable.Repeat("x", 12)]));
        var lines = refused.Message.Split('\n');
        Assert.Equal(6, lines.Length);
        Assert.Contains("line 6, ", lines[4], StringComparison.Ordinal);
        Assert.Equal("and 7 more", lines[5]);
    }

    [Fact]
    public void A_trace_without_a_request_that_ran_is_refused() =>
        Assert.Equal($"{Path.GetFileName(_file)} has no request that ran.", Assert.Throws<TraceException>(() => Read("arrival_seconds")).Message);

    [Fact]
    public void Load_times_are_read_in_milliseconds()
    {
        File.WriteAllLines(_file, ["timestamp_anon,value", "1,2639.0", "2,39010"]);
        Assert.Equal([2.639, 39.01], TraceReader.ReadLoads(_file));
    }

    public void Dispose() => File.Delete(_file);

    private Trace Read(params string[] lines)
    {
        File.WriteAllLines(_file, lines);
        return TraceReader.Read(_file, defaultServiceSeconds: 20);
    }
}
