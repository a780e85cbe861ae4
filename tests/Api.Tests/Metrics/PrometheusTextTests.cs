using OrleansDiffusion.Api.Metrics;

namespace OrleansDiffusion.Api.Tests.Metrics;

/// <summary>The text format 0.0.4, by its specification.</summary>
public sealed class PrometheusTextTests
{
    [Fact]
    public void A_counter_has_help_type_and_a_line_per_label_set()
    {
        var metric = new Metric("od_jobs_total", "Jobs that ended.", MetricKind.Counter,
        [
            new MetricSample([new("model", "emoji"), new("status", "failed")], 2),
            new MetricSample([new("model", "emoji"), new("status", "succeeded")], 1e6),
        ]);

        Assert.Equal(
            """
            # HELP od_jobs_total Jobs that ended.
            # TYPE od_jobs_total counter
            od_jobs_total{model="emoji",status="failed"} 2
            od_jobs_total{model="emoji",status="succeeded"} 1000000

            """.ReplaceLineEndings("\n"),
            PrometheusText.Write([metric]));
    }

    [Fact]
    public void A_histogram_has_rising_buckets_a_sum_and_a_count()
    {
        var metric = new Metric("od_step_seconds", "Steps.", MetricKind.Histogram,
        [
            new MetricSample([new("model", "emoji")], 12.75, new HistogramCounts([0.1, 1], [3, 0, 2])),
        ]);

        Assert.Equal(
            """
            # HELP od_step_seconds Steps.
            # TYPE od_step_seconds histogram
            od_step_seconds_bucket{model="emoji",le="0.1"} 3
            od_step_seconds_bucket{model="emoji",le="1"} 3
            od_step_seconds_bucket{model="emoji",le="+Inf"} 5
            od_step_seconds_sum{model="emoji"} 12.75
            od_step_seconds_count{model="emoji"} 5

            """.ReplaceLineEndings("\n"),
            PrometheusText.Write([metric]));
    }

    [Fact]
    public void What_would_break_a_line_is_escaped()
    {
        var metric = new Metric("od_x", "a \\ and\na newline, \"quotes\" stay", MetricKind.Gauge, [new MetricSample([new("path", "C:\\a \"b\"\nc")], 1)]);

        Assert.Equal(
            "# HELP od_x a \\\\ and\\na newline, \"quotes\" stay\n# TYPE od_x gauge\nod_x{path=\"C:\\\\a \\\"b\\\"\\nc\"} 1\n",
            PrometheusText.Write([metric]));
    }

    [Theory]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(0.1, "0.1")]
    [InlineData(-1.5e-9, "-1.5E-09")]
    public void Numbers_are_written_whatever_the_culture(double value, string expected) =>
        Assert.Equal($"# HELP x x\n# TYPE x gauge\nx {expected}\n", PrometheusText.Write([new Metric("x", "x", MetricKind.Gauge, [new MetricSample([], value)])]));

    [Fact]
    public void A_metric_without_samples_is_left_out() =>
        Assert.Equal("", PrometheusText.Write([new Metric("x", "x", MetricKind.Gauge, [])]));

    [Theory]
    [InlineData("od.jobs.finished", "{job}", nameof(MetricKind.Counter), "od_jobs_finished_total")]
    [InlineData("od.job.duration", "s", nameof(MetricKind.Histogram), "od_job_duration_seconds")]
    [InlineData("od.device.memory", "By", nameof(MetricKind.Gauge), "od_device_memory_bytes")]
    [InlineData("od.device.memory.bytes", "By", nameof(MetricKind.Gauge), "od_device_memory_bytes")]
    [InlineData("od.busy", "1", nameof(MetricKind.Gauge), "od_busy_ratio")]
    [InlineData("od.moved", "By", nameof(MetricKind.Counter), "od_moved_bytes_total")]
    [InlineData("od_busy_seconds_total", "s", nameof(MetricKind.Counter), "od_busy_seconds_total")]
    [InlineData("od_total", "{job}", nameof(MetricKind.Gauge), "od_total")]
    [InlineData("2nd-try", null, nameof(MetricKind.Gauge), "_2nd_try")]
    public void Names_follow_the_rules_of_exporters(string name, string? unit, string kind, string expected) =>
        Assert.Equal(expected, MetricName.Of(name, unit, Enum.Parse<MetricKind>(kind)));
}
